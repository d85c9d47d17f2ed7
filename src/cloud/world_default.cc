// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The world that is there without a world file: where the demo starts.
#include "cloud/world_file.h"
#include "value/yaml.h"

namespace stint::cloud {

std::string_view default_world_text() {
  return R"yaml(account: "123456789012"
region: us-west-2
access_keys:
  test: {secret: test, principal: root}
propagation: {iam_to_ec2: 8s, association: 2s, imds: 2s}
policies:
  expandedPermissionsForAutomation:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action:
          - ssm:DescribeAssociation
          - ssm:GetDeployablePatchSnapshotForInstance
          - ssm:GetDocument
          - ssm:GetManifest
          - ssm:GetParameters
          - ssm:ListAssociations
          - ssm:ListInstanceAssociations
          - ssm:PutInventory
          - ssm:PutComplianceItems
          - ssm:PutConfigurePackageResult
          - ssm:UpdateAssociationStatus
          - ssm:UpdateInstanceAssociationStatus
          - ssm:UpdateInstanceInformation
        Resource: "*"
      - Effect: Allow
        Action:
          - ssmmessages:CreateControlChannel
          - ssmmessages:CreateDataChannel
          - ssmmessages:OpenControlChannel
          - ssmmessages:OpenDataChannel
        Resource: "*"
      - Effect: Allow
        Action:
          - ec2messages:AcknowledgeMessage
          - ec2messages:DeleteMessage
          - ec2messages:FailMessage
          - ec2messages:GetEndpoint
          - ec2messages:GetMessages
          - ec2messages:SendReply
        Resource: "*"
      - Effect: Allow
        Action: ["ec2:DescribeInstanceStatus"]
        Resource: "*"
      - Effect: Allow
        Action:
          - s3:GetBucketLocation
          - s3:PutObject
          - s3:GetObject
          - s3:GetEncryptionConfiguration
          - s3:AbortMultipartUpload
          - s3:ListMultipartUploadParts
          - s3:ListBucket
          - s3:ListBucketMultipartUploads
        Resource:
          - arn:aws:s3:::my-script-bucket
          - arn:aws:s3:::my-script-bucket/*
roles:
  CoreInstanceRole:
    service: ec2.amazonaws.com
    managed: [AmazonSSMManagedInstanceCore]
profiles:
  CoreInstanceProfile: CoreInstanceRole
instances:
  i-0123456789abcdef0:
    state: running
    profile: CoreInstanceProfile
    tags: {Name: demo}
buckets:
  my-script-bucket:
    objects:
      exampleScript.py:
        content_type: text/x-python
        text: |
          """Counts the words of data/in.txt and writes the result to data/out.txt."""
          import os

          import boto3

          BUCKET = "my-script-bucket"

          region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-west-2"
          s3 = boto3.client("s3", region_name=region)
          text = s3.get_object(Bucket=BUCKET, Key="data/in.txt")["Body"].read().decode()
          lines = text.splitlines()
          result = f"{len(lines)} lines, {len(text.split())} words\n" + "\n".join(reversed(lines)) + "\n"
          s3.put_object(Bucket=BUCKET, Key="data/out.txt", Body=result.encode())
          print("read data/in.txt:", len(text), "bytes")
          print("wrote data/out.txt:", len(result), "bytes")
      data/in.txt:
        content_type: text/plain
        text: |
          A permission that is lent
          must find its way back
          whatever happens in between.
)yaml";
}

Result<State> default_world(Time now) {
  Value world = TRY(parse_yaml(default_world_text()));
  return make_world(world, {.path = "default world", .now = now});
}

}  // namespace stint::cloud

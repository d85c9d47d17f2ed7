#!/usr/bin/env python3
# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Makes src/cloud/iam/actions/*.json, the IAM actions of AWS's services, from botocore's models.

    tools/make_actions.py [DATA-DIRECTORY]

An action is its service's prefix and, but for the exceptions below, the operation's name. The kinds
of resources are read from the identifiers that an operation requires ("InstanceIds": instance).
"""
import glob
import gzip
import json
import os
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src/cloud/iam/actions"

# Services whose prefix in policies is not the name they sign with, from the Service Authorization
# Reference.
PREFIXES = {"monitoring": "cloudwatch", "email": "ses", "oam": "oam", "execute-api": "execute-api",
            "aws-marketplace": "aws-marketplace", "elasticloadbalancing": "elasticloadbalancing"}
# Operations that ask for another action.
ACTIONS = {
    "kms": {"ReEncrypt": "ReEncryptFrom"},
    "lambda": {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction",
               "GetLayerVersionByArn": "GetLayerVersion"},
    "s3": {"HeadBucket": "ListBucket", "HeadObject": "GetObject", "ListBuckets": "ListAllMyBuckets",
           "ListObjects": "ListBucket", "ListObjectsV2": "ListBucket",
           "ListObjectVersions": "ListBucketVersions", "CopyObject": "PutObject",
           "DeleteObjects": "DeleteObject", "CreateMultipartUpload": "PutObject",
           "UploadPart": "PutObject", "UploadPartCopy": "PutObject",
           "CompleteMultipartUpload": "PutObject", "ListParts": "ListMultipartUploadParts",
           "ListMultipartUploads": "ListBucketMultipartUploads",
           "GetBucketEncryption": "GetEncryptionConfiguration",
           "PutBucketEncryption": "PutEncryptionConfiguration",
           "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
           "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
           "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
           "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
           "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
           "DeleteBucketEncryption": "PutEncryptionConfiguration",
           "DeleteBucketLifecycle": "PutLifecycleConfiguration",
           "DeleteBucketTagging": "PutBucketTagging",
           "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
           "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
           "GetBucketNotificationConfiguration": "GetBucketNotification",
           "PutBucketNotificationConfiguration": "PutBucketNotification",
           "GetBucketReplication": "GetReplicationConfiguration",
           "PutBucketReplication": "PutReplicationConfiguration",
           "DeleteBucketReplication": "PutReplicationConfiguration",
           "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
           "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration"},
}
IDENTIFIER = re.compile(r"^([A-Z][A-Za-z]*?)(?:Arns?|ARNs?|Ids?|Names?|Identifiers?)$")


def newest(directory):
    versions = sorted(glob.glob(os.path.join(directory, "*", "service-2.json*")))
    if not versions:
        return None
    path = versions[-1]
    with (gzip.open(path) if path.endswith(".gz") else open(path, "rb")) as file:
        return json.load(file)


def kinds(model, operation):
    """The kinds of things that an operation's required identifiers name, in kebab-case."""
    shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
    found = []
    for member in shape.get("required", []):
        match = IDENTIFIER.match(member[0].upper() + member[1:])
        if match and match.group(1) not in ("Resource", "Client", "Next", "Request"):
            kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", match.group(1)).lower()
            if kind not in found:
                found.append(kind)
    return found


def main():
    data = sys.argv[1] if len(sys.argv) > 1 else "/usr/lib/python3/dist-packages/botocore/data"
    services = {}
    for name in sorted(os.listdir(data)):
        model = newest(os.path.join(data, name)) if os.path.isdir(os.path.join(data, name)) else None
        if not model:
            continue
        signing = model["metadata"].get("signingName", model["metadata"]["endpointPrefix"])
        prefix = PREFIXES.get(signing, signing)
        actions = services.setdefault(prefix, {})
        for operation, details in model["operations"].items():
            action = ACTIONS.get(prefix, {}).get(operation, operation)
            held = actions.setdefault(action, [])
            held += [kind for kind in kinds(model, details) if kind not in held]
    # In parts: compilers limit how long a text in a constant may be.
    for name, first, last in (("a-d", "a", "d"), ("e-l", "e", "l"), ("m-z", "m", "z")):
        lines = []
        for prefix in sorted(services):
            if not first <= prefix[0].lower() <= last:
                continue
            words = [" ".join([action, *of]) for action, of in sorted(services[prefix].items())]
            lines.append(f"{json.dumps(prefix)}: {json.dumps(', '.join(words))}")
        (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""The Automation documents of Amazon's that come with the program, each run as a runbook would nest
it, on a cloud that boto3 looks at before and after."""
import json
import os
import unittest

from harness import Case, Cloud, INSTANCE, environment, main, stint

try:
    import boto3
except ImportError:
    boto3 = None

CHILD = """schemaVersion: "0.3"
mainSteps:
  - name: child
    action: aws:executeAutomation
    inputs: %s
"""


@unittest.skipUnless(boto3, "no boto3")
class AmazonDocuments(Case):
    def setUp(self):
        super().setUp()
        os.environ.update(environment())
        self.state = self.folder / "state"
        # Virtual time ends with each run: what a state is must not hang on it.
        dump = json.loads(stint("world", "dump", "--json").stdout)
        dump["propagation"] = dict.fromkeys(["iam_to_ec2", "association", "imds", "instance"], "0s")
        self.world = self.write("world.json", json.dumps(dump))

    def served(self, *more):
        return Cloud("--state", self.state, *more)

    def client(self, cloud, service):
        return boto3.client(service, endpoint_url=cloud.endpoint, region_name="us-west-2",
                            aws_access_key_id="test", aws_secret_access_key="test")

    def run_document(self, name, **parameters):
        """Runs it as the child of a runbook, to success."""
        inputs = {"DocumentName": name, "RuntimeParameters": parameters}
        parent = self.write("parent.yaml", CHILD % json.dumps(inputs))
        done = stint("run", parent, "--json", "--time", "virtual", "--nodes", "none",
                     "--state", self.state)
        self.assertEqual(done.returncode, 0, name + done.stdout + done.stderr)

    def test_each_does_what_its_name_says(self):
        with self.served("--world", self.world) as cloud:
            ec2 = self.client(cloud, "ec2")
            volume = ec2.create_volume(AvailabilityZone="us-west-2a", Size=1)["VolumeId"]
            topic = self.client(cloud, "sns").create_topic(Name="t")["TopicArn"]
            self.client(cloud, "s3").create_bucket(
                Bucket="mine", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
        self.run_document("AWS-StopEC2Instance", InstanceId=[INSTANCE])
        with self.served() as cloud:
            self.assertEqual(self.instance_state(cloud), "stopped")
        self.run_document("AWS-StartEC2Instance", InstanceId=[INSTANCE])
        self.run_document("AWS-RestartEC2Instance", InstanceId=[INSTANCE])
        self.run_document("AWS-AttachEBSVolume", Device="/dev/sdh", InstanceId=INSTANCE,
                          VolumeId=volume)
        self.run_document("AWS-CreateSnapshot", VolumeId=volume, Description="before")
        self.run_document("AWS-CreateImage", InstanceId=INSTANCE, NoReboot=True)
        with self.served() as cloud:
            ec2 = self.client(cloud, "ec2")
            self.assertEqual(self.instance_state(cloud), "running")
            held = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]
            self.assertEqual(held["Attachments"][0]["InstanceId"], INSTANCE)
            snapshots = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
            self.assertIn("before", [one["Description"] for one in snapshots])
            images = ec2.describe_images(Owners=["self"])["Images"]
            self.assertTrue(images[0]["Name"].startswith(INSTANCE + "_"))
        self.run_document("AWS-DetachEBSVolume", VolumeId=volume)
        self.run_document("AWS-PublishSNSNotification", TopicArn=topic, Message="hello")
        self.run_document("AWS-EnableS3BucketEncryption", BucketName="mine")
        self.run_document("AWS-ConfigureS3BucketVersioning", BucketName="mine")
        self.run_document("AWS-TerminateEC2Instance", InstanceId=[INSTANCE])
        with self.served() as cloud:
            s3 = self.client(cloud, "s3")
            self.assertEqual(s3.get_bucket_versioning(Bucket="mine")["Status"], "Enabled")
            rule = s3.get_bucket_encryption(Bucket="mine")["ServerSideEncryptionConfiguration"]
            self.assertEqual(rule["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
                             "AES256")
            held = self.client(cloud, "ec2").describe_volumes(VolumeIds=[volume])["Volumes"][0]
            self.assertEqual(held["State"], "available")
        shown = json.loads(stint("world", "dump", "--json", "--state", self.state).stdout)
        self.assertTrue([key for key in shown["state"] if key.startswith("sns/") and
                         "/published/" in key])

    def instance_state(self, cloud):
        found = self.client(cloud, "ec2").describe_instances(InstanceIds=[INSTANCE])
        return found["Reservations"][0]["Instances"][0]["State"]["Name"]


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Sixteen clients at once, each with operations of many services: none fails, and each reads back
what it wrote in the order in which it wrote it."""
import json
import os
import threading
import time
import unittest

from harness import Case, Cloud, environment, main, stint

try:
    import boto3
    import botocore.config
except ImportError:
    boto3 = None

CLIENTS, TURNS = 16, 6
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


class Worker(threading.Thread):
    """One client: its writes by turns, and what it reads back."""

    def __init__(self, session, endpoint, number, start):
        super().__init__()
        self.number, self.start_line, self.wrong = number, start, []
        self.now = int(time.time() * 1000)
        # Clients are made one after another: a session is not made for threads.
        made = lambda service: session.client(
            service, endpoint_url=endpoint, region_name="us-west-2",
            config=botocore.config.Config(retries={"max_attempts": 0}))
        self.iam, self.kms, self.logs = made("iam"), made("kms"), made("logs")
        self.s3, self.sqs, self.ssm = made("s3"), made("sqs"), made("ssm")
        self.ec2 = made("ec2")

    def same(self, what, got, expected):
        if got != expected:
            self.wrong.append(f"client {self.number}: {what}: {got} instead of {expected}")

    def run(self):
        try:
            self.start_line.wait(60)
            self.work()
        except Exception as error:  # noqa: BLE001: whatever it is, the test fails by it
            self.wrong.append(f"client {self.number}: {error!r}")

    def work(self):
        own = f"client{self.number}"
        queue = self.sqs.create_queue(QueueName=f"{own}.fifo", Attributes={
            "FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
        self.iam.create_role(RoleName=own, AssumeRolePolicyDocument=TRUST)
        self.logs.create_log_group(logGroupName=own)
        self.logs.create_log_stream(logGroupName=own, logStreamName="s")
        volume = self.ec2.create_volume(AvailabilityZone="us-west-2a", Size=1)["VolumeId"]
        key = self.kms.create_key(Description=own)["KeyMetadata"]["KeyId"]
        for turn in range(TURNS):
            text = f"{own}:{turn}"
            self.sqs.send_message(QueueUrl=queue, MessageBody=text, MessageGroupId="g")
            self.s3.put_object(Bucket="shared", Key=own, Body=text.encode())
            self.ssm.put_parameter(Name=f"/{own}", Value=text, Type="String", Overwrite=turn > 0)
            self.logs.put_log_events(logGroupName=own, logStreamName="s",
                                     logEvents=[{"timestamp": self.now, "message": text}])
            self.iam.put_role_policy(RoleName=own, PolicyName=f"p{turn}", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [
                    {"Sid": f"S{turn}", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
            self.ec2.create_tags(Resources=[volume], Tags=[{"Key": "turn", "Value": text}])
            sealed = self.kms.encrypt(KeyId=key, Plaintext=text.encode())["CiphertextBlob"]
            # Each client sees its own last write, whatever the others do.
            self.same("object", self.s3.get_object(Bucket="shared", Key=own)["Body"].read(),
                      text.encode())
            self.same("parameter", self.ssm.get_parameter(Name=f"/{own}")["Parameter"]["Value"], text)
            self.same("secret", self.kms.decrypt(CiphertextBlob=sealed)["Plaintext"], text.encode())
            tags = self.ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [volume]}])
            self.same("tag", [tag["Value"] for tag in tags["Tags"]], [text])
        expected = [f"{own}:{turn}" for turn in range(TURNS)]
        got = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        self.same("messages", [one["Body"] for one in got], expected)
        history = self.ssm.get_parameter_history(Name=f"/{own}")["Parameters"]
        self.same("history", [(one["Version"], one["Value"]) for one in history],
                  list(enumerate(expected, 1)))
        events = self.logs.get_log_events(logGroupName=own, logStreamName="s", startFromHead=True)
        self.same("events", [one["message"] for one in events["events"]], expected)
        versions = self.s3.list_object_versions(Bucket="shared", Prefix=own + "\0")
        self.same("neighbours", versions.get("Versions", []), [])
        mine = [one["VersionId"] for one in self.s3.list_object_versions(
            Bucket="shared", Prefix=own)["Versions"] if one["Key"] == own]
        bodies = [self.s3.get_object(Bucket="shared", Key=own, VersionId=version)["Body"].read()
                  for version in reversed(mine)]
        self.same("versions", bodies, [text.encode() for text in expected])
        self.same("policies", self.iam.list_role_policies(RoleName=own)["PolicyNames"],
                  [f"p{turn}" for turn in range(TURNS)])


@unittest.skipUnless(boto3, "no boto3")
class Concurrency(Case):
    def test_sixteen_clients_neither_fail_nor_see_their_writes_reordered(self):
        os.environ.update(environment())
        state = self.folder / "state"
        world = self.write("world.json", json.dumps({
            "access_keys": {"test": {"secret": "test", "principal": "root"}},
            "buckets": {"shared": {"versioning": "Enabled"}}}))
        with Cloud("--state", state, "--world", world) as cloud:
            session = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test")
            start = threading.Barrier(CLIENTS)
            workers = [Worker(session, cloud.endpoint, number, start) for number in range(CLIENTS)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            self.assertEqual([text for worker in workers for text in worker.wrong], [])
        # What was answered is in the state, once.
        audit = json.loads(stint("audit", "--state", state, "--json").stdout)["audit"]
        self.assertEqual({call["error"] for call in audit}, {""})
        sent = [call for call in audit if call["operation"] == "SendMessage"]
        self.assertEqual(len(sent), CLIENTS * TURNS)
        dump = json.loads(stint("world", "dump", "--json", "--state", state).stdout)
        self.assertEqual(sum(name.startswith("client") for name in dump["roles"]), CLIENTS)


if __name__ == "__main__":
    main()

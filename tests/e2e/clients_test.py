# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""The demo's calls made by Debian's boto3 and aws CLI against `stint cloud`: the same answers and
the same denials as inside the program."""
import json
import os
import shutil
import subprocess
import time
import unittest
import urllib.request

from harness import Case, Cloud, INSTANCE, environment, main, stint

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

ROLE = "tempAutomationInstanceRole"
POLICY = "arn:aws:iam::123456789012:policy/expandedPermissionsForAutomation"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]},
     "Action": ["sts:AssumeRole"]}]})
FILTER = [{"Name": "instance-id", "Values": [INSTANCE]}]


@unittest.skipUnless(boto3, "no boto3")
class Boto3(Case):
    def setUp(self):
        super().setUp()
        os.environ.update(environment())
        self.cloud = Cloud("--world", self.quick_world(), "--nodes", "scripted")

    def tearDown(self):
        self.assertEqual(self.cloud.stop(), 0)
        super().tearDown()

    def quick_world(self):
        dump = json.loads(stint("world", "dump", "--json").stdout)
        dump["propagation"] = {"iam_to_ec2": "0s", "association": "0s", "imds": "0s", "instance": "0s"}
        path = self.folder / "world.json"
        path.write_text(json.dumps(dump))
        return path

    def client(self, service, key="test", secret="test", token=None):
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name="us-west-2",
                            aws_access_key_id=key, aws_secret_access_key=secret,
                            aws_session_token=token,
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def error(self, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            call(**arguments)
        return raised.exception.response["Error"]

    def node_credentials(self):
        """What the instance's metadata serves, as its SDK would fetch it."""
        base = self.cloud.metadata[INSTANCE] + "/latest/"
        ask = urllib.request.Request(base + "api/token", method="PUT",
                                     headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
        token = urllib.request.urlopen(ask, timeout=10).read().decode()
        header = {"X-aws-ec2-metadata-token": token}
        place = base + "meta-data/iam/security-credentials/"
        role = urllib.request.urlopen(urllib.request.Request(place, headers=header),
                                      timeout=10).read().decode().strip()
        got = json.loads(urllib.request.urlopen(urllib.request.Request(place + role, headers=header),
                                                timeout=10).read())
        return role, (got["AccessKeyId"], got["SecretAccessKey"], got["Token"])

    def test_the_thirteen_steps_by_hand(self):
        ec2, iam, ssm = self.client("ec2"), self.client("iam"), self.client("ssm")
        self.assertEqual(self.client("sts").get_caller_identity()["Arn"],
                         "arn:aws:iam::123456789012:root")
        before = ec2.describe_iam_instance_profile_associations(Filters=FILTER)
        original = before["IamInstanceProfileAssociations"][0]
        self.assertTrue(original["IamInstanceProfile"]["Arn"].endswith("/CoreInstanceProfile"))

        role, core = self.node_credentials()
        self.assertEqual(role, "CoreInstanceRole")
        denied = self.error(self.client("s3", *core).get_object, Bucket="my-script-bucket",
                            Key="data/in.txt")
        self.assertEqual(denied["Code"], "AccessDenied")
        self.assertEqual(denied["Message"],
                         "User: arn:aws:sts::123456789012:assumed-role/CoreInstanceRole/" + INSTANCE +
                         " is not authorized to perform: s3:GetObject on resource: "
                         '"arn:aws:s3:::my-script-bucket/data/in.txt" because no identity-based '
                         "policy allows the s3:GetObject action")
        refused = self.error(self.client("iam", *core).create_role, RoleName="x",
                             AssumeRolePolicyDocument=TRUST)
        self.assertEqual(refused["Code"], "AccessDenied")
        self.assertIn("is not authorized to perform: iam:CreateRole on resource:", refused["Message"])

        made = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=TRUST)["Role"]
        self.assertEqual(made["Arn"], f"arn:aws:iam::123456789012:role/{ROLE}")
        self.assertEqual(made["AssumeRolePolicyDocument"]["Version"], "2012-10-17")
        again = self.error(iam.create_role, RoleName=ROLE, AssumeRolePolicyDocument=TRUST)
        self.assertEqual((again["Code"], again["Message"]),
                         ("EntityAlreadyExists", f"Role with name {ROLE} already exists."))
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=POLICY)
        iam.create_instance_profile(InstanceProfileName=ROLE)
        iam.add_role_to_instance_profile(InstanceProfileName=ROLE, RoleName=ROLE)
        conflict = self.error(iam.delete_role, RoleName=ROLE)
        self.assertEqual(conflict["Code"], "DeleteConflict")

        replaced = ec2.replace_iam_instance_profile_association(
            AssociationId=original["AssociationId"], IamInstanceProfile={"Name": ROLE})
        new = replaced["IamInstanceProfileAssociation"]
        self.assertNotEqual(new["AssociationId"], original["AssociationId"])
        stale = self.error(ec2.replace_iam_instance_profile_association,
                           AssociationId=original["AssociationId"], IamInstanceProfile={"Name": ROLE})
        self.assertEqual(stale["Code"], "InvalidAssociationID.NotFound")

        role, temporary = self.node_credentials()
        self.assertEqual(role, ROLE)
        s3 = self.client("s3", *temporary)
        data = s3.get_object(Bucket="my-script-bucket", Key="data/in.txt")["Body"].read()
        s3.put_object(Bucket="my-script-bucket", Key="data/out.txt", Body=data.upper())
        sent = ssm.send_command(DocumentName="AWS-RunRemoteScript", InstanceIds=[INSTANCE], Parameters={
            "sourceType": ["S3"], "commandLine": ["python3 exampleScript.py"],
            "sourceInfo": [json.dumps({"path": "https://my-script-bucket.s3-us-west-2.amazonaws.com/"
                                               "exampleScript.py"})]})["Command"]
        for _ in range(200):
            found = ssm.get_command_invocation(CommandId=sent["CommandId"], InstanceId=INSTANCE,
                                               PluginName="runShellScript")
            if found["Status"] not in ("Pending", "InProgress"):
                break
            time.sleep(0.05)
        self.assertEqual(found["Status"], "Success")

        ec2.replace_iam_instance_profile_association(
            AssociationId=new["AssociationId"],
            IamInstanceProfile={"Arn": original["IamInstanceProfile"]["Arn"]})
        iam.remove_role_from_instance_profile(InstanceProfileName=ROLE, RoleName=ROLE)
        iam.delete_instance_profile(InstanceProfileName=ROLE)
        iam.detach_role_policy(RoleName=ROLE, PolicyArn=POLICY)
        iam.delete_role(RoleName=ROLE)
        gone = self.error(iam.get_role, RoleName=ROLE)
        self.assertEqual((gone["Code"], gone["Message"]),
                         ("NoSuchEntity", f"The role with name {ROLE} cannot be found."))
        # The temporary credentials died with their role.
        dead = self.error(s3.get_object, Bucket="my-script-bucket", Key="data/in.txt")
        self.assertIn(dead["Code"], ("InvalidAccessKeyId", "InvalidClientTokenId", "AccessDenied",
                                     "InvalidToken", "ExpiredToken"))

    def test_wrong_keys_and_signatures_are_refused(self):
        wrong = self.error(self.client("sts", "test", "wrong").get_caller_identity)
        self.assertEqual(wrong["Code"], "SignatureDoesNotMatch")
        unknown = self.error(self.client("iam", "AKIAUNKNOWN", "x").list_roles)
        self.assertEqual(unknown["Code"], "InvalidClientTokenId")
        for service, call in (("ssm", "list_documents"), ("ec2", "describe_instances"),
                              ("s3", "list_buckets")):
            error = self.error(getattr(self.client(service, "AKIAUNKNOWN", "x"), call))
            self.assertTrue(error["Code"], service)

    @unittest.skipUnless(shutil.which("aws"), "no aws CLI")
    def test_the_aws_cli_gets_the_same_answers(self):
        def aws(*arguments):
            done = subprocess.run(["/usr/bin/aws", "--endpoint-url", self.cloud.endpoint, "--region",
                                   "us-west-2", "--output", "json", *arguments], capture_output=True,
                                  text=True, timeout=60,
                                  env=environment(AWS_ACCESS_KEY_ID="test",
                                                  AWS_SECRET_ACCESS_KEY="test", PATH="/usr/bin:/bin"))
            return done
        roles = aws("iam", "list-roles")
        self.assertEqual(roles.returncode, 0, roles.stderr)
        self.assertIn("CoreInstanceRole", [role["RoleName"] for role in
                                           json.loads(roles.stdout)["Roles"]])
        listed = aws("s3", "ls", "s3://my-script-bucket/data/")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("in.txt", listed.stdout)
        missing = aws("iam", "get-role", "--role-name", "nobody")
        self.assertEqual(missing.returncode, 254)
        self.assertIn("An error occurred (NoSuchEntity) when calling the GetRole operation: "
                      "The role with name nobody cannot be found.", missing.stderr)

    def test_a_runbook_runs_against_the_served_cloud(self):
        """The same engine over the wire: --cloud URL."""
        from harness import RUNBOOK
        done = stint("run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", "--json", "--cloud",
                     self.cloud.endpoint, timeout=100,
                     env=environment(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
                                     AWS_REGION="us-west-2"))
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        execution = json.loads(done.stdout)["execution"]
        self.assertEqual(execution["AutomationExecutionStatus"], "Success")
        self.assertEqual(self.error(self.client("iam").get_role, RoleName=ROLE)["Code"], "NoSuchEntity")


if __name__ == "__main__":
    main()

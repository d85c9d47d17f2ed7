# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""`stint cloud --test-mode`, as a test suite of another project uses it."""
import json
import os
import unittest
import urllib.error
import urllib.request

from harness import Case, Cloud, environment, main

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None


@unittest.skipUnless(boto3, "no boto3")
class TestMode(Case):
    def setUp(self):
        super().setUp()
        os.environ.update(environment())

    def client(self, cloud, service, key="anybody"):
        return boto3.client(service, endpoint_url=cloud.endpoint, region_name="us-east-1",
                            aws_access_key_id=key, aws_secret_access_key="whatever",
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def post(self, cloud, path, body=b"", **headers):
        request = urllib.request.Request(cloud.endpoint + path, data=body, method="POST",
                                         headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def test_a_suite_shares_one_cloud(self):
        world = self.write("world.yaml", 'account: "123456789012"\nregion: us-east-1\n')
        with Cloud("--world", world, "--test-mode", "--zero-delays") as cloud:
            ec2, iam = self.client(cloud, "ec2"), self.client(cloud, "iam")
            self.assertEqual(ec2.describe_instances()["Reservations"], [])
            iam.create_user(UserName="someone")
            vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
            self.assertEqual(len(ec2.describe_vpcs()["Vpcs"]), 2)
            made = ec2.run_instances(ImageId="ami-0abcdef1234567890", MinCount=1, MaxCount=1)
            ids = [made["Instances"][0]["InstanceId"]]
            shown = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"][0]
            self.assertEqual(shown["State"]["Name"], "running")
            self.assertEqual(self.post(cloud, "/moto-api/reset"), {"status": "ok"})
            self.assertEqual(len(ec2.describe_vpcs()["Vpcs"]), 1)
            self.assertEqual(iam.list_users()["Users"], [])
            self.assertTrue(vpc["VpcId"])

            key = iam.create_access_key
            iam.create_user(UserName="weak")
            pair = key(UserName="weak")["AccessKey"]
            said = self.post(cloud, "/moto-api/reset-auth", b"1")
            self.assertEqual(said, {"status": "ok", "PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT": "inf"})
            iam.list_users()
            with self.assertRaises(botocore.exceptions.ClientError) as refused:
                iam.list_users()
            self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidClientTokenId")
            weak = boto3.client("iam", endpoint_url=cloud.endpoint, region_name="us-east-1",
                                aws_access_key_id=pair["AccessKeyId"],
                                aws_secret_access_key=pair["SecretAccessKey"])
            with self.assertRaises(botocore.exceptions.ClientError) as refused:
                weak.list_users()
            self.assertEqual(refused.exception.response["Error"]["Code"], "AccessDenied")
            said = self.post(cloud, "/moto-api/reset-auth", b"inf")
            self.assertEqual(said["PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT"], "1.0")
            self.assertEqual(len(iam.list_users()["Users"]), 1)

    def test_its_addresses_are_not_there_without_the_flag(self):
        with Cloud() as cloud:
            for path in ("/moto-api/reset", "/moto-api/reset-auth"):
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    self.post(cloud, path, b"1")
                refused.exception.close()
        with Cloud("--test-mode") as cloud:
            for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    self.post(cloud, "/moto-api/reset", **headers)
                self.assertEqual(refused.exception.code, 403)
                refused.exception.close()


if __name__ == "__main__":
    main()

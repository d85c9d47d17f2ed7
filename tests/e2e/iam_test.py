# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Every operation of IAM and STS, called by boto3 against `stint cloud`,
and denials by their text."""
import base64
import json
import os
import shutil
import subprocess
import time
import unittest

from harness import Case, Cloud, environment, main

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

ACCOUNT = "123456789012"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
ALLOW_S3 = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
WORLD = {
    "access_keys": {"root": {"secret": "s", "principal": "root"},
                    "admin": {"secret": "s", "principal": "admin"},
                    "plain": {"secret": "s", "principal": "plain"}},
    "users": {"admin": {"managed": ["AdministratorAccess"]}, "plain": {}},
    "roles": {
        "Delegated": {"managed": ["AmazonS3ReadOnlyAccess"], "trust": {
            "Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": ACCOUNT},
                 "Action": ["sts:AssumeRole", "sts:TagSession"]}]}},
        "Web": {"managed": ["AmazonS3ReadOnlyAccess"], "trust": {
            "Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {
                    "Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"},
                 "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {
                     "StringEquals": {"token.example.com:sub": "repo:me"}}}]}}},
    "buckets": {"data": {"objects": {"x": {"text": "x"}}}},
}


@unittest.skipUnless(boto3, "no boto3")
class Iam(Case):
    def setUp(self):
        super().setUp()
        os.environ.update(environment())
        world = dict(WORLD)
        if shutil.which("openssl"):
            self.key = self.folder / "key.pem"
            subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True,
                           capture_output=True)
            public = subprocess.run(["openssl", "rsa", "-in", self.key, "-pubout"], check=True,
                                    capture_output=True, text=True).stdout
            self.write("public.pem", public)
            world["identity_providers"] = {"https://token.example.com": {
                "client_ids": ["sts.amazonaws.com"], "key": {"file": "public.pem"}}}
        self.cloud = Cloud("--world", self.write("world.json", json.dumps(world)))

    def tearDown(self):
        self.assertEqual(self.cloud.stop(), 0)
        super().tearDown()

    def client(self, service, key="root", secret="s", token=None, **config):
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name="us-west-2",
                            aws_access_key_id=key, aws_secret_access_key=secret,
                            aws_session_token=token, config=botocore.config.Config(
                                retries={"max_attempts": 0}, **config))

    def session(self, service, credentials):
        return self.client(service, credentials["AccessKeyId"], credentials["SecretAccessKey"],
                           credentials["SessionToken"])

    def error(self, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            call(**arguments)
        answer = raised.exception.response
        return answer["Error"]["Code"], answer["Error"]["Message"], \
            answer["ResponseMetadata"]["HTTPStatusCode"]

    def jwt(self, **more):
        def part(value):
            return base64.urlsafe_b64encode(value).rstrip(b"=")
        now = int(time.time())
        claims = {"iss": "https://token.example.com", "aud": "sts.amazonaws.com", "sub": "repo:me",
                  "iat": now, "exp": now + 600, **more}
        signed = part(b'{"alg":"RS256"}') + b"." + part(json.dumps(claims).encode())
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=signed,
                                   check=True, capture_output=True).stdout
        return (signed + b"." + part(signature)).decode()

    # ------------------------------------------------------------------------------------ IAM --

    def users_and_groups(self, iam):
        user = iam.create_user(UserName="ann", Path="/staff/", Tags=[{"Key": "a", "Value": "b"}])
        self.assertEqual(user["User"]["Arn"], f"arn:aws:iam::{ACCOUNT}:user/staff/ann")
        self.assertEqual(iam.get_user(UserName="ann")["User"]["Tags"], [{"Key": "a", "Value": "b"}])
        iam.tag_user(UserName="ann", Tags=[{"Key": "c", "Value": "d"}])
        iam.untag_user(UserName="ann", TagKeys=["a"])
        self.assertEqual(iam.list_user_tags(UserName="ann")["Tags"], [{"Key": "c", "Value": "d"}])
        iam.create_group(GroupName="readers", Path="/x/")
        iam.update_group(GroupName="readers", NewGroupName="lookers")
        iam.add_user_to_group(GroupName="lookers", UserName="ann")
        self.assertEqual([g["GroupName"] for g in iam.list_groups()["Groups"]], ["lookers"])
        self.assertEqual(iam.get_group(GroupName="lookers")["Users"][0]["UserName"], "ann")
        self.assertEqual(
            iam.list_groups_for_user(UserName="ann")["Groups"][0]["Arn"],
            f"arn:aws:iam::{ACCOUNT}:group/x/lookers")
        iam.put_group_policy(GroupName="lookers", PolicyName="i", PolicyDocument=ALLOW_S3)
        self.assertEqual(iam.get_group_policy(GroupName="lookers", PolicyName="i")["PolicyDocument"],
                         json.loads(ALLOW_S3))
        self.assertEqual(iam.list_group_policies(GroupName="lookers")["PolicyNames"], ["i"])
        read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        iam.attach_group_policy(GroupName="lookers", PolicyArn=read_only)
        self.assertEqual(
            iam.list_attached_group_policies(GroupName="lookers")["AttachedPolicies"],
            [{"PolicyName": "ReadOnlyAccess", "PolicyArn": read_only}])
        self.assertEqual(self.error(iam.delete_group, GroupName="lookers"),
                         ("DeleteConflict",
                          "Cannot delete entity, must remove users from group first.", 409))

        key = iam.create_access_key(UserName="ann")["AccessKey"]
        buckets = self.client("s3", key["AccessKeyId"], key["SecretAccessKey"]).list_buckets
        self.assertEqual(buckets()["Buckets"][0]["Name"], "data")
        self.assertEqual(iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
                         ["AccessKeyLastUsed"]["ServiceName"], "s3")
        self.assertEqual(len(iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]), 1)
        iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
        self.assertEqual(self.error(buckets)[0], "InvalidAccessKeyId")
        iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])

        iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=ALLOW_S3)
        iam.get_user_policy(UserName="ann", PolicyName="own")
        self.assertEqual(iam.list_user_policies(UserName="ann")["PolicyNames"], ["own"])
        iam.attach_user_policy(UserName="ann", PolicyArn=read_only)
        self.assertEqual(len(iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"]), 1)
        iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=read_only)
        iam.update_user(UserName="ann", NewUserName="anna")
        self.assertIn("anna", [u["UserName"] for u in iam.list_users()["Users"]])
        iam.delete_user_permissions_boundary(UserName="anna")
        iam.detach_user_policy(UserName="anna", PolicyArn=read_only)
        iam.delete_user_policy(UserName="anna", PolicyName="own")
        iam.remove_user_from_group(GroupName="lookers", UserName="anna")
        iam.delete_user(UserName="anna")
        iam.detach_group_policy(GroupName="lookers", PolicyArn=read_only)
        iam.delete_group_policy(GroupName="lookers", PolicyName="i")
        iam.delete_group(GroupName="lookers")

    def roles_and_policies(self, iam):
        policy = iam.create_policy(PolicyName="mine", PolicyDocument=ALLOW_S3)["Policy"]["Arn"]
        iam.tag_policy(PolicyArn=policy, Tags=[{"Key": "a", "Value": "b"}])
        iam.untag_policy(PolicyArn=policy, TagKeys=["a"])
        self.assertEqual(iam.list_policy_tags(PolicyArn=policy)["Tags"], [])
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=ALLOW_S3, SetAsDefault=True)
        self.assertEqual([v["VersionId"] for v in
                          iam.list_policy_versions(PolicyArn=policy)["Versions"]], ["v2", "v1"])
        self.assertEqual(iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"], "v2")
        iam.set_default_policy_version(PolicyArn=policy, VersionId="v1")
        iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
        self.assertEqual(iam.get_policy_version(PolicyArn=policy, VersionId="v1")
                         ["PolicyVersion"]["Document"], json.loads(ALLOW_S3))
        every = [p for page in iam.get_paginator("list_policies").paginate(
            PaginationConfig={"PageSize": 7}) for p in page["Policies"]]
        self.assertEqual(len(every), len({p["Arn"] for p in every}))
        self.assertIn("AmazonSSMAutomationRole", [p["PolicyName"] for p in every])

        iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST, Description="d")
        iam.update_assume_role_policy(RoleName="worker", PolicyDocument=TRUST)
        iam.update_role(RoleName="worker", MaxSessionDuration=7200)
        iam.update_role_description(RoleName="worker", Description="e")
        role = iam.get_role(RoleName="worker")["Role"]
        self.assertEqual((role["Description"], role["MaxSessionDuration"]), ("e", 7200))
        self.assertIn("worker", [r["RoleName"] for r in iam.list_roles()["Roles"]])
        iam.tag_role(RoleName="worker", Tags=[{"Key": "a", "Value": "b"}])
        iam.untag_role(RoleName="worker", TagKeys=["a"])
        iam.list_role_tags(RoleName="worker")
        iam.put_role_policy(RoleName="worker", PolicyName="i", PolicyDocument=ALLOW_S3)
        iam.get_role_policy(RoleName="worker", PolicyName="i")
        self.assertEqual(iam.list_role_policies(RoleName="worker")["PolicyNames"], ["i"])
        iam.attach_role_policy(RoleName="worker", PolicyArn=policy)
        self.assertEqual(len(iam.list_attached_role_policies(RoleName="worker")
                             ["AttachedPolicies"]), 1)
        self.assertEqual(iam.list_entities_for_policy(PolicyArn=policy)["PolicyRoles"][0]
                         ["RoleName"], "worker")
        iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=policy)
        iam.delete_role_permissions_boundary(RoleName="worker")

        iam.create_instance_profile(InstanceProfileName="worker")
        iam.tag_instance_profile(InstanceProfileName="worker", Tags=[{"Key": "a", "Value": "b"}])
        iam.untag_instance_profile(InstanceProfileName="worker", TagKeys=["a"])
        iam.list_instance_profile_tags(InstanceProfileName="worker")
        iam.add_role_to_instance_profile(InstanceProfileName="worker", RoleName="worker")
        self.assertEqual(iam.get_instance_profile(InstanceProfileName="worker")
                         ["InstanceProfile"]["Roles"][0]["RoleName"], "worker")
        self.assertEqual(len(iam.list_instance_profiles()["InstanceProfiles"]), 1)
        self.assertEqual(len(iam.list_instance_profiles_for_role(RoleName="worker")
                             ["InstanceProfiles"]), 1)
        details = iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"])
        self.assertEqual(details["Policies"][0]["PolicyVersionList"][0]["Document"],
                         json.loads(ALLOW_S3))
        iam.remove_role_from_instance_profile(InstanceProfileName="worker", RoleName="worker")
        iam.delete_instance_profile(InstanceProfileName="worker")
        iam.detach_role_policy(RoleName="worker", PolicyArn=policy)
        iam.delete_role_policy(RoleName="worker", PolicyName="i")
        iam.delete_role(RoleName="worker")
        iam.delete_policy(PolicyArn=policy)

    def account(self, iam):
        iam.update_account_password_policy(MinimumPasswordLength=14, RequireNumbers=True)
        policy = iam.get_account_password_policy()["PasswordPolicy"]
        self.assertEqual((policy["MinimumPasswordLength"], policy["ExpirePasswords"]), (14, False))
        iam.delete_account_password_policy()
        iam.create_account_alias(AccountAlias="our-shop")
        self.assertEqual(iam.list_account_aliases()["AccountAliases"], ["our-shop"])
        iam.delete_account_alias(AccountAlias="our-shop")
        self.assertEqual(iam.get_account_summary()["SummaryMap"]["Users"], 2)
        linked = iam.create_service_linked_role(AWSServiceName="ssm.amazonaws.com")["Role"]
        self.assertEqual(linked["RoleName"], "AWSServiceRoleForAmazonSSM")
        self.assertEqual(self.error(iam.delete_role, RoleName=linked["RoleName"])[0],
                         "UnmodifiableEntity")
        task = iam.delete_service_linked_role(RoleName=linked["RoleName"])["DeletionTaskId"]
        self.assertEqual(iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"],
                         "SUCCEEDED")
        arn = iam.create_open_id_connect_provider(
            Url="https://other.example.com", ClientIDList=["a"],
            ThumbprintList=["0" * 40])["OpenIDConnectProviderArn"]
        of = {"OpenIDConnectProviderArn": arn}
        iam.add_client_id_to_open_id_connect_provider(ClientID="b", **of)
        iam.remove_client_id_from_open_id_connect_provider(ClientID="a", **of)
        iam.update_open_id_connect_provider_thumbprint(ThumbprintList=["1" * 40], **of)
        iam.tag_open_id_connect_provider(Tags=[{"Key": "a", "Value": "b"}], **of)
        iam.untag_open_id_connect_provider(TagKeys=["a"], **of)
        iam.list_open_id_connect_provider_tags(**of)
        self.assertEqual(iam.get_open_id_connect_provider(**of)["ClientIDList"], ["b"])
        self.assertIn({"Arn": arn}, iam.list_open_id_connect_providers()
                      ["OpenIDConnectProviderList"])
        iam.delete_open_id_connect_provider(**of)

    def simulator(self, iam):
        result = iam.simulate_custom_policy(
            PolicyInputList=[ALLOW_S3], ActionNames=["s3:GetObject", "ec2:StopInstances"])
        self.assertEqual([r["EvalDecision"] for r in result["EvaluationResults"]],
                         ["allowed", "implicitDeny"])
        source = f"arn:aws:iam::{ACCOUNT}:role/Delegated"
        result = iam.simulate_principal_policy(
            PolicySourceArn=source, ActionNames=["s3:GetObject"],
            ResourceArns=["arn:aws:s3:::data/x"])["EvaluationResults"][0]
        self.assertEqual(result["MatchedStatements"][0]["SourcePolicyId"], "AmazonS3ReadOnlyAccess")
        self.assertEqual(result["ResourceSpecificResults"][0]["EvalResourceDecision"], "allowed")
        asks = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
             "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]})
        self.assertEqual(iam.get_context_keys_for_custom_policy(PolicyInputList=[asks])
                         ["ContextKeyNames"], ["aws:SecureTransport"])
        self.assertEqual(iam.get_context_keys_for_principal_policy(PolicySourceArn=source)
                         ["ContextKeyNames"], [])

    def test_every_operation_of_iam_answers_a_real_client(self):
        iam = self.client("iam")
        self.users_and_groups(iam)
        self.roles_and_policies(iam)
        self.account(iam)
        self.simulator(iam)

    # ------------------------------------------------------------------------------------ STS --

    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_every_operation_of_sts_answers_a_real_client(self):
        sts = self.client("sts", "admin")
        arn = sts.get_caller_identity()["Arn"]
        self.assertEqual(arn, f"arn:aws:iam::{ACCOUNT}:user/admin")
        role = f"arn:aws:iam::{ACCOUNT}:role/Delegated"
        assumed = sts.assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900,
                                  Tags=[{"Key": "team", "Value": "red"}])
        session = assumed["Credentials"]
        self.assertEqual(self.session("sts", session).get_caller_identity()["Arn"],
                         f"arn:aws:sts::{ACCOUNT}:assumed-role/Delegated/me")
        self.assertEqual(self.session("s3", session).get_object(Bucket="data", Key="x")
                         ["Body"].read(), b"x")
        self.assertEqual(
            self.error(self.session("s3", session).put_object, Bucket="data", Key="y", Body=b""),
            ("AccessDenied",
             f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Delegated/me is not authorized to perform: "
             's3:PutObject on resource: "arn:aws:s3:::data/y" because no identity-based policy '
             "allows the s3:PutObject action", 403))
        token = sts.get_session_token()["Credentials"]
        self.assertEqual(self.session("sts", token).get_caller_identity()["Arn"], arn)
        self.assertEqual(self.error(self.session("iam", token).list_roles)[0],
                         "InvalidClientTokenId")
        guest = sts.get_federation_token(Name="guest", Policy=ALLOW_S3)
        self.assertEqual(guest["FederatedUser"]["Arn"],
                         f"arn:aws:sts::{ACCOUNT}:federated-user/guest")
        self.session("s3", guest["Credentials"]).list_buckets()
        self.assertEqual(sts.get_access_key_info(AccessKeyId=session["AccessKeyId"])["Account"],
                         ACCOUNT)

        nobody = self.client("sts", signature_version=botocore.UNSIGNED)
        web = dict(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Web", RoleSessionName="ci")
        answer = nobody.assume_role_with_web_identity(WebIdentityToken=self.jwt(), **web)
        self.assertEqual(answer["SubjectFromWebIdentityToken"], "repo:me")
        self.session("s3", answer["Credentials"]).get_object(Bucket="data", Key="x")
        self.assertEqual(self.error(nobody.assume_role_with_web_identity,
                                    WebIdentityToken=self.jwt(sub="repo:you"), **web),
                         ("AccessDenied",
                          "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403))
        self.assertEqual(self.error(nobody.assume_role_with_web_identity,
                                    WebIdentityToken=self.jwt(exp=1), **web)[::2],
                         ("ExpiredTokenException", 400))
        self.assertEqual(self.error(nobody.assume_role_with_web_identity,
                                    WebIdentityToken=self.jwt()[:-8] + "AAAAAAAA", **web)[::2],
                         ("InvalidIdentityToken", 400))

        code, message, status = self.error(
            self.client("ec2", "plain").stop_instances, InstanceIds=["i-00000000000000001"])
        self.assertEqual((code, status), ("UnauthorizedOperation", 403))
        encoded = message.rsplit(" ", 1)[1]
        decoded = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)
                             ["DecodedMessage"])
        self.assertEqual(decoded["context"]["action"], "ec2:StopInstances")

    def test_denials_say_who_what_and_why(self):
        plain = self.client("iam", "plain")
        who = f"User: arn:aws:iam::{ACCOUNT}:user/plain is not authorized to perform: "
        for call, arguments, action, resource in (
                (plain.list_users, {}, "iam:ListUsers", f"arn:aws:iam::{ACCOUNT}:user/"),
                (plain.get_role, {"RoleName": "Delegated"}, "iam:GetRole", "role Delegated"),
                (plain.create_group, {"GroupName": "g"}, "iam:CreateGroup",
                 f"arn:aws:iam::{ACCOUNT}:group/g"),
                (plain.delete_user, {"UserName": "admin"}, "iam:DeleteUser", "user admin"),
                (plain.simulate_principal_policy,
                 {"PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:role/Delegated",
                  "ActionNames": ["s3:GetObject"]}, "iam:SimulatePrincipalPolicy",
                 f"arn:aws:iam::{ACCOUNT}:role/Delegated")):
            self.assertEqual(self.error(call, **arguments),
                             ("AccessDenied", f"{who}{action} on resource: {resource} because no "
                              f"identity-based policy allows the {action} action", 403))
        sts = self.client("sts", "plain")
        role = f"arn:aws:iam::{ACCOUNT}:role/Delegated"
        self.assertEqual(self.error(sts.assume_role, RoleArn=role, RoleSessionName="me"),
                         ("AccessDenied", f"{who}sts:AssumeRole on resource: {role} because no "
                          "identity-based policy allows the sts:AssumeRole action", 403))
        admin = self.client("iam", "admin")
        admin.put_user_policy(UserName="plain", PolicyName="no", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [
                {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}))
        self.assertEqual(self.error(plain.get_user),
                         ("AccessDenied", f"{who}iam:GetUser on resource: user plain with an "
                          "explicit deny in an identity-based policy", 403))


if __name__ == "__main__":
    main(covers=["iam", "sts"] if shutil.which("openssl") else ["iam"])

# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Every operation of Systems Manager that `stint cloud` has, called by Debian's boto3, with
denials."""
import datetime
import hashlib
import json
import os
import time
import unittest

from harness import Case, Cloud, INSTANCE, environment, main, stint

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

CONTENT = json.dumps({
    "schemaVersion": "2.2", "description": "Say hello",
    "parameters": {"Name": {"type": "String", "default": "you"}},
    "mainSteps": [{"action": "aws:runShellScript", "name": "hello",
                   "inputs": {"runCommand": ["echo {{ Name }}"]}}]})
OTHER = "210987654321"
NOW = datetime.datetime(2026, 11, 24, 11, 0, tzinfo=datetime.timezone.utc)


@unittest.skipUnless(boto3, "no boto3")
class Ssm(Case):
    def setUp(self):
        super().setUp()
        os.environ.update(environment())
        self.cloud = Cloud("--world", self.world(), "--nodes", "scripted")
        self.ssm = self.client()

    def tearDown(self):
        self.assertEqual(self.cloud.stop(), 0)
        super().tearDown()

    def world(self):
        dump = json.loads(stint("world", "dump", "--json").stdout)
        dump["propagation"] = {"iam_to_ec2": "0s", "association": "0s", "imds": "0s", "instance": "0s"}
        dump["nodes"] = {INSTANCE: [
            {"match": "fail", "exit": 7, "output": "half", "error": "broke"},
            {"match": "slow", "exit": 0, "duration": "30s"},
            {"match": "echo", "exit": 0, "output": "hello\n"}]}
        path = self.folder / "world.json"
        path.write_text(json.dumps(dump))
        return path

    def client(self, service="ssm", key="test", secret="test", token=None):
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name="us-west-2",
                            aws_access_key_id=key, aws_secret_access_key=secret,
                            aws_session_token=token,
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def user(self, *statements):
        """A client of Systems Manager for a user with these statements alone."""
        iam = self.client("iam")
        name = f"user{time.monotonic_ns()}"
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": list(statements)}))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return self.client(key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    def error(self, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            call(**arguments)
        return raised.exception.response["Error"]

    def send(self, line, **more):
        sent = self.ssm.send_command(DocumentName="AWS-RunShellScript", InstanceIds=[INSTANCE],
                                     Parameters={"commands": [line]}, **more)
        return sent["Command"]["CommandId"]

    def ended(self, command):
        for _ in range(100):
            got = self.ssm.get_command_invocation(CommandId=command, InstanceId=INSTANCE)
            if got["Status"] not in ("Pending", "InProgress", "Delayed", "Cancelling"):
                return got
            time.sleep(0.1)
        self.fail(f"the command did not end: {got}")

    def test_documents(self):
        ssm = self.ssm
        made = ssm.create_document(Name="Hello", Content=CONTENT, DocumentType="Command",
                                   Tags=[{"Key": "team", "Value": "a"}])["DocumentDescription"]
        self.assertEqual(made["Status"], "Creating")
        self.assertEqual(made["Hash"], hashlib.sha256(CONTENT.encode()).hexdigest())
        second = CONTENT.replace("hello", "goodbye")
        ssm.update_document(Name="Hello", Content=second, VersionName="two", DocumentVersion="$LATEST")
        ssm.update_document_default_version(Name="Hello", DocumentVersion="2")
        described = ssm.describe_document(Name="Hello")["Document"]
        self.assertEqual((described["DefaultVersion"], described["LatestVersion"]), ("2", "2"))
        self.assertEqual(described["Parameters"][0]["DefaultValue"], "you")
        got = ssm.get_document(Name="Hello", VersionName="two", DocumentFormat="YAML")
        self.assertIn("goodbye", got["Content"])
        self.assertEqual(json.loads(ssm.get_document(Name="Hello", DocumentVersion="1")["Content"]),
                         json.loads(CONTENT))
        own = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])
        self.assertEqual([row["Name"] for row in own["DocumentIdentifiers"]], ["Hello"])
        versions = ssm.list_document_versions(Name="Hello")["DocumentVersions"]
        self.assertEqual([row["DocumentVersion"] for row in versions], ["2", "1"])
        ssm.modify_document_permission(Name="Hello", PermissionType="Share",
                                       AccountIdsToAdd=[OTHER], SharedDocumentVersion="$DEFAULT")
        shared = ssm.describe_document_permission(Name="Hello", PermissionType="Share")
        self.assertEqual(shared["AccountIds"], [OTHER])
        self.assertEqual(self.error(ssm.delete_document, Name="Hello")["Code"],
                         "InvalidDocumentOperation")
        ssm.modify_document_permission(Name="Hello", PermissionType="Share",
                                       AccountIdsToRemove=[OTHER])
        ssm.update_document_metadata(Name="Hello", DocumentReviews={
            "Action": "SendForReview", "Comment": [{"Type": "Comment", "Content": "look"}]})
        history = ssm.list_document_metadata_history(Name="Hello", Metadata="DocumentReviews")
        self.assertEqual(history["Metadata"]["ReviewerResponse"][0]["ReviewStatus"], "PENDING")
        ssm.add_tags_to_resource(ResourceType="Document", ResourceId="Hello",
                                 Tags=[{"Key": "x", "Value": "y"}])
        ssm.remove_tags_from_resource(ResourceType="Document", ResourceId="Hello", TagKeys=["team"])
        tags = ssm.list_tags_for_resource(ResourceType="Document", ResourceId="Hello")["TagList"]
        self.assertEqual(tags, [{"Key": "x", "Value": "y"}])
        # Refusals.
        for call, code, arguments in (
                (ssm.create_document, "DocumentAlreadyExists", {"Name": "Hello", "Content": CONTENT}),
                (ssm.create_document, "InvalidDocumentContent", {"Name": "Bad", "Content": "{"}),
                (ssm.update_document, "DuplicateDocumentContent",
                 {"Name": "Hello", "Content": second, "DocumentVersion": "$LATEST"}),
                (ssm.get_document, "InvalidDocument", {"Name": "None"}),
                (ssm.get_document, "InvalidDocumentVersion",
                 {"Name": "Hello", "DocumentVersion": "9"}),
                (ssm.list_documents, "InvalidNextToken", {"NextToken": "x"})):
            self.assertEqual(self.error(call, **arguments)["Code"], code)
        ssm.delete_document(Name="Hello", DocumentVersion="1")
        ssm.delete_document(Name="Hello")
        self.assertEqual(self.error(ssm.describe_document, Name="Hello")["Code"], "InvalidDocument")

    def test_run_command(self):
        ssm = self.ssm
        command = self.send("echo hello", Comment="first", TimeoutSeconds=60)
        got = self.ended(command)
        self.assertEqual((got["Status"], got["ResponseCode"], got["StandardOutputContent"]),
                         ("Success", 0, "hello\n"))
        failed = self.ended(self.send("fail"))
        self.assertEqual((failed["Status"], failed["ResponseCode"]), ("Failed", 7))
        self.assertEqual(failed["StandardErrorContent"],
                         "broke\nfailed to run commands: exit status 7")
        listed = ssm.list_commands(CommandId=command)["Commands"][0]
        self.assertEqual((listed["Status"], listed["Comment"]), ("Success", "first"))
        invocations = ssm.list_command_invocations(CommandId=command, Details=True)
        plugin = invocations["CommandInvocations"][0]["CommandPlugins"][0]
        self.assertEqual((plugin["Name"], plugin["Output"]), ("aws:runShellScript", "hello\n"))
        slow = self.send("slow")
        ssm.cancel_command(CommandId=slow)
        self.assertEqual(self.ended(slow)["StatusDetails"], "Cancelled")
        # By tag, one at a time, with output to a bucket.
        sent = ssm.send_command(DocumentName="AWS-RunShellScript", MaxConcurrency="1", MaxErrors="0",
                                Targets=[{"Key": "InstanceIds", "Values": [INSTANCE]}],
                                Parameters={"commands": ["echo"]})["Command"]
        self.assertEqual(self.ended(sent["CommandId"])["Status"], "Success")
        waiter = ssm.get_waiter("command_executed")
        waiter.wait(CommandId=command, InstanceId=INSTANCE, WaiterConfig={"Delay": 1})
        nodes = ssm.describe_instance_information(
            Filters=[{"Key": "PingStatus", "Values": ["Online"]}])["InstanceInformationList"]
        self.assertEqual([node["InstanceId"] for node in nodes], [INSTANCE])
        self.assertEqual(ssm.get_connection_status(Target=INSTANCE)["Status"], "connected")
        for call, code, arguments in (
                (ssm.send_command, "InvalidInstanceId",
                 {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-00000000000000000"],
                  "Parameters": {"commands": ["x"]}}),
                (ssm.send_command, "InvalidDocument",
                 {"DocumentName": "None", "InstanceIds": [INSTANCE]}),
                (ssm.send_command, "InvalidParameters",
                 {"DocumentName": "AWS-RunShellScript", "InstanceIds": [INSTANCE]}),
                (ssm.send_command, "UnsupportedPlatformType",
                 {"DocumentName": "AWS-RunPowerShellScript", "InstanceIds": [INSTANCE],
                  "Parameters": {"commands": ["x"]}}),
                (ssm.get_command_invocation, "InvocationDoesNotExist",
                 {"CommandId": command, "InstanceId": "i-00000000000000000"}),
                (ssm.list_commands, "InvalidCommandId",
                 {"CommandId": "00000000-0000-4000-8000-000000000000"}),
                (ssm.describe_instance_information, "InvalidInstanceInformationFilterValue",
                 {"Filters": [{"Key": "PingStatus", "Values": ["Asleep"]}]})):
            self.assertEqual(self.error(call, **arguments)["Code"], code)

    def test_parameters(self):
        ssm = self.ssm
        ssm.put_parameter(Name="/app/a", Value="1", Type="String",
                          Tags=[{"Key": "team", "Value": "x"}])
        ssm.put_parameter(Name="/app/a", Value="2", Overwrite=True)
        ssm.put_parameter(Name="/app/secret", Value="hunter2", Type="SecureString")
        ssm.put_parameter(Name="/app/deep/list", Value="a,b", Type="StringList")
        self.assertEqual(ssm.get_parameter(Name="/app/a:1")["Parameter"]["Value"], "1")
        ssm.label_parameter_version(Name="/app/a", ParameterVersion=1, Labels=["stable"])
        self.assertEqual(ssm.get_parameter(Name="/app/a:stable")["Parameter"]["Value"], "1")
        ssm.unlabel_parameter_version(Name="/app/a", ParameterVersion=1, Labels=["stable"])
        sealed = ssm.get_parameter(Name="/app/secret")["Parameter"]["Value"]
        self.assertNotIn("hunter2", sealed)
        plain = ssm.get_parameters(Names=["/app/secret", "/none"], WithDecryption=True)
        self.assertEqual(plain["Parameters"][0]["Value"], "hunter2")
        self.assertEqual(plain["InvalidParameters"], ["/none"])
        pages = ssm.get_paginator("get_parameters_by_path").paginate(
            Path="/app", Recursive=True, PaginationConfig={"PageSize": 2})
        self.assertEqual([row["Name"] for page in pages for row in page["Parameters"]],
                         ["/app/a", "/app/deep/list", "/app/secret"])
        history = ssm.get_parameter_history(Name="/app/a")["Parameters"]
        self.assertEqual([row["Value"] for row in history], ["1", "2"])
        described = ssm.describe_parameters(
            ParameterFilters=[{"Key": "tag:team", "Values": ["x"]}])["Parameters"]
        self.assertEqual([row["Name"] for row in described], ["/app/a"])
        image = ssm.get_parameter(
            Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
        self.assertTrue(image["Parameter"]["Value"].startswith("ami-"))
        for call, code, arguments in (
                (ssm.put_parameter, "ParameterAlreadyExists",
                 {"Name": "/app/a", "Value": "3", "Type": "String"}),
                (ssm.put_parameter, "HierarchyTypeMismatchException",
                 {"Name": "/app/a", "Value": "3", "Type": "StringList", "Overwrite": True}),
                (ssm.get_parameter, "ParameterNotFound", {"Name": "/none"}),
                (ssm.get_parameter, "ParameterVersionNotFound", {"Name": "/app/a:9"}),
                (ssm.describe_parameters, "InvalidFilterKey",
                 {"ParameterFilters": [{"Key": "Colour", "Values": ["x"]}]})):
            self.assertEqual(self.error(call, **arguments)["Code"], code)
        self.assertEqual(ssm.delete_parameters(Names=["/app/a", "/none"])["DeletedParameters"],
                         ["/app/a"])
        ssm.delete_parameter(Name="/app/secret")

    def test_settings_inventory_and_compliance(self):
        ssm = self.ssm
        setting = "/ssm/parameter-store/default-parameter-tier"
        ssm.update_service_setting(SettingId=setting, SettingValue="Advanced")
        got = ssm.get_service_setting(SettingId=setting)["ServiceSetting"]
        self.assertEqual((got["SettingValue"], got["Status"]), ("Advanced", "Customized"))
        ssm.reset_service_setting(SettingId=setting)
        self.assertEqual(self.error(ssm.get_service_setting, SettingId="/ssm/none")["Code"],
                         "ServiceSettingNotFound")
        ssm.put_inventory(InstanceId=INSTANCE, Items=[{
            "TypeName": "AWS:Application", "SchemaVersion": "1.1",
            "CaptureTime": "2026-11-24T11:00:00Z", "Content": [{"Name": "bash", "Version": "5"}]}])
        entries = ssm.list_inventory_entries(InstanceId=INSTANCE, TypeName="AWS:Application")
        self.assertEqual(entries["Entries"], [{"Name": "bash", "Version": "5"}])
        found = ssm.get_inventory(
            Filters=[{"Key": "AWS:Application.Name", "Values": ["bash"], "Type": "Equal"}])
        self.assertEqual([row["Id"] for row in found["Entities"]], [INSTANCE])
        ssm.put_inventory(InstanceId=INSTANCE, Items=[{
            "TypeName": "Custom:Rack", "SchemaVersion": "1.0",
            "CaptureTime": "2026-11-24T11:00:00Z", "Content": [{"Place": "7"}]}])
        deletion = ssm.delete_inventory(TypeName="Custom:Rack")["DeletionId"]
        told = ssm.describe_inventory_deletions(DeletionId=deletion)["InventoryDeletions"][0]
        self.assertEqual((told["LastStatus"], told["TypeName"]), ("Complete", "Custom:Rack"))
        schema = ssm.get_inventory_schema(TypeName="AWS:Network")["Schemas"][0]
        self.assertIn("IPV4", [row["Name"] for row in schema["Attributes"]])
        ssm.put_compliance_items(
            ResourceId=INSTANCE, ResourceType="ManagedInstance", ComplianceType="Custom:Firewall",
            ExecutionSummary={"ExecutionTime": NOW},
            Items=[{"Id": "a", "Severity": "HIGH", "Status": "NON_COMPLIANT"}])
        items = ssm.list_compliance_items(ResourceIds=[INSTANCE])["ComplianceItems"]
        self.assertEqual((items[0]["Status"], items[0]["ExecutionSummary"]["ExecutionTime"]),
                         ("NON_COMPLIANT", NOW))
        summary = ssm.list_compliance_summaries()["ComplianceSummaryItems"][0]
        self.assertEqual(summary["NonCompliantSummary"]["NonCompliantCount"], 1)
        resource = ssm.list_resource_compliance_summaries()["ResourceComplianceSummaryItems"][0]
        self.assertEqual(resource["OverallSeverity"], "HIGH")

    def test_denials(self):
        nobody = self.user()
        calls = {
            "add_tags_to_resource": {"ResourceType": "Document", "ResourceId": "D",
                                     "Tags": [{"Key": "a", "Value": "b"}]},
            "cancel_command": {"CommandId": "00000000-0000-4000-8000-000000000000"},
            "create_document": {"Name": "Doc", "Content": CONTENT},
            "delete_document": {"Name": "Doc"},
            "delete_inventory": {"TypeName": "Custom:X"},
            "delete_parameter": {"Name": "p"},
            "delete_parameters": {"Names": ["p"]},
            "describe_document": {"Name": "Doc"},
            "describe_document_permission": {"Name": "Doc", "PermissionType": "Share"},
            "describe_instance_information": {},
            "describe_inventory_deletions": {},
            "describe_parameters": {},
            "get_command_invocation": {"CommandId": "00000000-0000-4000-8000-000000000000",
                                       "InstanceId": INSTANCE},
            "get_connection_status": {"Target": INSTANCE},
            "get_document": {"Name": "Doc"},
            "get_inventory": {},
            "get_inventory_schema": {},
            "get_parameter": {"Name": "p"},
            "get_parameter_history": {"Name": "p"},
            "get_parameters": {"Names": ["p"]},
            "get_parameters_by_path": {"Path": "/p"},
            "get_service_setting": {"SettingId": "/ssm/opsinsights/opscenter"},
            "label_parameter_version": {"Name": "p", "Labels": ["l"]},
            "list_command_invocations": {},
            "list_commands": {},
            "list_compliance_items": {},
            "list_compliance_summaries": {},
            "list_document_metadata_history": {"Name": "Doc", "Metadata": "DocumentReviews"},
            "list_document_versions": {"Name": "Doc"},
            "list_documents": {},
            "list_inventory_entries": {"InstanceId": INSTANCE, "TypeName": "AWS:Network"},
            "list_resource_compliance_summaries": {},
            "list_tags_for_resource": {"ResourceType": "Parameter", "ResourceId": "p"},
            "modify_document_permission": {"Name": "Doc", "PermissionType": "Share"},
            "put_compliance_items": {
                "ResourceId": INSTANCE, "ResourceType": "ManagedInstance",
                "ComplianceType": "Custom:X", "ExecutionSummary": {"ExecutionTime": NOW},
                "Items": []},
            "put_inventory": {"InstanceId": INSTANCE, "Items": [{
                "TypeName": "AWS:Network", "SchemaVersion": "1.0",
                "CaptureTime": "2026-11-24T11:00:00Z"}]},
            "put_parameter": {"Name": "p", "Value": "v", "Type": "String"},
            "remove_tags_from_resource": {"ResourceType": "Document", "ResourceId": "D",
                                          "TagKeys": ["a"]},
            "reset_service_setting": {"SettingId": "/ssm/opsinsights/opscenter"},
            "send_command": {"DocumentName": "AWS-RunShellScript", "InstanceIds": [INSTANCE],
                             "Parameters": {"commands": ["x"]}},
            "unlabel_parameter_version": {"Name": "p", "ParameterVersion": 1, "Labels": ["l"]},
            "update_document": {"Name": "Doc", "Content": CONTENT},
            "update_document_default_version": {"Name": "Doc", "DocumentVersion": "1"},
            "update_document_metadata": {"Name": "Doc", "DocumentReviews": {"Action": "Approve"}},
            "update_service_setting": {"SettingId": "/ssm/opsinsights/opscenter",
                                       "SettingValue": "Enabled"},
        }
        for name, arguments in calls.items():
            with self.subTest(name):
                error = self.error(getattr(nobody, name), **arguments)
                self.assertEqual(error["Code"], "AccessDeniedException")
                action = nobody.meta.method_to_api_mapping[name]
                self.assertIn(f"is not authorized to perform: ssm:{action} on resource: arn:aws:",
                              error["Message"])
        # A permission for one parameter is one for no other.
        reader = self.user({"Effect": "Allow", "Action": "ssm:GetParameter*", "Resource":
                            "arn:aws:ssm:us-west-2:123456789012:parameter/open/*"})
        for name in ("/open/a", "/closed/a"):
            self.ssm.put_parameter(Name=name, Value="v", Type="String")
        self.assertEqual(reader.get_parameter(Name="/open/a")["Parameter"]["Value"], "v")
        self.assertEqual(self.error(reader.get_parameter, Name="/closed/a")["Code"],
                         "AccessDeniedException")
        self.assertEqual(self.error(reader.get_parameters, Names=["/open/a", "/closed/a"])["Code"],
                         "AccessDeniedException")


if __name__ == "__main__":
    main(covers=["ssm"])

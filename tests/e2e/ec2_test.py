# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Every operation of EC2 that the embedded cloud has, called by boto3, with denials and dry runs."""
import base64
import json
import os
import re
import unittest
import urllib.error
import urllib.request

from harness import Case, Cloud, INSTANCE, environment, main, stint

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

AMI = "ami-0abcdef1234567890"


@unittest.skipUnless(boto3, "no boto3")
class Ec2(Case):
    def setUp(self):
        super().setUp()
        os.environ.update(environment())
        self.cloud = Cloud("--world", self.quick_world())
        self.ec2 = self.client()

    def tearDown(self):
        self.assertEqual(self.cloud.stop(), 0)
        super().tearDown()

    def quick_world(self):
        dump = json.loads(stint("world", "dump", "--json").stdout)
        dump["propagation"] = {"iam_to_ec2": "0s", "association": "0s", "imds": "0s", "instance": "0s"}
        dump["access_keys"]["reader"] = {"secret": "reader", "principal": "reader"}
        dump["users"] = {"reader": {"inline": {"read": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}}}}
        path = self.folder / "world.json"
        path.write_text(json.dumps(dump))
        return path

    def client(self, key="test", secret="test", service="ec2", region="us-west-2"):
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name=region,
                            aws_access_key_id=key, aws_secret_access_key=secret,
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def error(self, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            call(**arguments)
        return raised.exception.response

    def code(self, call, **arguments):
        return self.error(call, **arguments)["Error"]["Code"]

    def test_instances(self):
        ec2 = self.ec2
        made = ec2.run_instances(
            ImageId=AMI, MinCount=1, MaxCount=2, InstanceType="t3.micro", ClientToken="once",
            UserData="#!/bin/sh\necho hello\n", IamInstanceProfile={"Name": "CoreInstanceProfile"},
            MetadataOptions={"HttpTokens": "optional", "InstanceMetadataTags": "enabled"},
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}])
        ids = [one["InstanceId"] for one in made["Instances"]]
        self.assertEqual(len(ids), 2)
        again = ec2.run_instances(
            ImageId=AMI, MinCount=1, MaxCount=2, InstanceType="t3.micro", ClientToken="once",
            UserData="#!/bin/sh\necho hello\n", IamInstanceProfile={"Name": "CoreInstanceProfile"},
            MetadataOptions={"HttpTokens": "optional", "InstanceMetadataTags": "enabled"},
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}])
        self.assertEqual([one["InstanceId"] for one in again["Instances"]], ids)
        ec2.get_waiter("instance_running").wait(InstanceIds=ids)
        ec2.get_waiter("instance_status_ok").wait(InstanceIds=ids)
        pages = ec2.get_paginator("describe_instances").paginate(
            Filters=[{"Name": "tag:Name", "Values": ["w?b"]}], PaginationConfig={"PageSize": 5})
        self.assertEqual(sum(len(r["Instances"]) for p in pages for r in p["Reservations"]), 2)
        self.assertEqual(len(ec2.describe_instance_status(InstanceIds=ids)["InstanceStatuses"]), 2)
        data = ec2.describe_instance_attribute(InstanceId=ids[0], Attribute="userData")
        self.assertEqual(base64.b64decode(data["UserData"]["Value"]), b"#!/bin/sh\necho hello\n")
        self.assertIn(ids[0], ec2.get_console_output(InstanceId=ids[0])["Output"])
        ec2.monitor_instances(InstanceIds=ids)
        ec2.unmonitor_instances(InstanceIds=ids)
        ec2.reboot_instances(InstanceIds=ids)
        ec2.stop_instances(InstanceIds=ids)
        ec2.get_waiter("instance_stopped").wait(InstanceIds=ids)
        ec2.modify_instance_attribute(InstanceId=ids[0], InstanceType={"Value": "m5.large"})
        ec2.modify_instance_attribute(InstanceId=ids[0], UserData={"Value": b"changed"})
        data = ec2.describe_instance_attribute(InstanceId=ids[0], Attribute="userData")
        self.assertEqual(base64.b64decode(data["UserData"]["Value"]), b"changed")
        ec2.modify_instance_attribute(InstanceId=ids[0], SourceDestCheck={"Value": False})
        ec2.reset_instance_attribute(InstanceId=ids[0], Attribute="sourceDestCheck")
        options = ec2.modify_instance_metadata_options(InstanceId=ids[0], HttpTokens="required",
                                                       HttpPutResponseHopLimit=2)
        self.assertEqual(options["InstanceMetadataOptions"]["HttpTokens"], "required")
        ec2.start_instances(InstanceIds=ids)
        ec2.modify_instance_attribute(InstanceId=ids[1], DisableApiTermination={"Value": True})
        self.assertEqual(self.code(ec2.terminate_instances, InstanceIds=ids),
                         "OperationNotPermitted")
        ec2.modify_instance_attribute(InstanceId=ids[1], DisableApiTermination={"Value": False})
        ec2.terminate_instances(InstanceIds=ids)
        ec2.get_waiter("instance_terminated").wait(InstanceIds=ids)
        self.assertGreater(len(ec2.describe_instance_types(
            InstanceTypes=["t3.micro", "m5.large"])["InstanceTypes"]), 1)
        self.assertTrue(ec2.describe_instance_type_offerings(
            Filters=[{"Name": "instance-type", "Values": ["t3.*"]}])["InstanceTypeOfferings"])
        self.assertTrue(ec2.describe_account_attributes()["AccountAttributes"])

    def test_profiles(self):
        ec2 = self.ec2
        tie = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"][0]
        ec2.replace_iam_instance_profile_association(
            AssociationId=tie["AssociationId"], IamInstanceProfile={"Name": "CoreInstanceProfile"})
        ec2.disassociate_iam_instance_profile(AssociationId=tie["AssociationId"])
        ec2.associate_iam_instance_profile(InstanceId=INSTANCE,
                                           IamInstanceProfile={"Name": "CoreInstanceProfile"})

    def test_images_snapshots_and_volumes(self):
        ec2 = self.ec2
        image = ec2.create_image(InstanceId=INSTANCE, Name="golden")["ImageId"]
        ec2.get_waiter("image_available").wait(ImageIds=[image])
        ec2.modify_image_attribute(ImageId=image,
                                   LaunchPermission={"Add": [{"UserId": "210987654321"}]})
        permission = ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")
        self.assertEqual(permission["LaunchPermissions"], [{"UserId": "210987654321"}])
        ec2.reset_image_attribute(ImageId=image, Attribute="launchPermission")
        copy = ec2.copy_image(Name="copy", SourceImageId=image, SourceRegion="us-west-2")["ImageId"]
        ec2.deregister_image(ImageId=copy)
        found = ec2.describe_images(Owners=["amazon"],
                                    Filters=[{"Name": "name", "Values": ["al2023-ami-*"]}])
        self.assertTrue(found["Images"])
        volume = ec2.create_volume(AvailabilityZone="us-west-2a", Size=8, VolumeType="gp3",
                                   TagSpecifications=[{"ResourceType": "volume", "Tags": [
                                       {"Key": "a", "Value": "b"}]}])["VolumeId"]
        ec2.get_waiter("volume_available").wait(VolumeIds=[volume])
        ec2.attach_volume(VolumeId=volume, InstanceId=INSTANCE, Device="/dev/sdf")
        ec2.get_waiter("volume_in_use").wait(VolumeIds=[volume])
        ec2.modify_volume(VolumeId=volume, Size=9)
        change = ec2.describe_volumes_modifications(VolumeIds=[volume])["VolumesModifications"][0]
        self.assertEqual((change["ModificationState"], change["OriginalSize"], change["TargetSize"]),
                         ("completed", 8, 9))
        self.assertFalse(ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        self.assertTrue(ec2.enable_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        self.assertEqual(ec2.get_ebs_default_kms_key_id()["KmsKeyId"], "alias/aws/ebs")
        key = self.client(service="kms").create_key()["KeyMetadata"]
        self.assertEqual(ec2.modify_ebs_default_kms_key_id(KmsKeyId=key["KeyId"])["KmsKeyId"],
                         key["Arn"])
        sealed = ec2.create_volume(AvailabilityZone="us-west-2a", Size=1)
        self.assertTrue(sealed["Encrypted"])
        ec2.reset_ebs_default_kms_key_id()
        ec2.disable_ebs_encryption_by_default()
        self.assertTrue(ec2.describe_volume_status()["VolumeStatuses"])
        ec2.detach_volume(VolumeId=volume)
        snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot])
        ec2.create_snapshots(InstanceSpecification={"InstanceId": INSTANCE})
        ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission",
                                      OperationType="add", UserIds=["210987654321"])
        self.assertTrue(ec2.describe_snapshot_attribute(
            SnapshotId=snapshot, Attribute="createVolumePermission")["CreateVolumePermissions"])
        ec2.reset_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
        other = ec2.copy_snapshot(SourceRegion="us-west-2", SourceSnapshotId=snapshot)["SnapshotId"]
        registered = ec2.register_image(
            Name="registered", RootDeviceName="/dev/xvda", Architecture="x86_64",
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": other}}])
        self.assertEqual(self.code(ec2.delete_snapshot, SnapshotId=other), "InvalidSnapshot.InUse")
        ec2.deregister_image(ImageId=registered["ImageId"])
        ec2.delete_snapshot(SnapshotId=other)
        ec2.delete_volume(VolumeId=volume)
        self.assertEqual(self.code(ec2.describe_volumes, VolumeIds=[volume]),
                         "InvalidVolume.NotFound")
        self.assertTrue(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"])

    def test_networks(self):
        ec2 = self.ec2
        self.assertTrue(ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"])
        self.assertGreater(len(ec2.describe_regions()["Regions"]), 10)
        self.assertEqual(len(ec2.describe_availability_zones()["AvailabilityZones"]), 4)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.get_waiter("vpc_available").wait(VpcIds=[vpc])
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.assertTrue(ec2.describe_vpc_attribute(
            VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"])
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        self.assertEqual(len(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]), 1)
        logs = ec2.create_flow_logs(
            ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3",
            LogDestination="arn:aws:s3:::my-script-bucket")
        self.assertEqual(logs["Unsuccessful"], [])
        found = ec2.describe_flow_logs(Filter=[{"Name": "resource-id", "Values": [vpc]}])
        self.assertEqual([one["FlowLogId"] for one in found["FlowLogs"]], logs["FlowLogIds"])
        self.assertEqual(ec2.delete_flow_logs(FlowLogIds=logs["FlowLogIds"])["Unsuccessful"], [])
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        self.assertEqual(len(ec2.describe_internet_gateways(
            Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]), 1)
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId="nat-1")
        tie = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
        second = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        tie = ec2.replace_route_table_association(AssociationId=tie,
                                                  RouteTableId=second)["NewAssociationId"]
        self.assertEqual(len(ec2.describe_route_tables(
            Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["RouteTables"]), 1)
        ec2.disassociate_route_table(AssociationId=tie)
        ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
        acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        entry = {"NetworkAclId": acl, "RuleNumber": 100, "Egress": False, "Protocol": "6",
                 "RuleAction": "deny", "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 1, "To": 2}}
        ec2.create_network_acl_entry(**entry)
        ec2.replace_network_acl_entry(**dict(entry, RuleAction="allow"))
        acls = ec2.describe_network_acls(
            Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
        tie = acls[0]["Associations"][0]["NetworkAclAssociationId"]
        tie = ec2.replace_network_acl_association(AssociationId=tie,
                                                  NetworkAclId=acl)["NewAssociationId"]
        self.assertEqual(self.code(ec2.delete_network_acl, NetworkAclId=acl), "DependencyViolation")
        ec2.replace_network_acl_association(AssociationId=tie, NetworkAclId=acls[0]["NetworkAclId"])
        ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False)
        ec2.delete_network_acl(NetworkAclId=acl)
        group = ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc)["GroupId"]
        rule = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80,
                 "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "in"}]}]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)
        self.assertEqual(self.code(ec2.authorize_security_group_ingress, GroupId=group,
                                   IpPermissions=rule), "InvalidPermission.Duplicate")
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rule)
        ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=rule)
        ec2.update_security_group_rule_descriptions_egress(GroupId=group, IpPermissions=rule)
        self.assertEqual(len(ec2.describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]), 3)
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule)
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=rule)
        self.assertEqual(len(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]), 1)
        one = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        ec2.modify_network_interface_attribute(NetworkInterfaceId=one, Groups=[group])
        self.assertEqual(ec2.describe_network_interface_attribute(
            NetworkInterfaceId=one, Attribute="groupSet")["Groups"][0]["GroupId"], group)
        self.assertEqual(self.code(ec2.delete_subnet, SubnetId=subnet), "DependencyViolation")
        tie = ec2.attach_network_interface(NetworkInterfaceId=one, InstanceId=INSTANCE,
                                           DeviceIndex=1)["AttachmentId"]
        ec2.detach_network_interface(AttachmentId=tie)
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        tie = ec2.associate_address(AllocationId=address, InstanceId=INSTANCE)["AssociationId"]
        self.assertEqual(ec2.describe_addresses(
            AllocationIds=[address])["Addresses"][0]["InstanceId"], INSTANCE)
        ec2.disassociate_address(AssociationId=tie)
        ec2.release_address(AllocationId=address)
        self.assertEqual(len(ec2.describe_network_interfaces()["NetworkInterfaces"]), 2)
        ec2.delete_network_interface(NetworkInterfaceId=one)
        ec2.delete_security_group(GroupId=group)
        for each in (table, second):
            ec2.delete_route_table(RouteTableId=each)
        ec2.delete_subnet(SubnetId=subnet)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        ec2.delete_vpc(VpcId=vpc)

    def test_keys_templates_and_tags(self):
        ec2 = self.ec2
        made = ec2.create_key_pair(KeyName="mine")
        self.assertIn("BEGIN RSA PRIVATE KEY", made["KeyMaterial"])
        shown = ec2.describe_key_pairs(KeyNames=["mine"], IncludePublicKey=True)["KeyPairs"][0]
        ec2.import_key_pair(KeyName="again", PublicKeyMaterial=shown["PublicKey"].encode())
        ec2.delete_key_pair(KeyName="mine")
        template = ec2.create_launch_template(
            LaunchTemplateName="web", LaunchTemplateData={"ImageId": AMI, "InstanceType": "t3.small"})
        template = template["LaunchTemplate"]["LaunchTemplateId"]
        ec2.create_launch_template_version(LaunchTemplateId=template, SourceVersion="1",
                                           LaunchTemplateData={"InstanceType": "t3.nano"})
        ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion="2")
        self.assertEqual(len(ec2.describe_launch_template_versions(
            LaunchTemplateId=template)["LaunchTemplateVersions"]), 2)
        self.assertEqual(ec2.describe_launch_templates()["LaunchTemplates"][0]["DefaultVersionNumber"], 2)
        made = ec2.run_instances(MinCount=1, MaxCount=1,
                                 LaunchTemplate={"LaunchTemplateName": "web"})["Instances"][0]
        self.assertEqual(made["InstanceType"], "t3.nano")
        ec2.delete_launch_template(LaunchTemplateId=template)
        ec2.create_tags(Resources=[INSTANCE], Tags=[{"Key": "a", "Value": "b"}])
        tags = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["a"]}])["Tags"]
        self.assertEqual(tags[0]["ResourceId"], INSTANCE)
        ec2.delete_tags(Resources=[INSTANCE], Tags=[{"Key": "a"}])

    def test_denials_and_dry_runs(self):
        reader = self.client("reader", "reader")
        self.assertTrue(reader.describe_instances()["Reservations"])
        denied = self.error(reader.stop_instances, InstanceIds=[INSTANCE])
        self.assertEqual(denied["Error"]["Code"], "UnauthorizedOperation")
        self.assertEqual(denied["ResponseMetadata"]["HTTPStatusCode"], 403)
        self.assertIn("is not authorized to perform: ec2:StopInstances on resource: "
                      f"arn:aws:ec2:us-west-2:123456789012:instance/{INSTANCE}",
                      denied["Error"]["Message"])
        arguments = {
            "RunInstances": {"ImageId": AMI, "MinCount": 1, "MaxCount": 1},
            "StopInstances": {"InstanceIds": [INSTANCE]},
            "TerminateInstances": {"InstanceIds": [INSTANCE]},
            "CreateVpc": {"CidrBlock": "10.0.0.0/16"},
            "CreateVolume": {"AvailabilityZone": "us-west-2a", "Size": 1},
            "CreateTags": {"Resources": [INSTANCE], "Tags": [{"Key": "a", "Value": "b"}]},
            "AllocateAddress": {}, "CreateInternetGateway": {},
            "CreateKeyPair": {"KeyName": "k", "KeyType": "ed25519"},
            "CreateImage": {"InstanceId": INSTANCE, "Name": "img"},
        }
        before = stint("world", "dump", "--json").returncode
        self.assertEqual(before, 0)
        for operation, given in arguments.items():
            method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
            dry = self.error(getattr(self.ec2, method), DryRun=True, **given)
            self.assertEqual((dry["Error"]["Code"], dry["ResponseMetadata"]["HTTPStatusCode"]),
                             ("DryRunOperation", 412), operation)
            no = self.error(getattr(reader, method), DryRun=True, **given)
            self.assertEqual((no["Error"]["Code"], no["ResponseMetadata"]["HTTPStatusCode"]),
                             ("UnauthorizedOperation", 403), operation)
        self.assertEqual(len(self.ec2.describe_vpcs()["Vpcs"]), 1)
        self.assertEqual(self.ec2.describe_addresses()["Addresses"], [])

    def test_metadata_of_a_new_instance(self):
        made = self.ec2.run_instances(
            ImageId=AMI, MinCount=1, MaxCount=1, UserData="hello",
            MetadataOptions={"InstanceMetadataTags": "enabled"},
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "x"}]}])
        made = made["Instances"][0]
        port = self.cloud.endpoint.rsplit(":", 1)[1]
        base = None
        for last in range(1, 5):  # the lowest address that nobody else has
            try:
                url = f"http://127.64.0.{last}:{port}/latest/meta-data/instance-id"
                with urllib.request.urlopen(url, timeout=10) as answer:
                    if answer.read().decode() == made["InstanceId"]:
                        base = f"http://127.64.0.{last}:{port}/latest/"
            except (urllib.error.URLError, OSError):
                pass  # the default instance wants a token, others are not there
        self.assertIsNotNone(base)
        read = lambda path: urllib.request.urlopen(base + path, timeout=10).read().decode()
        self.assertEqual(read("user-data"), "hello")
        self.assertEqual(read("meta-data/tags/instance/Name"), "x")
        self.ec2.modify_instance_metadata_options(InstanceId=made["InstanceId"],
                                                  HttpEndpoint="disabled")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            read("meta-data/")
        self.assertEqual(refused.exception.code, 403)
        refused.exception.close()


if __name__ == "__main__":
    main(covers=["ec2"])

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of EC2, for its table.
namespace stint::cloud::ec2 {

using Resources = std::vector<std::string>;

// profiles.cc
Result<Value> associate_iam_instance_profile(Call& call, const Value& in);
Result<Value> describe_iam_instance_profile_associations(Call& call, const Value& in);
Result<Value> disassociate_iam_instance_profile(Call& call, const Value& in);
Result<Value> replace_iam_instance_profile_association(Call& call, const Value& in);
Resources association_resources(const Call& call, const Value& in);
void association_context(const Call& call, const Value& in, policy::Context& out);

// ebs.cc
Result<Value> describe_volumes_modifications(Call& call, const Value& in);
Result<Value> disable_ebs_encryption_by_default(Call& call, const Value& in);
Result<Value> enable_ebs_encryption_by_default(Call& call, const Value& in);
Result<Value> get_ebs_default_kms_key_id(Call& call, const Value& in);
Result<Value> get_ebs_encryption_by_default(Call& call, const Value& in);
Result<Value> modify_ebs_default_kms_key_id(Call& call, const Value& in);
Result<Value> reset_ebs_default_kms_key_id(Call& call, const Value& in);

// flow_logs.cc
Result<Value> create_flow_logs(Call& call, const Value& in);
Result<Value> delete_flow_logs(Call& call, const Value& in);
Result<Value> describe_flow_logs(Call& call, const Value& in);
Resources flow_log_resources(const Call& call, const Value& in);

// instances.cc
Result<Value> describe_instances(Call& call, const Value& in);
Result<Value> describe_instance_status(Call& call, const Value& in);

// run_instances.cc
Result<Value> run_instances(Call& call, const Value& in);
Resources run_resources(const Call& call, const Value& in);

// lifecycle.cc
Result<Value> reboot_instances(Call& call, const Value& in);
Result<Value> start_instances(Call& call, const Value& in);
Result<Value> stop_instances(Call& call, const Value& in);
Result<Value> terminate_instances(Call& call, const Value& in);

// attributes.cc
Result<Value> describe_instance_attribute(Call& call, const Value& in);
Result<Value> get_console_output(Call& call, const Value& in);
Result<Value> modify_instance_attribute(Call& call, const Value& in);
Result<Value> modify_instance_metadata_options(Call& call, const Value& in);
Result<Value> monitor_instances(Call& call, const Value& in);
Result<Value> reset_instance_attribute(Call& call, const Value& in);
Result<Value> unmonitor_instances(Call& call, const Value& in);

// types.cc
Result<Value> describe_instance_type_offerings(Call& call, const Value& in);
Result<Value> describe_instance_types(Call& call, const Value& in);

// tags.cc
Result<Value> create_tags(Call& call, const Value& in);
Result<Value> delete_tags(Call& call, const Value& in);
Result<Value> describe_tags(Call& call, const Value& in);
Resources tagged_resources(const Call& call, const Value& in);

// regions.cc
Result<Value> describe_account_attributes(Call& call, const Value& in);
Result<Value> describe_availability_zones(Call& call, const Value& in);
Result<Value> describe_regions(Call& call, const Value& in);

// images.cc, image_attributes.cc
Result<Value> copy_image(Call& call, const Value& in);
Result<Value> create_image(Call& call, const Value& in);
Result<Value> deregister_image(Call& call, const Value& in);
Result<Value> describe_image_attribute(Call& call, const Value& in);
Result<Value> describe_images(Call& call, const Value& in);
Result<Value> modify_image_attribute(Call& call, const Value& in);
Result<Value> register_image(Call& call, const Value& in);
Result<Value> reset_image_attribute(Call& call, const Value& in);

// snapshots.cc
Result<Value> copy_snapshot(Call& call, const Value& in);
Result<Value> create_snapshot(Call& call, const Value& in);
Result<Value> create_snapshots(Call& call, const Value& in);
Result<Value> delete_snapshot(Call& call, const Value& in);
Result<Value> describe_snapshot_attribute(Call& call, const Value& in);
Result<Value> describe_snapshots(Call& call, const Value& in);
Result<Value> modify_snapshot_attribute(Call& call, const Value& in);
Result<Value> reset_snapshot_attribute(Call& call, const Value& in);

// volumes.cc, volume_changes.cc
Result<Value> attach_volume(Call& call, const Value& in);
Result<Value> create_volume(Call& call, const Value& in);
Result<Value> delete_volume(Call& call, const Value& in);
Result<Value> describe_volume_status(Call& call, const Value& in);
Result<Value> describe_volumes(Call& call, const Value& in);
Result<Value> detach_volume(Call& call, const Value& in);
Result<Value> modify_volume(Call& call, const Value& in);

// key_pairs.cc
Result<Value> create_key_pair(Call& call, const Value& in);
Result<Value> delete_key_pair(Call& call, const Value& in);
Result<Value> describe_key_pairs(Call& call, const Value& in);
Result<Value> import_key_pair(Call& call, const Value& in);
Resources key_pair_resources(const Call& call, const Value& in);

// groups.cc, group_rules.cc
Result<Value> authorize_security_group_egress(Call& call, const Value& in);
Result<Value> authorize_security_group_ingress(Call& call, const Value& in);
Result<Value> create_security_group(Call& call, const Value& in);
Result<Value> delete_security_group(Call& call, const Value& in);
Result<Value> describe_security_group_rules(Call& call, const Value& in);
Result<Value> describe_security_groups(Call& call, const Value& in);
Result<Value> revoke_security_group_egress(Call& call, const Value& in);
Result<Value> revoke_security_group_ingress(Call& call, const Value& in);
Result<Value> update_security_group_rule_descriptions_egress(Call& call, const Value& in);
Result<Value> update_security_group_rule_descriptions_ingress(Call& call, const Value& in);
Resources group_resources(const Call& call, const Value& in);

// vpcs.cc, subnets.cc
Result<Value> create_subnet(Call& call, const Value& in);
Result<Value> create_vpc(Call& call, const Value& in);
Result<Value> delete_subnet(Call& call, const Value& in);
Result<Value> delete_vpc(Call& call, const Value& in);
Result<Value> describe_subnets(Call& call, const Value& in);
Result<Value> describe_vpc_attribute(Call& call, const Value& in);
Result<Value> describe_vpcs(Call& call, const Value& in);
Result<Value> modify_subnet_attribute(Call& call, const Value& in);
Result<Value> modify_vpc_attribute(Call& call, const Value& in);

// gateways.cc
Result<Value> attach_internet_gateway(Call& call, const Value& in);
Result<Value> create_internet_gateway(Call& call, const Value& in);
Result<Value> delete_internet_gateway(Call& call, const Value& in);
Result<Value> describe_internet_gateways(Call& call, const Value& in);
Result<Value> detach_internet_gateway(Call& call, const Value& in);

// routes.cc
Result<Value> associate_route_table(Call& call, const Value& in);
Result<Value> create_route(Call& call, const Value& in);
Result<Value> create_route_table(Call& call, const Value& in);
Result<Value> delete_route(Call& call, const Value& in);
Result<Value> delete_route_table(Call& call, const Value& in);
Result<Value> describe_route_tables(Call& call, const Value& in);
Result<Value> disassociate_route_table(Call& call, const Value& in);
Result<Value> replace_route(Call& call, const Value& in);
Result<Value> replace_route_table_association(Call& call, const Value& in);
Resources route_table_resources(const Call& call, const Value& in);

// acls.cc
Result<Value> create_network_acl(Call& call, const Value& in);
Result<Value> create_network_acl_entry(Call& call, const Value& in);
Result<Value> delete_network_acl(Call& call, const Value& in);
Result<Value> delete_network_acl_entry(Call& call, const Value& in);
Result<Value> describe_network_acls(Call& call, const Value& in);
Result<Value> replace_network_acl_association(Call& call, const Value& in);
Result<Value> replace_network_acl_entry(Call& call, const Value& in);
Resources acl_association_resources(const Call& call, const Value& in);

// interfaces.cc
Result<Value> attach_network_interface(Call& call, const Value& in);
Result<Value> create_network_interface(Call& call, const Value& in);
Result<Value> delete_network_interface(Call& call, const Value& in);
Result<Value> describe_network_interface_attribute(Call& call, const Value& in);
Result<Value> describe_network_interfaces(Call& call, const Value& in);
Result<Value> detach_network_interface(Call& call, const Value& in);
Result<Value> modify_network_interface_attribute(Call& call, const Value& in);
Resources detached_interface(const Call& call, const Value& in);

// addresses.cc
Result<Value> allocate_address(Call& call, const Value& in);
Result<Value> associate_address(Call& call, const Value& in);
Result<Value> describe_addresses(Call& call, const Value& in);
Result<Value> disassociate_address(Call& call, const Value& in);
Result<Value> release_address(Call& call, const Value& in);
Resources address_resources(const Call& call, const Value& in);

// launch_templates.cc
Result<Value> create_launch_template(Call& call, const Value& in);
Result<Value> create_launch_template_version(Call& call, const Value& in);
Result<Value> delete_launch_template(Call& call, const Value& in);
Result<Value> describe_launch_template_versions(Call& call, const Value& in);
Result<Value> describe_launch_templates(Call& call, const Value& in);
Result<Value> modify_launch_template(Call& call, const Value& in);
Resources template_resources(const Call& call, const Value& in);

}  // namespace stint::cloud::ec2

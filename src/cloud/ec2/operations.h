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

// instances.cc
Result<Value> describe_instances(Call& call, const Value& in);
Result<Value> describe_instance_status(Call& call, const Value& in);

// lifecycle.cc
Result<Value> reboot_instances(Call& call, const Value& in);
Result<Value> start_instances(Call& call, const Value& in);
Result<Value> stop_instances(Call& call, const Value& in);
Result<Value> terminate_instances(Call& call, const Value& in);
Resources instance_resources(const Call& call, const Value& in);
void instances_context(const Call& call, const Value& in, policy::Context& out);

// tags.cc
Result<Value> create_tags(Call& call, const Value& in);
Result<Value> delete_tags(Call& call, const Value& in);
Result<Value> describe_tags(Call& call, const Value& in);
Resources tagged_resources(const Call& call, const Value& in);
void tags_context(const Call& call, const Value& in, policy::Context& out);

// regions.cc
Result<Value> describe_availability_zones(Call& call, const Value& in);
Result<Value> describe_regions(Call& call, const Value& in);

}  // namespace stint::cloud::ec2

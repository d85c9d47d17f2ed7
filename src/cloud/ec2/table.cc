// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/table.h"

#include <algorithm>

#include "cloud/ec2/operations.h"

namespace stint::cloud::ec2 {
namespace {

Resources anything(const Call&, const Value&) {
  return {"*"};
}

constexpr Operation operations[] = {
    {"AssociateIamInstanceProfile", associate_iam_instance_profile, association_resources,
     association_context},
    {"CreateTags", create_tags, tagged_resources, tags_context},
    {"DeleteTags", delete_tags, tagged_resources, tags_context},
    {"DescribeAvailabilityZones", describe_availability_zones, anything, nullptr, {}, true},
    {"DescribeIamInstanceProfileAssociations",
     describe_iam_instance_profile_associations,
     anything,
     nullptr,
     {},
     true},
    {"DescribeInstanceStatus", describe_instance_status, anything, nullptr, {}, true},
    {"DescribeInstances", describe_instances, anything, nullptr, {}, true},
    {"DescribeRegions", describe_regions, anything, nullptr, {}, true},
    {"DescribeTags", describe_tags, anything, nullptr, {}, true},
    {"DisassociateIamInstanceProfile", disassociate_iam_instance_profile, association_resources,
     association_context},
    {"RebootInstances", reboot_instances, instance_resources, instances_context},
    {"ReplaceIamInstanceProfileAssociation", replace_iam_instance_profile_association,
     association_resources, association_context},
    {"StartInstances", start_instances, instance_resources, instances_context},
    {"StopInstances", stop_instances, instance_resources, instances_context},
    {"TerminateInstances", terminate_instances, instance_resources, instances_context},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "ec2", .operations = operations};
}

}  // namespace stint::cloud::ec2

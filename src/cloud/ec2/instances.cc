// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Describing instances and their status.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/instance_rows.h"
#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

/// Terminated instances are shown for about an hour.
constexpr Duration grave = std::chrono::hours(1);

constexpr FilterPath instance_filters[] = {
    {"architecture", "Architecture"},
    {"availability-zone", "Placement.AvailabilityZone"},
    {"block-device-mapping.attach-time", "BlockDeviceMappings[].Ebs.AttachTime"},
    {"block-device-mapping.delete-on-termination", "BlockDeviceMappings[].Ebs.DeleteOnTermination"},
    {"block-device-mapping.device-name", "BlockDeviceMappings[].DeviceName"},
    {"block-device-mapping.status", "BlockDeviceMappings[].Ebs.Status"},
    {"block-device-mapping.volume-id", "BlockDeviceMappings[].Ebs.VolumeId"},
    {"client-token", "ClientToken"},
    {"dns-name", "PublicDnsName"},
    {"group-id", "SecurityGroups[].GroupId"},
    {"group-name", "SecurityGroups[].GroupName"},
    {"hypervisor", "Hypervisor"},
    {"iam-instance-profile.arn", "IamInstanceProfile.Arn"},
    {"iam-instance-profile.id", "IamInstanceProfile.Id"},
    {"image-id", "ImageId"},
    {"instance-id", "InstanceId"},
    {"instance-lifecycle", "InstanceLifecycle"},
    {"instance-state-code", "State.Code"},
    {"instance-state-name", "State.Name"},
    {"instance-type", "InstanceType"},
    {"instance.group-id", "SecurityGroups[].GroupId"},
    {"instance.group-name", "SecurityGroups[].GroupName"},
    {"ip-address", "PublicIpAddress"},
    {"key-name", "KeyName"},
    {"launch-index", "AmiLaunchIndex"},
    {"launch-time", "LaunchTime"},
    {"metadata-options.http-endpoint", "MetadataOptions.HttpEndpoint"},
    {"metadata-options.http-put-response-hop-limit", "MetadataOptions.HttpPutResponseHopLimit"},
    {"metadata-options.http-tokens", "MetadataOptions.HttpTokens"},
    {"metadata-options.instance-metadata-tags", "MetadataOptions.InstanceMetadataTags"},
    {"monitoring-state", "Monitoring.State"},
    {"network-interface.addresses.private-ip-address", "NetworkInterfaces[].PrivateIpAddress"},
    {"network-interface.network-interface-id", "NetworkInterfaces[].NetworkInterfaceId"},
    {"network-interface.subnet-id", "NetworkInterfaces[].SubnetId"},
    {"network-interface.vpc-id", "NetworkInterfaces[].VpcId"},
    {"owner-id", "OwnerId"},
    {"platform", "Platform"},
    {"platform-details", "PlatformDetails"},
    {"private-dns-name", "PrivateDnsName"},
    {"private-ip-address", "PrivateIpAddress"},
    {"reservation-id", "ReservationId"},
    {"root-device-name", "RootDeviceName"},
    {"root-device-type", "RootDeviceType"},
    {"source-dest-check", "SourceDestCheck"},
    {"state-reason-code", "StateReason.Code"},
    {"subnet-id", "SubnetId"},
    {"tenancy", "Placement.Tenancy"},
    {"usage-operation", "UsageOperation"},
    {"virtualization-type", "VirtualizationType"},
    {"vpc-id", "VpcId"},
};
constexpr FilterPath instance_status_filters[] = {
    {"availability-zone", "AvailabilityZone"},
    {"instance-state-code", "InstanceState.Code"},
    {"instance-state-name", "InstanceState.Name"},
    {"instance-status.reachability", "InstanceStatus.Details[].Status"},
    {"instance-status.status", "InstanceStatus.Status"},
    {"system-status.reachability", "SystemStatus.Details[].Status"},
    {"system-status.status", "SystemStatus.Status"},
};

/// The instances that a call may show: those named, else all but the long gone ones.
std::vector<const Instance*> shown(const Call& call, const Value& in, const InstanceRows& rows) {
  const State* ec2 = find_ec2(call.state, call.account, call.region);
  std::vector<const Instance*> out;
  if (!ec2) return out;
  const Value::List& wanted = in.items("InstanceIds");
  if (!wanted.empty()) {
    std::vector<std::string_view> ids;
    for (const Value& id : wanted) ids.emplace_back(id.as_text());
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const std::string_view id : ids)
      if (const Instance* instance = ec2->instances.find(id)) out.push_back(instance);
    return out;
  }
  for (const auto& [id, instance] : ec2->instances)
    if (rows.state(*instance) != "terminated" || call.now < instance->state_since + grave)
      out.push_back(instance.get());
  return out;
}

}  // namespace

Result<Value> describe_instances(Call& call, const Value& in) {
  const InstanceRows rows(call);
  Value::List all;
  for (const Instance* instance : shown(call, in, rows)) {
    Value row = rows.row(*instance);
    row.set("ReservationId", rows.reservation(*instance));
    row.set("OwnerId", call.account);
    all.push_back(std::move(row));
  }
  Value answer = TRY(list_rows(in,
                               {.member = "Instances",
                                .ids = "InstanceIds",
                                .id = "InstanceId",
                                .prefix = "i-",
                                .filters = instance_filters},
                               std::move(all)));
  // Those of one launch are shown together, where the first of them stands.
  Value::List reservations;
  std::map<std::string, std::size_t> places;
  for (Value& row : answer.edit_object().find("Instances")->edit_list()) {
    const std::string reservation = row.text("ReservationId");
    row.edit_object().erase("ReservationId");
    row.edit_object().erase("OwnerId");
    const auto [place, fresh] = places.emplace(reservation, reservations.size());
    if (fresh)
      reservations.push_back(object({{"ReservationId", reservation},
                                     {"OwnerId", call.account},
                                     {"Groups", Value::List()},
                                     {"Instances", Value::List()}}));
    reservations[place->second].edit_object().find("Instances")->push(std::move(row));
  }
  Value out = object({{"Reservations", std::move(reservations)}});
  if (answer.find("NextToken")) out.set("NextToken", answer["NextToken"]);
  return out;
}

Result<Value> describe_instance_status(Call& call, const Value& in) {
  const bool all = in.flag("IncludeAllInstances");
  const InstanceRows rows(call);
  Value::List statuses;
  TRY(in.items("InstanceIds").empty() ? Result<void>()
                                      : check_instances(call, in.items("InstanceIds")));
  for (const Instance* instance : shown(call, in, rows)) {
    const std::string_view state = rows.state(*instance);
    const bool running = state == "running";
    if (!running && !all) continue;
    // The checks take a while after a start; an instance that ran from the beginning has passed.
    const bool fresh = instance->state == "pending" &&
                       call.now < instance->state_since + 2 * call.state.propagation.instance;
    const auto check = [&] {
      if (!running) return object({{"Status", "not-applicable"}});
      return object(
          {{"Status", fresh ? "initializing" : "ok"},
           {"Details", Value::list({object({{"Name", "reachability"},
                                            {"Status", fresh ? "initializing" : "passed"}})})}});
    };
    statuses.push_back(object({{"AvailabilityZone", instance->zone},
                               {"InstanceId", instance->id},
                               {"InstanceState", state_value(state)},
                               {"InstanceStatus", check()},
                               {"SystemStatus", check()}}));
  }
  if (in.find("MaxResults") && in["InstanceIds"].size())
    return fault("InvalidParameterCombination",
                 "The parameter instancesSet cannot be used with the parameter maxResults");
  return list_rows(in,
                   {.member = "InstanceStatuses",
                    .id = "InstanceId",
                    .prefix = "i-",
                    .filters = instance_status_filters},
                   std::move(statuses));
}

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Describing instances.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/ec2/association.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"

namespace stint::cloud::ec2 {
namespace {

/// Terminated instances are shown for about an hour.
constexpr Duration grave = std::chrono::hours(1);

struct Seen {
  const Instance* instance;
  std::string_view state;
  const Association* profile;  ///< as DescribeInstances shows it, or nullptr
};

std::string private_dns(const Instance& instance, std::string_view region) {
  std::string dashed = instance.private_ip;
  std::ranges::replace(dashed, '.', '-');
  return region == "us-east-1" ? fmt::format("ip-{}.ec2.internal", dashed)
                               : fmt::format("ip-{}.{}.compute.internal", dashed, region);
}

std::vector<std::string> tag_values(const Tags& tags) {
  std::vector<std::string> values;
  for (const auto& [key, value] : tags) values.push_back(value);
  return values;
}
std::vector<std::string> tag_keys(const Tags& tags) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : tags) keys.push_back(key);
  return keys;
}

/// The values that a filter of this name looks at. None: EC2 has no such filter.
std::optional<std::vector<std::string>> filter_values(const Call& call, const Seen& seen,
                                                      std::string_view name) {
  using Values = std::vector<std::string>;
  const Instance& instance = *seen.instance;
  if (name.starts_with("tag:")) {
    auto tag = instance.tags.find(std::string(name.substr(4)));
    return tag == instance.tags.end() ? Values{} : Values{tag->second};
  }
  if (name == "tag-key") return tag_keys(instance.tags);
  if (name == "tag-value") return tag_values(instance.tags);
  if (name == "instance-id") return Values{instance.id};
  if (name == "instance-state-name") return Values{std::string(seen.state)};
  if (name == "instance-state-code") return Values{std::to_string(state_code(seen.state))};
  if (name == "instance-type") return Values{instance.type};
  if (name == "image-id") return Values{instance.image};
  if (name == "availability-zone") return Values{instance.zone};
  if (name == "private-ip-address") return Values{instance.private_ip};
  if (name == "private-dns-name") return Values{private_dns(instance, call.region)};
  if (name == "owner-id") return Values{call.account};
  if (name == "vpc-id") return Values{default_vpc(call.account, call.region)};
  if (name == "subnet-id") return Values{default_subnet(call.account, instance.zone)};
  if (name == "reservation-id") return Values{fixed_id("r-", instance.id)};
  if (name == "architecture") return Values{"x86_64"};
  if (name == "platform-details") return Values{"Linux/UNIX"};
  if (name == "root-device-type") return Values{"ebs"};
  if (name == "virtualization-type") return Values{"hvm"};
  if (name == "tenancy") return Values{"default"};
  if (name == "metadata-options.http-tokens") return Values{"required"};
  if (name == "iam-instance-profile.arn")
    return seen.profile ? Values{seen.profile->profile_arn} : Values{};
  if (name == "iam-instance-profile.id")
    return seen.profile ? Values{seen.profile->profile_id} : Values{};
  return std::nullopt;
}

Result<bool> passes(const Call& call, const std::vector<Filter>& filters, const Seen& seen) {
  bool all = true;
  for (const Filter& filter : filters) {
    auto values = filter_values(call, seen, filter.name);
    if (!values)
      return fault("InvalidParameterValue", fmt::format("The filter '{}' is invalid", filter.name));
    all = all && filter.matches_any(*values);
  }
  return all;
}

Value describe(const Call& call, const Seen& seen) {
  const Instance& instance = *seen.instance;
  std::string group = fixed_id("sg-", fmt::format("{}/{}", call.account, call.region));
  Value groups =
      Value::list({object({{"GroupId", group}, {"GroupName", std::string_view("default")}})});
  Object out{
      {"AmiLaunchIndex", 0},
      {"ImageId", instance.image},
      {"InstanceId", instance.id},
      {"InstanceType", instance.type},
      {"LaunchTime", iso8601(instance.launched)},
      {"Monitoring", object({{"State", "disabled"}})},
      {"Placement",
       object({{"AvailabilityZone", instance.zone}, {"GroupName", ""}, {"Tenancy", "default"}})},
      {"PrivateDnsName", private_dns(instance, call.region)},
      {"PrivateIpAddress", instance.private_ip},
      {"ProductCodes", Value::List()},
      {"PublicDnsName", ""},
      {"State", state_value(seen.state)},
      {"StateTransitionReason", ""},
      {"SubnetId", default_subnet(call.account, instance.zone)},
      {"VpcId", default_vpc(call.account, call.region)},
      {"Architecture", "x86_64"},
      {"BlockDeviceMappings",
       Value::list({object({{"DeviceName", "/dev/xvda"},
                            {"Ebs", object({{"AttachTime", iso8601(instance.launched)},
                                            {"DeleteOnTermination", true},
                                            {"Status", "attached"},
                                            {"VolumeId", fixed_id("vol-", instance.id)}})}})})},
      {"ClientToken", ""},
      {"EbsOptimized", false},
      {"EnaSupport", true},
      {"Hypervisor", "xen"},
  };
  if (seen.profile)
    out.append("IamInstanceProfile",
               object({{"Arn", seen.profile->profile_arn}, {"Id", seen.profile->profile_id}}));
  out.append("RootDeviceName", "/dev/xvda");
  out.append("RootDeviceType", "ebs");
  out.append("SecurityGroups", groups);
  out.append("SourceDestCheck", true);
  out.append("Tags", tag_list(instance.tags));
  out.append("VirtualizationType", "hvm");
  out.append("MetadataOptions", object({{"State", "applied"},
                                        {"HttpTokens", "required"},
                                        {"HttpPutResponseHopLimit", 1},
                                        {"HttpEndpoint", "enabled"},
                                        {"HttpProtocolIpv6", "disabled"},
                                        {"InstanceMetadataTags", "disabled"}}));
  out.append("PlatformDetails", "Linux/UNIX");
  out.append("UsageOperation", "RunInstances");
  return out;
}

/// The instances that a Describe call is about: all, or those named. Errors as EC2 has them.
Result<std::vector<Seen>> select(Call& call, const Value& in) {
  State& ec2 = call.own_region().ec2;
  Duration delay = call.state.propagation.instance;
  auto ties = all_ties(ec2);
  auto see = [&](const Instance& instance) {
    auto own = ties.find(instance.id);
    return Seen{&instance, instance.state_at(call.now, delay),
                own == ties.end() ? nullptr : shown_association(call.state, own->second, call.now)};
  };
  std::vector<Seen> seen;
  const Value::List& ids = in.items("InstanceIds");
  if (ids.empty()) {
    for (const auto& [id, instance] : ec2.instances) {
      seen.push_back(see(*instance));
      if (seen.back().state == "terminated" && call.now >= instance->state_since + grave)
        seen.pop_back();
    }
    return seen;
  }
  TRY(check_instances(call, ids));
  std::vector<std::string> unique;
  for (const Value& id : ids) unique.push_back(id.as_text());
  std::ranges::sort(unique);
  unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
  for (const std::string& id : unique) seen.push_back(see(*ec2.instances.find(id)));
  return seen;
}

/// One page of those that pass the filters, each turned into a row by `make`.
template <class Make>
Result<Value> list_page(Call& call, const Value& in, std::string_view member, Make make) {
  std::vector<Filter> filters = TRY(read_filters(in));
  Page page = TRY(read_page(in, 5, 1000));
  if (page.limit && in["InstanceIds"].size())
    return fault("InvalidParameterCombination",
                 "The parameter instancesSet cannot be used with the parameter maxResults");
  std::vector<Seen> all = TRY(select(call, in));
  TRY(unless_dry_run(in));
  Value::List rows;
  std::string last;
  bool more = false;
  for (const Seen& seen : all) {
    std::string key = "i/" + seen.instance->id;
    bool pass = TRY(passes(call, filters, seen));
    if (!pass || key <= page.after) continue;
    std::optional<Value> row = make(seen);
    if (!row) continue;
    more = page.limit && rows.size() == page.limit;
    if (more) break;
    rows.push_back(std::move(*row));
    last = std::move(key);
  }
  Value answer = object({{member, std::move(rows)}});
  if (more) answer.set("NextToken", next_token(last));
  return answer;
}

}  // namespace

Result<Value> describe_instances(Call& call, const Value& in) {
  return list_page(call, in, "Reservations", [&](const Seen& seen) -> std::optional<Value> {
    return object({{"ReservationId", fixed_id("r-", seen.instance->id)},
                   {"OwnerId", call.account},
                   {"Groups", Value::List()},
                   {"Instances", Value::list({describe(call, seen)})}});
  });
}

Result<Value> describe_instance_status(Call& call, const Value& in) {
  bool all = in.flag("IncludeAllInstances");
  return list_page(call, in, "InstanceStatuses", [&](const Seen& seen) -> std::optional<Value> {
    bool running = seen.state == "running";
    if (!running && !all) return std::nullopt;
    auto check = [&] {
      if (!running) return object({{"Status", "not-applicable"}});
      return object(
          {{"Status", "ok"},
           {"Details", Value::list({object({{"Name", "reachability"}, {"Status", "passed"}})})}});
    };
    return object({{"AvailabilityZone", seen.instance->zone},
                   {"InstanceId", seen.instance->id},
                   {"InstanceState", state_value(seen.state)},
                   {"InstanceStatus", check()},
                   {"SystemStatus", check()}});
  });
}

}  // namespace stint::cloud::ec2

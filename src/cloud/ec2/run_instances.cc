// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Launching instances.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "cloud/ec2/images.h"
#include "cloud/ec2/instance_rows.h"
#include "cloud/ec2/launch_templates.h"
#include "cloud/ec2/metadata_options.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/resources.h"
#include "cloud/ec2/types.h"
#include "cloud/ec2/volumes.h"

namespace stint::cloud::ec2 {
namespace {

constexpr std::int64_t most_at_once = 1000;

Result<void> check_counts(const Value& in) {
  if (in.integer("MinCount") <= 0)
    return fault("InvalidParameterValue", "Minimum instance count must be greater than zero");
  if (in.integer("MaxCount") <= 0)
    return fault("InvalidParameterValue", "Maximum instance count must be greater than zero");
  if (in.integer("MaxCount") < in.integer("MinCount"))
    return fault("InvalidParameterValue",
                 "Maximum instance count must not be smaller than minimum instance count");
  if (in.integer("MaxCount") > most_at_once)
    return fault("InstanceLimitExceeded",
                 fmt::format("You have requested more instances ({}) than your current instance "
                             "limit of {} allows for the specified instance type.",
                             in.integer("MaxCount"), most_at_once));
  return {};
}

/// The network of a launch: NetworkInterfaces[0] or the members of the request itself.
struct Placed {
  Subnet subnet;
  std::vector<std::string> groups;
  std::string private_ip;
  bool public_address = false;
};

Result<Subnet> choose_subnet(const Call& call, const Value& in, const std::string& id) {
  if (!id.empty()) return need<Subnet>(call, id);
  std::string zone = in["Placement"].text("AvailabilityZone");
  if (!zone.empty() && !is_zone(call.region, zone))
    return fault("InvalidParameterValue", fmt::format("Invalid availability zone: [{}]", zone));
  for (const Subnet& subnet : all_things<Subnet>(call))
    if (subnet.is_default && (subnet.zone == zone || (zone.empty() && subnet.zone.ends_with('a'))))
      return subnet;
  if (!find_thing<Vpc>(call, default_vpc(call.account, call.region)))
    return fault("VPCIdNotSpecified",
                 "No default VPC for this user. GroupName is only supported for EC2-Classic and "
                 "default VPC.");
  return fault("MissingInput", fmt::format("No subnets found for the default VPC '{}'. Please "
                                           "specify a subnet.",
                                           default_vpc(call.account, call.region)));
}

Result<std::vector<std::string>> choose_groups(const Call& call, const Value& ids,
                                               const Value& names, const Subnet& subnet) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const SecurityGroup group = TRY(need<SecurityGroup>(call, ids[i].as_text()));
    if (group.vpc != subnet.vpc)
      return fault("InvalidParameter",
                   fmt::format("Security group {} and subnet {} belong to different networks.",
                               group.id, subnet.id));
    out.push_back(group.id);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i].as_text();
    std::string found;
    for (const SecurityGroup& group : all_things<SecurityGroup>(call))
      if (group.name == name && group.vpc == subnet.vpc) found = group.id;
    if (found.empty())
      return fault("InvalidGroup.NotFound",
                   fmt::format("The security group '{}' does not exist in default VPC '{}'", name,
                               subnet.vpc),
                   400, Code::not_found);
    out.push_back(found);
  }
  if (!out.empty()) return out;
  for (const SecurityGroup& group : all_things<SecurityGroup>(call))
    if (group.vpc == subnet.vpc && group.name == "default") out.push_back(group.id);
  return out;
}

Result<Placed> place(const Call& call, const Value& in) {
  const Value& first = in["NetworkInterfaces"][0];
  const bool by_interface = !first.is_null();
  if (by_interface && (!in.text("SubnetId").empty() || in["SecurityGroupIds"].size()))
    return fault("InvalidParameterCombination",
                 "Network interfaces and an instance-level subnet ID or security groups may not be "
                 "specified on the same request");
  if (in["SecurityGroups"].size() && !in.text("SubnetId").empty())
    return fault("InvalidParameterCombination",
                 "The parameter groupName cannot be used with the parameter subnet");
  Placed out;
  out.subnet = TRY(choose_subnet(call, in, (by_interface ? first : in).text("SubnetId")));
  out.groups = TRY(choose_groups(call, by_interface ? first["Groups"] : in["SecurityGroupIds"],
                                 in["SecurityGroups"], out.subnet));
  out.private_ip = (by_interface ? first : in).text("PrivateIpAddress");
  out.public_address = first.flag("AssociatePublicIpAddress", out.subnet.public_addresses);
  if (!out.private_ip.empty()) {
    const auto address = parse_address(out.private_ip);
    const auto block = parse_block(out.subnet.cidr);
    if (!address || !block || !block->contains({.base = *address}))
      return fault("InvalidParameterValue",
                   "Address does not fall within the subnet's address range");
    if (used_addresses(home_of(call), out.subnet).contains(*address))
      return fault("InvalidIPAddress.InUse", fmt::format("Address {} is in use.", out.private_ip),
                   400, Code::conflict);
    if (in.integer("MaxCount") > 1)
      return fault("InvalidParameterCombination",
                   "A private IP address may be specified for only one instance.");
  }
  return out;
}

Result<void> check_user_data(const std::string& text) {
  const auto bytes = from_base64(text);
  if (!bytes) return fault("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
  if (bytes->size() > 16384)
    return fault("InvalidParameterValue", "User data is limited to 16384 bytes");
  return {};
}

/// Loopback addresses for metadata that no instance of any account has.
class MetadataAddresses {
 public:
  explicit MetadataAddresses(const cloud::State& state) {
    for (const auto& [id, account] : state.accounts)
      for (const auto& [name, region] : account.regions)
        for (const auto& [instance, thing] : region.ec2.instances)
          used_.insert(thing->imds_address);
  }
  std::string next() {
    while (true) {
      std::string address = fmt::format("127.{}.{}.{}", 64 + number_ / 254 / 256 % 64,
                                        number_ / 254 % 256, number_ % 254 + 1);
      ++number_;
      if (used_.insert(address).second || number_ > 4'000'000) return address;
    }
  }

 private:
  std::set<std::string> used_;
  std::size_t number_ = 0;
};

Value answer(const Call& call, const std::vector<std::string>& ids) {
  const InstanceRows rows(call);
  const State& ec2 = *find_ec2(call.state, call.account, call.region);
  Value::List instances;
  std::string reservation;
  for (const std::string& id : ids)
    if (const Instance* instance = ec2.instances.find(id)) {
      reservation = rows.reservation(*instance);
      instances.push_back(rows.row(*instance));
    }
  return object({{"ReservationId", reservation},
                 {"OwnerId", call.account},
                 {"Groups", Value::List()},
                 {"Instances", std::move(instances)}});
}

}  // namespace

Resources run_resources(const Call& call, const Value& given) {
  // What cannot be resolved is refused by the handler; here the request counts as it is.
  const auto resolved = with_template(call, given);
  const Value& in = resolved ? *resolved : given;
  Resources out = all_of<maybe<"image", "ImageId">, made<"instance">, made<"network-interface">,
                         maybe<"subnet", "SubnetId">, maybe<"security-group", "SecurityGroupIds">,
                         maybe<"key-pair", "KeyName">, made<"volume">>(call, in);
  for (const Value& one : in.items("NetworkInterfaces"))
    for (std::string& arn :
         all_of<maybe<"subnet", "SubnetId">, maybe<"security-group", "Groups">>(call, one))
      out.push_back(std::move(arn));
  return out;
}

Result<Value> run_instances(Call& call, const Value& given) {
  const Value in = TRY(with_template(call, given));
  if (in.text("ImageId").empty())
    return fault("MissingParameter", "The request must contain the parameter ImageId");
  TRY(check_counts(in));
  const std::vector<std::string> before = TRY(made_before(call, in));
  if (!before.empty()) return answer(call, before);

  const Image image = TRY(launchable_image(call, in.text("ImageId")));
  const std::string type = in.text("InstanceType").empty() ? "m1.small" : in.text("InstanceType");
  const auto known = find_type(type);
  if (!known)
    return fault("InvalidParameterValue",
                 fmt::format("Invalid value '{}' for InstanceType.", type));
  if (image.architecture != "i386" && architecture_of(*known) != image.architecture)
    return fault("InvalidParameterValue",
                 fmt::format("The architecture '{}' of the specified instance type does not match "
                             "the architecture '{}' of the specified AMI. Specify an instance type "
                             "and an AMI that have matching architectures, and try again.",
                             architecture_of(*known), image.architecture));
  const Placed placed = TRY(place(call, in));
  if (!in.text("KeyName").empty()) TRY(need<KeyPair>(call, in.text("KeyName")));
  TRY(check_user_data(in.text("UserData")));

  Instance plain{.type = type, .image = image.id, .zone = placed.subnet.zone};
  plain.state = "pending";
  plain.launched = plain.state_since = call.now;
  plain.subnet = placed.subnet.id;
  plain.groups = placed.groups;
  plain.key = in.text("KeyName");
  plain.user_data = in.text("UserData");
  plain.client_token = in.text("ClientToken");
  plain.ebs_optimized = in.flag("EbsOptimized");
  plain.monitoring = in["Monitoring"].flag("Enabled");
  plain.protected_from_termination = in.flag("DisableApiTermination");
  plain.protected_from_stop = in.flag("DisableApiStop");
  if (const std::string& tenancy = in["Placement"].text("Tenancy"); !tenancy.empty())
    plain.tenancy = tenancy;
  if (const std::string& shutdown = in.text("InstanceInitiatedShutdownBehavior"); !shutdown.empty())
    plain.shutdown = shutdown;
  if (plain.shutdown != "stop" && plain.shutdown != "terminate")
    return fault(
        "InvalidParameterValue",
        fmt::format("Invalid value '{}' for InstanceInitiatedShutdownBehavior.", plain.shutdown));
  // An image that was made for version 2 of the metadata service asks for it.
  plain.metadata.tokens = image.imds_support == "v2.0" ? "required" : "optional";
  plain.metadata.hops = image.imds_support == "v2.0" ? 2 : 1;
  TRY(set_metadata_options(in["MetadataOptions"], plain.metadata));

  std::optional<ChosenProfile> profile;
  if (in["IamInstanceProfile"].size()) {
    profile = TRY(choose_profile(call, in));
    if (!profile->role)
      return fault("InvalidParameterValue",
                   fmt::format("IAM Instance Profile \"{}\" has no associated IAM Roles",
                               profile->profile->arn));
  }
  const auto tags = [&](std::string_view type) {
    return tags_for(call, in, type,
                    {"instance", "network-interface", "spot-instances-request", "volume"});
  };
  plain.tags = TRY(tags("instance"));
  const Tags volume_tags = TRY(tags("volume"));
  const Tags interface_tags = TRY(tags("network-interface"));
  const std::vector<Volume> disks = TRY(launch_volumes(call, in, image, placed.subnet.zone));

  std::vector<std::string> addresses;
  if (!placed.private_ip.empty()) addresses = {placed.private_ip};
  auto used = used_addresses(home_of(call), placed.subnet);
  while (static_cast<std::int64_t>(addresses.size()) < in.integer("MaxCount"))
    if (auto address = free_address(placed.subnet, used))
      addresses.push_back(std::move(*address));
    else
      break;
  if (static_cast<std::int64_t>(addresses.size()) < in.integer("MinCount"))
    return fault(
        "InsufficientFreeAddressesInSubnet",
        "The specified subnet does not have enough free addresses to satisfy the request.");

  State& ec2 = call.own_region().ec2;
  MetadataAddresses metadata(call.state);
  plain.reservation = call.new_hex_id("r-0", 16);
  std::vector<std::string> ids;
  for (const std::string& address : addresses) {
    Instance instance = plain;
    instance.id = call.new_hex_id("i-0", 16);
    instance.private_ip = address;
    instance.imds_address = metadata.next();
    instance.launch_index = static_cast<int>(ids.size());
    if (placed.public_address)  // of the block for benchmarks (RFC 2544): nobody's in earnest
      instance.public_ip = address_text(
          (198u << 24 | 18u << 16) + static_cast<std::uint32_t>(call.state.random.below(131072)));
    const std::string id = instance.id;
    if (profile) {
      Association made = make_association(call, instance, *profile);
      std::string key = made.id;
      ec2.associations.put(std::move(key), std::move(made));
    }
    ec2.instances.put(id, std::move(instance));
    keep_launch_volumes(call, id, disks, volume_tags);
    if (!interface_tags.empty()) {
      auto interface = find_thing<NetworkInterface>(call, twin_id("eni-", id));
      interface->tags = interface_tags;
      keep(call, std::move(*interface));
    }
    ids.push_back(id);
  }
  remember_made(call, in, ids);
  call.effect = "created";
  return answer(call, ids);
}

}  // namespace stint::cloud::ec2

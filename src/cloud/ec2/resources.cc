// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ec2/resources.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cloud/ec2/association.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

/// The keys of one thing.
class Keys {
 public:
  Keys(const Home& home, policy::Context& out) : home_(home), out_(out) {}

  void set(std::string_view key, std::string value) {
    if (!value.empty()) out_.set(key, std::move(value));
  }
  void set(std::string_view key, bool value) {
    out_.set(key, std::string(value ? "true" : "false"));
  }
  void tags(const Tags& tags) {
    for (const auto& [key, value] : tags) {
      out_.set("ec2:ResourceTag/" + key, value);
      out_.set("aws:ResourceTag/" + key, value);
    }
  }
  std::string arn(std::string_view type, std::string_view id) const {
    return id.empty() ? std::string() : arn_of(home_.region, home_.account, type, id);
  }
  const Home& home() const { return home_; }

 private:
  const Home& home_;
  policy::Context& out_;
};

void of_instance(const Call& call, Keys& keys, const Instance& instance) {
  keys.tags(instance.tags);
  keys.set("ec2:InstanceID", instance.id);
  keys.set("ec2:InstanceType", instance.type);
  keys.set("ec2:AvailabilityZone", instance.zone);
  keys.set("ec2:Tenancy", instance.tenancy);
  keys.set("ec2:RootDeviceType", std::string("ebs"));
  keys.set("ec2:EbsOptimized", instance.ebs_optimized);
  keys.set("ec2:InstanceMarketType", std::string("on-demand"));
  keys.set("ec2:MetadataHttpEndpoint", instance.metadata.endpoint);
  keys.set("ec2:MetadataHttpTokens", instance.metadata.tokens);
  keys.set("ec2:MetadataHttpPutResponseHopLimit", std::to_string(instance.metadata.hops));
  if (const Association* worn =
          shown_association(call.state, ties_of(keys.home().ec2, instance.id), call.now))
    keys.set("ec2:InstanceProfile", worn->profile_arn);
}

template <class T>
void of(const Keys&, const T&) {}
void of(Keys& keys, const Vpc& vpc) {
  keys.set("ec2:VpcID", vpc.id);
  keys.set("ec2:Tenancy", vpc.tenancy);
}
void of(Keys& keys, const Subnet& subnet) {
  keys.set("ec2:SubnetID", subnet.id);
  keys.set("ec2:Vpc", keys.arn("vpc", subnet.vpc));
  keys.set("ec2:AvailabilityZone", subnet.zone);
}
void of(Keys& keys, const SecurityGroup& group) {
  keys.set("ec2:SecurityGroupID", group.id);
  keys.set("ec2:Vpc", keys.arn("vpc", group.vpc));
}
void of(Keys& keys, const InternetGateway& gateway) {
  keys.set("ec2:InternetGatewayID", gateway.id);
}
void of(Keys& keys, const RouteTable& table) {
  keys.set("ec2:RouteTableID", table.id);
  keys.set("ec2:Vpc", keys.arn("vpc", table.vpc));
}
void of(Keys& keys, const NetworkAcl& acl) {
  keys.set("ec2:NetworkAclID", acl.id);
  keys.set("ec2:Vpc", keys.arn("vpc", acl.vpc));
}
void of(Keys& keys, const NetworkInterface& interface) {
  keys.set("ec2:NetworkInterfaceID", interface.id);
  keys.set("ec2:Subnet", keys.arn("subnet", interface.subnet));
  if (auto subnet = find_thing<Subnet>(keys.home(), interface.subnet)) {
    keys.set("ec2:Vpc", keys.arn("vpc", subnet->vpc));
    keys.set("ec2:AvailabilityZone", subnet->zone);
  }
}
void of(Keys& keys, const Address& address) {
  keys.set("ec2:AllocationId", address.id);
  keys.set("ec2:PublicIpAddress", address.ip);
  keys.set("ec2:Domain", std::string("vpc"));
}
void of(Keys& keys, const Image& image) {
  keys.set("ec2:ImageID", image.id);
  keys.set("ec2:ImageType", std::string("machine"));
  keys.set("ec2:Owner", image.owner_alias.empty() ? image.owner : image.owner_alias);
  keys.set("ec2:Public", image.everybody);
  keys.set("ec2:RootDeviceType", std::string("ebs"));
}
void of(Keys& keys, const Snapshot& snapshot) {
  keys.set("ec2:SnapshotID", snapshot.id);
  keys.set("ec2:Owner", snapshot.owner);
  keys.set("ec2:ParentVolume", keys.arn("volume", snapshot.volume));
  keys.set("ec2:VolumeSize", std::to_string(snapshot.size));
  keys.set("ec2:Encrypted", snapshot.encrypted);
  keys.set("ec2:SnapshotTime", iso8601(snapshot.started));
}
void of(Keys& keys, const Volume& volume) {
  keys.set("ec2:VolumeID", volume.id);
  keys.set("ec2:VolumeType", volume.type);
  keys.set("ec2:VolumeSize", std::to_string(volume.size));
  keys.set("ec2:Encrypted", volume.encrypted);
  keys.set("ec2:AvailabilityZone", volume.zone);
  if (!volume.snapshot.empty())
    keys.set("ec2:ParentSnapshot", keys.arn("snapshot", volume.snapshot));
}
void of(Keys& keys, const KeyPair& key) {
  keys.set("ec2:KeyPairName", key.name);
  keys.set("ec2:KeyPairType", key.type);
}

template <class T>
void describe(Keys& keys, std::string_view id) {
  if (auto thing = find_thing<T>(keys.home(), id)) {
    keys.tags(thing->tags);
    of(keys, *thing);
  }
}

/// What a request says of things that are not there yet.
void of_request(const Call& call, const Value& in, std::string_view type, Keys& keys) {
  if (type == "instance" && call.operation == "RunInstances") {
    const Value& metadata = in["MetadataOptions"];
    keys.set("ec2:InstanceType",
             in.text("InstanceType").empty() ? std::string("m1.small") : in.text("InstanceType"));
    keys.set("ec2:Tenancy", in["Placement"].text("Tenancy").empty()
                                ? std::string("default")
                                : in["Placement"].text("Tenancy"));
    keys.set("ec2:AvailabilityZone", in["Placement"].text("AvailabilityZone"));
    keys.set("ec2:RootDeviceType", std::string("ebs"));
    keys.set("ec2:EbsOptimized", in.flag("EbsOptimized"));
    keys.set("ec2:InstanceMarketType", std::string("on-demand"));
    keys.set("ec2:MetadataHttpTokens", metadata.text("HttpTokens"));
    keys.set("ec2:MetadataHttpEndpoint", metadata.text("HttpEndpoint"));
    if (metadata.find("HttpPutResponseHopLimit"))
      keys.set("ec2:MetadataHttpPutResponseHopLimit",
               std::to_string(metadata.integer("HttpPutResponseHopLimit")));
    keys.set("ec2:ImageID", in.text("ImageId"));
    keys.set("ec2:KeyPairName", in.text("KeyName"));
    if (auto subnet = find_thing<Subnet>(keys.home(), in.text("SubnetId"))) {
      keys.set("ec2:Subnet", keys.arn("subnet", subnet->id));
      keys.set("ec2:Vpc", keys.arn("vpc", subnet->vpc));
      keys.set("ec2:AvailabilityZone", subnet->zone);
    }
    keys.set("ec2:InstanceProfile", profile_arn(call, in));
  }
  if (type == "volume") {
    keys.set("ec2:VolumeType", in.text("VolumeType"));
    if (in.find("Size")) keys.set("ec2:VolumeSize", std::to_string(in.integer("Size")));
    keys.set("ec2:Encrypted", in.flag("Encrypted"));
    keys.set("ec2:AvailabilityZone", in.text("AvailabilityZone"));
    if (!in.text("SnapshotId").empty())
      keys.set("ec2:ParentSnapshot", keys.arn("snapshot", in.text("SnapshotId")));
  }
  if (type == "subnet" || type == "security-group" || type == "network-acl" ||
      type == "route-table")
    keys.set("ec2:Vpc", keys.arn("vpc", in.text("VpcId")));
}

void request_tags(const Value::List& tags, std::vector<std::string>& keys, policy::Context& out) {
  for (const Value& tag : tags) {
    keys.push_back(tag.text("Key"));
    if (tag.find("Value")) out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
  }
}

}  // namespace

Resources ids_at(const Call& call, const Value& in, std::string_view type, std::string_view member,
                 bool required) {
  Resources out;
  const auto add = [&](const std::string& id) {
    out.push_back(arn_of(call.region, call.account, type, id));
  };
  const Value& given = in[member];
  if (given.is_text()) add(given.as_text());
  if (given.is_list())
    for (const Value& id : given.as_list()) add(id.as_text());
  if (out.empty() && required) add("*");
  return out;
}

void resource_keys(const Call& call, const Value& in, std::string_view arn, policy::Context& out) {
  out.set("ec2:Region", call.region);
  if (const std::string& attribute = in.text("Attribute"); !attribute.empty())
    out.set("ec2:Attribute", attribute);
  const std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() < 6) return;
  const std::string_view type = parts[5].substr(0, parts[5].find('/'));
  const std::string_view id = parts[5].substr(parts[5].find('/') + 1);
  const Home home = home_of(call);
  Keys keys(home, out);
  std::vector<std::string> tag_keys;
  request_tags(in.items("Tags"), tag_keys, out);
  for (const Value& given : in.items("TagSpecifications"))
    if (given.text("ResourceType") == type) request_tags(given.items("Tags"), tag_keys, out);
  if (!tag_keys.empty()) out.set("aws:TagKeys", std::move(tag_keys));
  if (id == "*") return of_request(call, in, type, keys);
  if (type == "instance") {
    if (const Instance* instance = home.ec2.instances.find(id)) of_instance(call, keys, *instance);
  }
  if (type == "vpc") describe<Vpc>(keys, id);
  if (type == "subnet") describe<Subnet>(keys, id);
  if (type == "security-group") describe<SecurityGroup>(keys, id);
  if (type == "internet-gateway") describe<InternetGateway>(keys, id);
  if (type == "vpc-flow-log") describe<FlowLog>(keys, id);
  if (type == "route-table") describe<RouteTable>(keys, id);
  if (type == "network-acl") describe<NetworkAcl>(keys, id);
  if (type == "network-interface") describe<NetworkInterface>(keys, id);
  if (type == "elastic-ip") describe<Address>(keys, id);
  if (type == "image") describe<Image>(keys, id);
  if (type == "snapshot") describe<Snapshot>(keys, id);
  if (type == "volume") describe<Volume>(keys, id);
  if (type == "key-pair") describe<KeyPair>(keys, id);
  if (type == "launch-template") describe<LaunchTemplate>(keys, id);
}

void instance_context(const Call& call, const std::vector<std::string>& ids, policy::Context& out) {
  const Home home = home_of(call);
  std::optional<std::map<std::string, std::vector<std::string>, std::less<>>> common;
  for (const std::string& id : ids) {
    const Instance* instance = home.ec2.instances.find(id);
    if (!instance) continue;
    policy::Context own;
    own.set("ec2:Region", call.region);
    Keys keys(home, own);
    of_instance(call, keys, *instance);
    if (!common) {
      common.emplace(own.begin(), own.end());
      continue;
    }
    std::erase_if(*common, [&](const auto& entry) {
      const std::vector<std::string>* same = own.find(entry.first);
      return !same || *same != entry.second;
    });
  }
  if (!common) return;
  for (auto& [key, values] : *common) out.set(key, std::move(values));
}

}  // namespace stint::cloud::ec2

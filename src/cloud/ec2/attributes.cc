// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Attributes of instances, their metadata options, monitoring and console.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "cloud/ec2/instance_rows.h"
#include "cloud/ec2/metadata_options.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/types.h"

namespace stint::cloud::ec2 {
namespace {

Value holder(Value value) {
  return object({{"Value", std::move(value)}});
}

/// The instance, if it still is one. Errors: InvalidInstanceID.*, IncorrectInstanceState.
Result<Instance> changeable(Call& call, const std::string& id) {
  const Instance* instance = TRY(need_instance(call, id));
  const std::string_view state = instance->state_at(call.now, call.state.propagation.instance);
  if (state == "terminated" || state == "shutting-down")
    return fault(
        "IncorrectInstanceState",
        fmt::format("The instance '{}' is not in a state from which it can be modified.", id), 400,
        Code::conflict);
  return *instance;
}

Result<void> check_stopped(const Call& call, const Instance& instance) {
  if (instance.state_at(call.now, call.state.propagation.instance) == "stopped") return {};
  return fault("IncorrectInstanceState",
               fmt::format("The instance '{}' is not in the 'stopped' state.", instance.id), 400,
               Code::conflict);
}

/// The one attribute that a request changes, by name, with its value. The request names it by a
/// member of its own or by Attribute and Value.
Result<std::pair<std::string, Value>> read_change(const Value& in) {
  constexpr std::pair<std::string_view, std::string_view> members[] = {
      {"BlockDeviceMappings", "blockDeviceMapping"},
      {"DisableApiStop", "disableApiStop"},
      {"DisableApiTermination", "disableApiTermination"},
      {"EbsOptimized", "ebsOptimized"},
      {"EnaSupport", "enaSupport"},
      {"Groups", "groupSet"},
      {"InstanceInitiatedShutdownBehavior", "instanceInitiatedShutdownBehavior"},
      {"InstanceType", "instanceType"},
      {"Kernel", "kernel"},
      {"Ramdisk", "ramdisk"},
      {"SourceDestCheck", "sourceDestCheck"},
      {"SriovNetSupport", "sriovNetSupport"},
      {"UserData", "userData"},
  };
  std::vector<std::pair<std::string, Value>> found;
  for (const auto& [member, attribute] : members)
    if (const Value* given = in.find(member)) {
      const bool list = given->is_list();
      if (list && !given->size()) continue;
      found.emplace_back(attribute, list ? *given : (*given)["Value"]);
      if (member == "UserData" && given->find("Value"))
        found.back().second = base64((*given)["Value"].as_text());
    }
  if (const std::string& attribute = in.text("Attribute"); !attribute.empty() && found.empty()) {
    Value value = in["Value"];
    if (value.is_text() && (value.as_text() == "true" || value.as_text() == "false"))
      value = value.as_text() == "true";
    if (attribute == "blockDeviceMapping") value = in["BlockDeviceMappings"];
    found.emplace_back(attribute, std::move(value));
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) return fault("InvalidParameterCombination", "No attributes specified.");
  return fault("InvalidParameterCombination",
               fmt::format("Fields for multiple attribute types specified: {}, {}", found[0].first,
                           found[1].first));
}

Result<void> change_devices(Call& call, const Instance& instance, const Value& mappings) {
  for (const Value& mapping : mappings.as_list()) {
    bool known = false;
    for (Volume& volume : all_things<Volume>(call)) {
      if (volume.instance != instance.id || volume.device != mapping.text("DeviceName")) continue;
      known = true;
      volume.delete_on_termination =
          mapping["Ebs"].flag("DeleteOnTermination", volume.delete_on_termination);
      keep(call, std::move(volume));
    }
    if (!known)
      return fault("InvalidInstanceAttributeValue",
                   fmt::format("No device is currently mapped at {}", mapping.text("DeviceName")));
  }
  return {};
}

Result<void> apply(Call& call, Instance& instance, const std::string& attribute,
                   const Value& value) {
  const auto flag = [&](bool& to) -> Result<void> {
    if (!value.is_bool())
      return fault(
          "InvalidParameterValue",
          fmt::format("Value for parameter {} is invalid. It must be true or false.", attribute));
    to = value.as_bool();
    return {};
  };
  if (attribute == "disableApiTermination") return flag(instance.protected_from_termination);
  if (attribute == "disableApiStop") return flag(instance.protected_from_stop);
  if (attribute == "sourceDestCheck") return flag(instance.source_dest_check);
  if (attribute == "enaSupport") return {};  // every type here has it
  if (attribute == "ebsOptimized") {
    TRY(check_stopped(call, instance));
    return flag(instance.ebs_optimized);
  }
  const std::string text = value.is_text() ? value.as_text() : std::string();
  if (attribute == "instanceType") {
    TRY(check_stopped(call, instance));
    const auto type = find_type(text);
    if (!type)
      return fault("InvalidInstanceAttributeValue",
                   fmt::format("Invalid value '{}' for InstanceType.", text));
    const InstanceRows rows(call);
    const Image* image = rows.image(instance);
    if (image && architecture_of(*type) != image->architecture)
      return fault("InvalidParameterCombination",
                   fmt::format("The architecture of '{}' does not match the image's.", text));
    instance.type = text;
    return {};
  }
  if (attribute == "userData") {
    TRY(check_stopped(call, instance));
    const auto bytes = from_base64(text);
    if (!bytes) return fault("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
    if (bytes->size() > 16384)
      return fault("InvalidParameterValue", "User data is limited to 16384 bytes");
    instance.user_data = text;
    return {};
  }
  if (attribute == "instanceInitiatedShutdownBehavior") {
    if (text != "stop" && text != "terminate")
      return fault("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter instanceInitiatedShutdownBehavior is "
                               "invalid. Unknown behavior.",
                               text));
    instance.shutdown = text;
    return {};
  }
  if (attribute == "groupSet" && value.is_list()) {
    const auto subnet = find_thing<Subnet>(call, subnet_of(home_of(call), instance));
    std::vector<std::string> groups;
    for (const Value& id : value.as_list()) {
      const SecurityGroup group = TRY(need<SecurityGroup>(call, id.as_text()));
      if (subnet && group.vpc != subnet->vpc)
        return fault("InvalidGroup.NotFound",
                     fmt::format("The security group '{}' does not exist in VPC '{}'", group.id,
                                 subnet->vpc),
                     400, Code::not_found);
      groups.push_back(group.id);
    }
    instance.groups = std::move(groups);
    return {};
  }
  if (attribute == "blockDeviceMapping" && value.is_list())
    return change_devices(call, instance, value);
  return fault("UnsupportedOperation",
               fmt::format("The attribute '{}' cannot be modified.", attribute));
}

Result<Value> set_monitoring(Call& call, const Value& in, bool on) {
  TRY(check_instances(call, in.items("InstanceIds")));
  Value::List rows;
  for (const Value& id : in.items("InstanceIds")) {
    const Instance before = TRY(changeable(call, id.as_text()));
    if (before.monitoring != on) {
      call.own_region().ec2.instances.edit(id.as_text())->monitoring = on;
      call.effect = "changed";
    }
    rows.push_back(object(
        {{"InstanceId", id}, {"Monitoring", object({{"State", on ? "pending" : "disabling"}})}}));
  }
  return object({{"InstanceMonitorings", std::move(rows)}});
}

}  // namespace

Result<void> set_metadata_options(const Value& given, MetadataOptions& to) {
  const auto choice = [&](std::string_view member, std::string& member_of, std::string_view other,
                          std::string_view one) -> Result<void> {
    const std::string& text = given.text(member);
    if (text.empty()) return {};
    if (text != one && text != other)
      return fault("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter {} is invalid. Expected '{}' or '{}'.",
                               text, member, one, other));
    member_of = text;
    return {};
  };
  TRY(choice("HttpTokens", to.tokens, "required", "optional"));
  TRY(choice("HttpEndpoint", to.endpoint, "enabled", "disabled"));
  TRY(choice("HttpProtocolIpv6", to.ipv6, "enabled", "disabled"));
  TRY(choice("InstanceMetadataTags", to.tags, "enabled", "disabled"));
  if (given.find("HttpPutResponseHopLimit")) {
    const std::int64_t hops = given.integer("HttpPutResponseHopLimit");
    if (hops < 1 || hops > 64)
      return fault("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter HttpPutResponseHopLimit is invalid. It "
                               "must be between 1 and 64.",
                               hops));
    to.hops = static_cast<int>(hops);
  }
  return {};
}

Result<Value> describe_instance_attribute(Call& call, const Value& in) {
  const Instance& instance = *TRY(need_instance(call, in.text("InstanceId")));
  const std::string& attribute = in.text("Attribute");
  const InstanceRows rows(call);
  const Image* image = rows.image(instance);
  Object out{{"InstanceId", instance.id}};
  if (attribute == "instanceType") {
    out.append("InstanceType", holder(instance.type));
  } else if (attribute == "userData") {
    out.append("UserData",
               instance.user_data.empty() ? Value(Object()) : holder(instance.user_data));
  } else if (attribute == "disableApiTermination") {
    out.append("DisableApiTermination", holder(instance.protected_from_termination));
  } else if (attribute == "disableApiStop") {
    out.append("DisableApiStop", holder(instance.protected_from_stop));
  } else if (attribute == "instanceInitiatedShutdownBehavior") {
    out.append("InstanceInitiatedShutdownBehavior", holder(instance.shutdown));
  } else if (attribute == "rootDeviceName") {
    out.append("RootDeviceName", holder(image ? Value(image->root_device) : Value("/dev/xvda")));
  } else if (attribute == "blockDeviceMapping") {
    out.append("BlockDeviceMappings", rows.devices(instance));
  } else if (attribute == "groupSet") {
    out.append("Groups", rows.groups(rows.group_ids(instance)));
  } else if (attribute == "sourceDestCheck") {
    out.append("SourceDestCheck", holder(instance.source_dest_check));
  } else if (attribute == "ebsOptimized") {
    out.append("EbsOptimized", holder(instance.ebs_optimized));
  } else if (attribute == "enaSupport") {
    out.append("EnaSupport", holder(true));
  } else if (attribute == "productCodes") {
    out.append("ProductCodes", Value::List());
  } else if (attribute == "kernel" || attribute == "ramdisk") {
    out.append(attribute == "kernel" ? "KernelId" : "RamdiskId", Object());
  } else if (attribute == "sriovNetSupport") {
    out.append("SriovNetSupport", holder("simple"));
  } else {
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter attribute is invalid. Unknown attribute.",
                             attribute));
  }
  return out;
}

Result<Value> modify_instance_attribute(Call& call, const Value& in) {
  const std::string& id = in.text("InstanceId");
  Instance instance = TRY(changeable(call, id));
  const auto change = TRY(read_change(in));
  TRY(apply(call, instance, change.first, change.second));
  call.own_region().ec2.instances.put(id, std::move(instance));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> reset_instance_attribute(Call& call, const Value& in) {
  const std::string& id = in.text("InstanceId");
  Instance instance = TRY(changeable(call, id));
  if (in.text("Attribute") != "sourceDestCheck")
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter attribute is invalid. It cannot be reset.",
                             in.text("Attribute")));
  instance.source_dest_check = true;
  call.own_region().ec2.instances.put(id, std::move(instance));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> modify_instance_metadata_options(Call& call, const Value& in) {
  const std::string& id = in.text("InstanceId");
  Instance instance = TRY(changeable(call, id));
  TRY(set_metadata_options(in, instance.metadata));
  Value options = to_value(instance.metadata);
  options.set("State", "pending");
  call.own_region().ec2.instances.put(id, std::move(instance));
  call.effect = "changed";
  return object({{"InstanceId", id}, {"InstanceMetadataOptions", std::move(options)}});
}

Result<Value> monitor_instances(Call& call, const Value& in) {
  return set_monitoring(call, in, true);
}

Result<Value> unmonitor_instances(Call& call, const Value& in) {
  return set_monitoring(call, in, false);
}

Result<Value> get_console_output(Call& call, const Value& in) {
  const Instance& instance = *TRY(need_instance(call, in.text("InstanceId")));
  Object out{{"InstanceId", instance.id}, {"Timestamp", iso8601(call.now)}};
  // Nothing is on the console before the machine has come up.
  if (instance.state_at(call.now, call.state.propagation.instance) != "pending")
    out.append("Output", base64(fmt::format("[    0.000000] {} {} started at {}\r\n{} login: ",
                                            instance.id, instance.image, iso8601(instance.launched),
                                            private_dns(instance.private_ip, call.region))));
  return out;
}

}  // namespace stint::cloud::ec2

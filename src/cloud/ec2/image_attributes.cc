// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Who may launch an image, and its description.
#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/images.h"
#include "cloud/ec2/operations.h"

namespace stint::cloud::ec2 {
namespace {

Permission permission_of(Image& image) {
  return {image.everybody, image.shared, &image.organizations};
}

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == text.npos;
}

Result<void> change_one(const Value& one, bool add, Permission permission) {
  const auto edit = [&](std::vector<std::string>& list, const std::string& item) {
    const auto found = std::ranges::find(list, item);
    if (add && found == list.end()) list.push_back(item);
    if (!add && found != list.end()) list.erase(found);
    std::ranges::sort(list);
  };
  const std::string& group = one.text("Group");
  const std::string& user = one.text("UserId");
  const std::string& organization = one.text("OrganizationArn").empty()
                                        ? one.text("OrganizationalUnitArn")
                                        : one.text("OrganizationArn");
  if (!group.empty()) {
    if (group != "all")
      return fault(
          "InvalidAMIAttributeItemValue",
          fmt::format("Invalid attribute item value \"{}\" for userGroup item type.", group));
    permission.everybody = add;
  }
  if (!user.empty()) {
    if (!is_account(user))
      return fault("InvalidAMIAttributeItemValue",
                   fmt::format("Invalid attribute item value \"{}\" for userId item type.", user));
    edit(permission.accounts, user);
  }
  if (!organization.empty() && permission.organizations)
    edit(*permission.organizations, organization);
  return {};
}

}  // namespace

Result<void> change_permission(const Value& in, const Value& changes, std::string_view groups,
                               Permission permission) {
  const std::string& operation = in.text("OperationType");
  if (!operation.empty() && operation != "add" && operation != "remove")
    return fault("InvalidParameterValue",
                 fmt::format("Value ({}) for parameter operationType is invalid.", operation));
  const auto listed = [&](std::string_view member, std::string_view as) -> Result<void> {
    for (const Value& item : in.items(member))
      TRY(change_one(object({{as, item}}), operation != "remove", permission));
    return {};
  };
  TRY(listed("UserIds", "UserId"));
  TRY(listed(groups, "Group"));
  TRY(listed("OrganizationArns", "OrganizationArn"));
  TRY(listed("OrganizationalUnitArns", "OrganizationalUnitArn"));
  for (const Value& one : changes.items("Add")) TRY(change_one(one, true, permission));
  for (const Value& one : changes.items("Remove")) TRY(change_one(one, false, permission));
  return {};
}

Value::List permission_list(const Permission& permission) {
  Value::List out;
  if (permission.everybody) out.push_back(object({{"Group", "all"}}));
  for (const std::string& account : permission.accounts)
    out.push_back(object({{"UserId", account}}));
  if (permission.organizations)
    for (const std::string& arn : *permission.organizations)
      out.push_back(object(
          {{arn.find(":ou/") == arn.npos ? "OrganizationArn" : "OrganizationalUnitArn", arn}}));
  return out;
}

Result<Value> describe_image_attribute(Call& call, const Value& in) {
  Image image = TRY(own_image(call, in.text("ImageId")));
  const std::string& attribute = in.text("Attribute");
  Object out{{"ImageId", image.id}};
  if (attribute == "launchPermission") {
    out.append("LaunchPermissions", permission_list(permission_of(image)));
  } else if (attribute == "description") {
    out.append("Description", object({{"Value", image.description}}));
  } else if (attribute == "imdsSupport") {
    out.append("ImdsSupport", object({{"Value", image.imds_support}}));
  } else if (attribute == "sriovNetSupport") {
    out.append("SriovNetSupport", object({{"Value", "simple"}}));
  } else if (attribute == "productCodes") {
    out.append("ProductCodes", Value::List());
  } else if (attribute == "blockDeviceMapping") {
    Value::List devices;
    for (const ImageDevice& device : image.devices)
      devices.push_back(
          object({{"DeviceName", device.name},
                  {"Ebs", object({{"DeleteOnTermination", device.delete_on_termination},
                                  {"SnapshotId", device.snapshot},
                                  {"VolumeSize", device.size},
                                  {"VolumeType", device.type}})}}));
    out.append("BlockDeviceMappings", std::move(devices));
  } else {
    return fault(
        "InvalidRequest",
        fmt::format("The request received was invalid: unknown attribute '{}'", attribute));
  }
  return out;
}

Result<Value> modify_image_attribute(Call& call, const Value& in) {
  Image image = TRY(own_image(call, in.text("ImageId")));
  const std::string& attribute = in.text("Attribute");
  if (in.find("Description")) {
    image.description = in["Description"].text("Value");
  } else if (attribute == "description") {
    image.description = in.text("Value");
  } else if (attribute == "imdsSupport" || in.find("ImdsSupport")) {
    image.imds_support = "v2.0";
  } else if (attribute == "launchPermission" || in.find("LaunchPermission") ||
             in["UserIds"].size() || in["UserGroups"].size() || in["OrganizationArns"].size()) {
    TRY(change_permission(in, in["LaunchPermission"], "UserGroups", permission_of(image)));
  } else {
    return fault("InvalidRequest", "The request received was invalid: no attribute was named");
  }
  keep(call, std::move(image));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> reset_image_attribute(Call& call, const Value& in) {
  Image image = TRY(own_image(call, in.text("ImageId")));
  if (in.text("Attribute") != "launchPermission")
    return fault("InvalidRequest",
                 fmt::format("The attribute '{}' cannot be reset.", in.text("Attribute")));
  image.everybody = false;
  image.shared.clear();
  image.organizations.clear();
  keep(call, std::move(image));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

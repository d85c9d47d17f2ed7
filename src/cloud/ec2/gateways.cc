// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Internet gateways.
#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath gateway_filters[] = {
    {"attachment.state", "Attachments[].State"},
    {"attachment.vpc-id", "Attachments[].VpcId"},
    {"internet-gateway-id", "InternetGatewayId"},
    {"owner-id", "OwnerId"},
};

Value describe(const Call& call, const InternetGateway& gateway) {
  Value::List attachments;
  if (!gateway.vpc.empty())
    attachments.push_back(object({{"State", "available"}, {"VpcId", gateway.vpc}}));
  return object({{"Attachments", std::move(attachments)},
                 {"InternetGatewayId", gateway.id},
                 {"OwnerId", call.account},
                 {"Tags", tag_list(gateway.tags)}});
}

}  // namespace

Result<Value> describe_internet_gateways(Call& call, const Value& in) {
  Value::List rows;
  for (const InternetGateway& gateway : all_things<InternetGateway>(call))
    rows.push_back(describe(call, gateway));
  return list_rows(in,
                   {.member = "InternetGateways",
                    .ids = "InternetGatewayIds",
                    .id = "InternetGatewayId",
                    .prefix = "igw-",
                    .filters = gateway_filters,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_internet_gateway(Call& call, const Value& in) {
  InternetGateway gateway;
  gateway.tags = TRY(tags_for(call, in, "internet-gateway"));
  gateway.id = call.new_hex_id("igw-0", 16);
  Value answer = object({{"InternetGateway", describe(call, gateway)}});
  keep(call, std::move(gateway));
  call.effect = "created";
  return answer;
}

Result<Value> delete_internet_gateway(Call& call, const Value& in) {
  const InternetGateway gateway = TRY(need<InternetGateway>(call, in.text("InternetGatewayId")));
  if (!gateway.vpc.empty())
    return fault(
        "DependencyViolation",
        fmt::format("The internetGateway '{}' has dependencies and cannot be deleted.", gateway.id),
        400, Code::conflict);
  drop<InternetGateway>(call, gateway.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> attach_internet_gateway(Call& call, const Value& in) {
  InternetGateway gateway = TRY(need<InternetGateway>(call, in.text("InternetGatewayId")));
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  if (!gateway.vpc.empty())
    return fault(
        "Resource.AlreadyAssociated",
        fmt::format("resource {} is already attached to network {}", gateway.id, gateway.vpc), 400,
        Code::conflict);
  for (const InternetGateway& other : all_things<InternetGateway>(call))
    if (other.vpc == vpc.id)
      return fault("InvalidParameterValue",
                   fmt::format("Network {} already has an internet gateway attached", vpc.id));
  gateway.vpc = vpc.id;
  keep(call, std::move(gateway));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> detach_internet_gateway(Call& call, const Value& in) {
  InternetGateway gateway = TRY(need<InternetGateway>(call, in.text("InternetGatewayId")));
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  if (gateway.vpc != vpc.id)
    return fault("Gateway.NotAttached",
                 fmt::format("resource {} is not attached to network {}", gateway.id, vpc.id), 400,
                 Code::conflict);
  for (const Address& address : all_things<Address>(call))
    if (const auto one = find_thing<NetworkInterface>(call, address.interface))
      if (const auto subnet = find_thing<Subnet>(call, one->subnet);
          subnet && subnet->vpc == vpc.id)
        return fault(
            "DependencyViolation",
            fmt::format("Network {} has some mapped public address(es). Please unmap those "
                        "public address(es) before detaching the gateway.",
                        vpc.id),
            400, Code::conflict);
  gateway.vpc.clear();
  keep(call, std::move(gateway));
  call.effect = "changed";
  return Value(Object());
}

}  // namespace stint::cloud::ec2

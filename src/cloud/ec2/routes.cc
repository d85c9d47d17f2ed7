// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Route tables.
#include <fmt/core.h>

#include "cloud/ec2/listing.h"
#include "cloud/ec2/operations.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {
namespace {

constexpr FilterPath route_table_filters[] = {
    {"association.main", "Associations[].Main"},
    {"association.route-table-association-id", "Associations[].RouteTableAssociationId"},
    {"association.route-table-id", "Associations[].RouteTableId"},
    {"association.subnet-id", "Associations[].SubnetId"},
    {"owner-id", "OwnerId"},
    {"route-table-id", "RouteTableId"},
    {"route.destination-cidr-block", "Routes[].DestinationCidrBlock"},
    {"route.gateway-id", "Routes[].GatewayId"},
    {"route.instance-id", "Routes[].InstanceId"},
    {"route.nat-gateway-id", "Routes[].NatGatewayId"},
    {"route.origin", "Routes[].Origin"},
    {"route.state", "Routes[].State"},
    {"vpc-id", "VpcId"},
};

constexpr std::string_view targets[] = {"CarrierGatewayId",
                                        "CoreNetworkArn",
                                        "EgressOnlyInternetGatewayId",
                                        "GatewayId",
                                        "InstanceId",
                                        "LocalGatewayId",
                                        "NatGatewayId",
                                        "NetworkInterfaceId",
                                        "TransitGatewayId",
                                        "VpcEndpointId",
                                        "VpcPeeringConnectionId"};

Value describe(const Call& call, const RouteTable& table) {
  const auto vpc = find_thing<Vpc>(call, table.vpc);
  Value::List routes{object({{"DestinationCidrBlock", vpc ? vpc->cidr : std::string()},
                             {"GatewayId", "local"},
                             {"Origin", "CreateRouteTable"},
                             {"State", "active"}})};
  for (const Route& route : table.routes) {
    const bool six = route.destination.find(':') != std::string::npos;
    bool lost = false;
    if (route.target.starts_with("igw-")) {
      const auto gateway = find_thing<InternetGateway>(call, route.target);
      lost = !gateway || gateway->vpc != table.vpc;
    }
    if (route.target.starts_with("eni-")) lost = !find_thing<NetworkInterface>(call, route.target);
    routes.push_back(
        object({{six ? "DestinationIpv6CidrBlock" : "DestinationCidrBlock", route.destination},
                {route.target_kind, route.target},
                {"Origin", "CreateRoute"},
                {"State", lost ? "blackhole" : "active"}}));
  }
  Value::List associations;
  for (const TableAssociation& one : table.associations) {
    Object row{{"Main", one.subnet.empty()},
               {"RouteTableAssociationId", one.id},
               {"RouteTableId", table.id}};
    if (!one.subnet.empty()) row.append("SubnetId", one.subnet);
    row.append("AssociationState", object({{"State", "associated"}}));
    associations.emplace_back(std::move(row));
  }
  return object({{"Associations", std::move(associations)},
                 {"PropagatingVgws", Value::List()},
                 {"RouteTableId", table.id},
                 {"Routes", std::move(routes)},
                 {"Tags", tag_list(table.tags)},
                 {"VpcId", table.vpc},
                 {"OwnerId", call.account}});
}

Result<std::string> read_destination(const Value& in) {
  const std::string& four = in.text("DestinationCidrBlock");
  if (!four.empty()) {
    const auto block = parse_block(four);
    if (!block)
      return fault("InvalidParameterValue",
                   fmt::format("Value ({}) for parameter destinationCidrBlock is invalid. This is "
                               "not a valid CIDR block.",
                               four));
    return to_text(*block);
  }
  for (const char* member : {"DestinationIpv6CidrBlock", "DestinationPrefixListId"})
    if (!in.text(member).empty()) return in.text(member);
  return fault("MissingParameter",
               "The request must contain the parameter destinationCidrBlock or "
               "destinationIpv6CidrBlock");
}

/// Where a route leads; what is of this Region must be there.
Result<Route> read_route(const Call& call, const RouteTable& table, const Value& in) {
  Route route{.destination = TRY(read_destination(in))};
  for (const std::string_view member : targets)
    if (!in.text(member).empty()) {
      route.target_kind = member;
      route.target = in.text(member);
    }
  if (route.target.empty())
    return fault("MissingParameter",
                 "The request must contain exactly one of gatewayId, natGatewayId, "
                 "networkInterfaceId, vpcPeeringConnectionId or transitGatewayId");
  if (route.target.starts_with("igw-")) {
    const InternetGateway gateway = TRY(need<InternetGateway>(call, route.target));
    if (gateway.vpc != table.vpc)
      return fault("InvalidParameterValue",
                   fmt::format("route table {} and network gateway {} belong to different networks",
                               table.id, gateway.id));
  }
  if (route.target_kind == "InstanceId") TRY(need_instance(call, route.target));
  if (route.target.starts_with("eni-")) TRY(need<NetworkInterface>(call, route.target));
  return route;
}

auto find_route(RouteTable& table, const std::string& destination) {
  return std::ranges::find(table.routes, destination, &Route::destination);
}

Error no_route(const RouteTable& table, const std::string& destination) {
  return {Code::not_found, "InvalidRoute.NotFound",
          fmt::format("no route with destination-cidr-block {} in route table {}", destination,
                      table.id),
          400};
}

/// The table that holds an association, and which one it is.
Result<std::pair<RouteTable, TableAssociation>> find_association(const Call& call,
                                                                 const std::string& id) {
  for (RouteTable& table : all_things<RouteTable>(call))
    for (const TableAssociation& one : table.associations)
      if (one.id == id) return std::pair(table, one);
  return fault("InvalidAssociationID.NotFound",
               fmt::format("The association ID '{}' does not exist", id), 400, Code::not_found);
}

Value answer_association(const std::string& member, const std::string& id) {
  return object({{member, id}, {"AssociationState", object({{"State", "associated"}})}});
}

}  // namespace

Resources route_table_resources(const Call& call, const Value& in) {
  Resources out;
  const auto add = [&](std::string_view type, const std::string& id) {
    out.push_back(arn_of(call.region, call.account, type, id));
  };
  if (!in.text("RouteTableId").empty()) add("route-table", in.text("RouteTableId"));
  if (!in.text("SubnetId").empty()) add("subnet", in.text("SubnetId"));
  if (const auto found = find_association(call, in.text("AssociationId"))) {
    add("route-table", found->first.id);
    if (!found->second.subnet.empty()) add("subnet", found->second.subnet);
  }
  if (out.empty()) add("route-table", "*");
  return out;
}

Result<Value> describe_route_tables(Call& call, const Value& in) {
  Value::List rows;
  for (const RouteTable& table : all_things<RouteTable>(call))
    rows.push_back(describe(call, table));
  return list_rows(in,
                   {.member = "RouteTables",
                    .ids = "RouteTableIds",
                    .id = "RouteTableId",
                    .prefix = "rtb-",
                    .filters = route_table_filters,
                    .most = 100,
                    .names_token = true},
                   std::move(rows));
}

Result<Value> create_route_table(Call& call, const Value& in) {
  const Vpc vpc = TRY(need<Vpc>(call, in.text("VpcId")));
  RouteTable table{.vpc = vpc.id};
  table.tags = TRY(tags_for(call, in, "route-table"));
  table.id = call.new_hex_id("rtb-0", 16);
  Value answer = object({{"RouteTable", describe(call, table)}});
  keep(call, std::move(table));
  call.effect = "created";
  return answer;
}

Result<Value> delete_route_table(Call& call, const Value& in) {
  const RouteTable table = TRY(need<RouteTable>(call, in.text("RouteTableId")));
  if (!table.associations.empty())
    return fault(
        "DependencyViolation",
        fmt::format("The routeTable '{}' has dependencies and cannot be deleted.", table.id), 400,
        Code::conflict);
  drop<RouteTable>(call, table.id);
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> create_route(Call& call, const Value& in) {
  RouteTable table = TRY(need<RouteTable>(call, in.text("RouteTableId")));
  Route route = TRY(read_route(call, table, in));
  if (const auto held = find_route(table, route.destination); held != table.routes.end()) {
    if (*held == route) return object({{"Return", true}});
    return fault("RouteAlreadyExists",
                 fmt::format("The route identified by {} already exists.", route.destination), 400,
                 Code::conflict);
  }
  table.routes.push_back(std::move(route));
  std::ranges::sort(table.routes, {}, &Route::destination);
  keep(call, std::move(table));
  call.effect = "created";
  return object({{"Return", true}});
}

Result<Value> replace_route(Call& call, const Value& in) {
  RouteTable table = TRY(need<RouteTable>(call, in.text("RouteTableId")));
  Route route = TRY(read_route(call, table, in));
  const auto held = find_route(table, route.destination);
  if (held == table.routes.end()) return fail(no_route(table, route.destination));
  *held = std::move(route);
  keep(call, std::move(table));
  call.effect = "changed";
  return Value(Object());
}

Result<Value> delete_route(Call& call, const Value& in) {
  RouteTable table = TRY(need<RouteTable>(call, in.text("RouteTableId")));
  const std::string destination = TRY(read_destination(in));
  const auto held = find_route(table, destination);
  if (held == table.routes.end()) return fail(no_route(table, destination));
  table.routes.erase(held);
  keep(call, std::move(table));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> associate_route_table(Call& call, const Value& in) {
  RouteTable table = TRY(need<RouteTable>(call, in.text("RouteTableId")));
  const Subnet subnet = TRY(need<Subnet>(call, in.text("SubnetId")));
  if (subnet.vpc != table.vpc)
    return fault("InvalidParameterValue",
                 fmt::format("route table {} and subnet {} belong to different networks", table.id,
                             subnet.id));
  for (const RouteTable& other : all_things<RouteTable>(call))
    for (const TableAssociation& one : other.associations)
      if (one.subnet == subnet.id) {
        if (other.id == table.id) return answer_association("AssociationId", one.id);
        return fault("Resource.AlreadyAssociated",
                     fmt::format("the specified association for route table {} conflicts with an "
                                 "existing association",
                                 table.id),
                     400, Code::conflict);
      }
  const std::string id = call.new_hex_id("rtbassoc-0", 16);
  table.associations.push_back({id, subnet.id});
  keep(call, std::move(table));
  call.effect = "created";
  return answer_association("AssociationId", id);
}

Result<Value> disassociate_route_table(Call& call, const Value& in) {
  auto [table, association] = TRY(find_association(call, in.text("AssociationId")));
  if (association.subnet.empty())
    return fault(
        "InvalidParameterValue",
        fmt::format("cannot disassociate the main route table association {}", association.id));
  const std::string id = association.id;
  std::erase_if(table.associations, [&](const TableAssociation& one) { return one.id == id; });
  keep(call, std::move(table));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> replace_route_table_association(Call& call, const Value& in) {
  auto found = TRY(find_association(call, in.text("AssociationId")));
  RouteTable& from = found.first;
  RouteTable to = TRY(need<RouteTable>(call, in.text("RouteTableId")));
  if (from.vpc != to.vpc)
    return fault(
        "InvalidParameterValue",
        fmt::format("route table {} and network {} belong to different networks", to.id, from.vpc));
  if (from.id == to.id) return answer_association("NewAssociationId", found.second.id);
  std::erase_if(from.associations,
                [&](const TableAssociation& one) { return one.id == found.second.id; });
  // The main table's tie is named after the table, so that one put back is as it was.
  const std::string id =
      found.second.subnet.empty() ? twin_id("rtbassoc-", to.id) : call.new_hex_id("rtbassoc-0", 16);
  to.associations.insert(to.associations.begin(), {id, found.second.subnet});
  keep(call, std::move(from));
  keep(call, std::move(to));
  call.effect = "changed";
  return answer_association("NewAssociationId", id);
}

}  // namespace stint::cloud::ec2

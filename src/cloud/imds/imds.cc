// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The instance metadata service (spec/ssm-agent-protocol.md section 2; "Instance metadata" of the
// EC2 User Guide). Version 1, without a token, only where the instance's options allow it.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
#include "cloud/ec2/things.h"
#include "cloud/imds/credentials.h"
#include "cloud/imds/token.h"

namespace stint::cloud {
namespace imds {
namespace {

constexpr const char* ttl_header = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds";
constexpr std::int64_t longest_ttl = 21600;

constexpr std::string_view versions[] = {"1.0",        "2007-12-15", "2009-04-04",
                                         "2012-01-12", "2016-09-02", "2019-10-01",
                                         "2021-03-23", "2021-07-15", "latest"};

net::Response page(int status, std::string body) {
  net::Response response{.status = status, .body = std::move(body)};
  response.headers.set("Content-Type", "text/plain");
  response.headers.set("Server", "EC2ws");
  return response;
}

net::Response refuse(int status, std::string_view title) {
  net::Response response =
      page(status, fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><head><title>{0} - {1}</title>"
                               "</head><body><h1>{0} - {1}</h1></body></html>\n",
                               status, title));
  response.headers.set("Content-Type", "text/html");
  return response;
}

/// Documents that cost something to make, or must not be made by who only lists.
enum class Lazy { none, info, credentials, identity_credentials };
struct Leaf {
  std::string text;
  Lazy lazy = Lazy::none;
  Leaf(std::string content) : text(std::move(content)) {}
  Leaf(std::string_view content) : text(content) {}
  Leaf(const char* content) : text(content) {}
  Leaf(Lazy what) : lazy(what) {}
};
/// All documents of an instance by path below the version ("meta-data/instance-id").
using Tree = std::map<std::string, Leaf, std::less<>>;

/// EC2 around the instance.
ec2::Home home_of(const View& view) {
  return {view.account, view.region, view.ec2(), view.now, view.cloud.state.propagation.instance};
}

/// The architecture and the root device are the image's.
ec2::Image image_of(const ec2::Home& home, const ec2::Instance& instance) {
  return ec2::find_thing<ec2::Image>(home, instance.image).value_or(ec2::Image());
}

std::string identity_document(const View& view) {
  const ec2::Instance& instance = view.instance;
  return print({{"accountId", view.account},
                {"architecture", image_of(home_of(view), instance).architecture},
                {"availabilityZone", instance.zone},
                {"billingProducts", nullptr},
                {"devpayProductCodes", nullptr},
                {"marketplaceProductCodes", nullptr},
                {"imageId", instance.image},
                {"instanceId", instance.id},
                {"instanceType", instance.type},
                {"kernelId", nullptr},
                {"pendingTime", iso8601(instance.launched)},
                {"privateIp", instance.private_ip},
                {"ramdiskId", nullptr},
                {"region", view.region},
                {"version", "2017-09-30"}});
}

/// Names of the instance's security groups, one a line; their ids.
std::pair<std::string, std::string> groups_of(const ec2::Home& home,
                                              const ec2::Instance& instance) {
  std::vector<std::string> ids = instance.groups, names;
  if (ids.empty()) ids = {ec2::default_group(home.account, home.region)};
  for (const std::string& id : ids)
    if (const auto group = ec2::find_thing<ec2::SecurityGroup>(home, id))
      names.push_back(group->name);
  return {join(names, "\n"), join(ids, "\n")};
}

/// The address that the instance is reached at from outside; empty: none.
std::string public_ip(const ec2::Home& home, const ec2::Instance& instance) {
  for (const auto& [id, address] : home.ec2.addresses)
    if (address->interface == ec2::twin_id("eni-", instance.id)) return address->ip;
  return instance.public_ip;
}

void add_interface(const View& view, const ec2::Home& home, Tree& tree) {
  const ec2::Instance& instance = view.instance;
  const std::string mac = ec2::mac_address(instance.id);
  const auto add = [&](std::string_view name, std::string text) {
    tree.emplace(fmt::format("meta-data/network/interfaces/macs/{}/{}", mac, name),
                 std::move(text));
  };
  const auto [group_names, group_ids] = groups_of(home, instance);
  const std::string subnet_id = ec2::subnet_of(home, instance);
  const auto subnet = ec2::find_thing<ec2::Subnet>(home, subnet_id);
  const auto vpc = subnet ? ec2::find_thing<ec2::Vpc>(home, subnet->vpc) : std::nullopt;
  add("device-number", "0");
  add("interface-id", ec2::twin_id("eni-", instance.id));
  add("local-hostname", ec2::private_dns(instance.private_ip, view.region));
  add("local-ipv4s", instance.private_ip);
  add("mac", mac);
  add("owner-id", view.account);
  add("security-group-ids", group_ids);
  add("security-groups", group_names);
  add("subnet-id", subnet_id);
  if (subnet) {
    add("subnet-ipv4-cidr-block", subnet->cidr);
    add("vpc-id", subnet->vpc);
  }
  if (vpc) {
    add("vpc-ipv4-cidr-block", vpc->cidr);
    add("vpc-ipv4-cidr-blocks", vpc->cidr);
  }
  if (const std::string outside = public_ip(home, instance); !outside.empty()) {
    add("public-hostname", ec2::public_dns(outside, view.region));
    add("public-ipv4s", outside);
  }
}

Tree make_tree(const View& view, const ec2::Association* association, const std::string& role) {
  const ec2::Instance& instance = view.instance;
  const ec2::Home home = home_of(view);
  const std::string hostname = ec2::private_dns(instance.private_ip, view.region);
  const ec2::Image image = image_of(home, instance);
  const std::string root(image.root_device.substr(std::string_view("/dev/").size()));
  const std::string outside = public_ip(home, instance);
  Tree tree{
      {"dynamic/instance-identity/document", identity_document(view)},
      {"meta-data/ami-id", instance.image},
      {"meta-data/ami-launch-index", std::to_string(instance.launch_index)},
      {"meta-data/ami-manifest-path", "(unknown)"},
      {"meta-data/block-device-mapping/ami", root},
      {"meta-data/block-device-mapping/root", image.root_device},
      {"meta-data/events/maintenance/history", "[]"},
      {"meta-data/events/maintenance/scheduled", "[]"},
      {"meta-data/hostname", hostname},
      {"meta-data/identity-credentials/ec2/info",
       print({{"Code", "Success"},
              {"LastUpdated", iso8601(instance.launched)},
              {"AccountId", view.account}})},
      {"meta-data/identity-credentials/ec2/security-credentials/ec2-instance",
       Lazy::identity_credentials},
      {"meta-data/instance-action", "none"},
      {"meta-data/instance-id", instance.id},
      {"meta-data/instance-life-cycle", "on-demand"},
      {"meta-data/instance-type", instance.type},
      {"meta-data/local-hostname", hostname},
      {"meta-data/local-ipv4", instance.private_ip},
      {"meta-data/mac", ec2::mac_address(instance.id)},
      {"meta-data/placement/availability-zone", instance.zone},
      {"meta-data/placement/availability-zone-id", ec2::zone_id(instance.zone)},
      {"meta-data/placement/region", view.region},
      {"meta-data/profile", "default-hvm"},
      {"meta-data/reservation-id",
       instance.reservation.empty() ? ec2::twin_id("r-", instance.id) : instance.reservation},
      {"meta-data/security-groups", groups_of(home, instance).first},
      {"meta-data/services/domain", "amazonaws.com"},
      {"meta-data/services/partition", "aws"},
      {"meta-data/system", "nitro"},
  };
  add_interface(view, home, tree);
  if (!outside.empty()) {
    tree.emplace("meta-data/public-hostname", ec2::public_dns(outside, view.region));
    tree.emplace("meta-data/public-ipv4", outside);
  }
  if (const auto key = ec2::find_thing<ec2::KeyPair>(home, instance.key)) {
    // The listing shows which key it is, the path below does not.
    tree.emplace("meta-data/public-keys", "0=" + key->name);
    tree.emplace("meta-data/public-keys/", "0=" + key->name);
    tree.emplace("meta-data/public-keys/0", "openssh-key");
    tree.emplace("meta-data/public-keys/0/", "openssh-key");
    tree.emplace("meta-data/public-keys/0/openssh-key", key->public_key);
  }
  if (instance.metadata.tags == "enabled")
    for (const auto& [key, value] : instance.tags)
      tree.emplace("meta-data/tags/instance/" + key, value);
  if (const auto data = from_base64(instance.user_data); data && !data->empty())
    tree.emplace("user-data", *data);
  if (association) {
    tree.emplace("meta-data/iam/info", Lazy::info);
    if (!role.empty())
      tree.emplace("meta-data/iam/security-credentials/" + role, Lazy::credentials);
  }
  return tree;
}

/// The names directly below a directory, one a line, those of directories with a slash; none: there
/// is no such directory.
std::optional<std::string> list(const Tree& tree, std::string directory) {
  if (!directory.empty() && !directory.ends_with('/')) directory += '/';
  std::string out, last;
  for (auto at = tree.lower_bound(directory); at != tree.end() && at->first.starts_with(directory);
       ++at) {
    std::string name = at->first.substr(directory.size());
    if (name.empty()) continue;
    if (std::size_t slash = name.find('/'); slash != name.npos) name.resize(slash + 1);
    if (name == last) continue;
    out += (last.empty() ? "" : "\n") + name;
    last = name;
  }
  if (last.empty()) return std::nullopt;
  return out;
}

/// The tail behind the version, without a leading slash; none: no version that IMDS has.
std::optional<std::string_view> below_version(std::string_view path) {
  for (std::string_view version : versions) {
    if (path == version) return "";
    if (path.starts_with(version) && path[version.size()] == '/')
      return path.substr(version.size() + 1);
  }
  return std::nullopt;
}

net::Response give_token(const View& view, const net::Request& request) {
  if (request.headers.find("X-Forwarded-For")) return refuse(403, "Forbidden");
  auto ttl = to_integer(request.headers.get(ttl_header));
  if (!ttl || *ttl < 1 || *ttl > longest_ttl) return refuse(400, "Bad Request");
  net::Response response =
      page(200, make_token(view.instance, view.now + std::chrono::seconds(*ttl)));
  response.headers.set(ttl_header, std::to_string(*ttl));
  return response;
}

net::Response read(const View& view, std::string_view path) {
  if (path.empty()) return page(200, join({std::begin(versions), std::end(versions)}, "\n"));
  auto tail = below_version(path);
  if (!tail) return refuse(404, "Not Found");
  const ec2::Association* association = known_association(view);
  std::string role = association ? served_role(view, *association) : "";
  Tree tree = make_tree(view, association, role);
  if (auto leaf = tree.find(*tail); leaf != tree.end()) {
    switch (leaf->second.lazy) {
      case Lazy::none:
        return page(200, leaf->second.text);
      case Lazy::info:
        return page(200, info_document(view, *association));
      case Lazy::credentials:
        return page(200, credentials_document(view, *association, role));
      case Lazy::identity_credentials:
        return page(200, identity_credentials_document(view));
    }
  }
  auto names = list(tree, std::string(*tail));
  return names ? page(200, *names) : refuse(404, "Not Found");
}

}  // namespace
}  // namespace imds

net::Response FrontDoor::imds(std::string_view account, std::string_view region,
                              std::string_view instance, const net::Request& request, Time now) {
  using namespace imds;
  const ec2::State* ec2 = ec2::find_ec2(cloud_.state, account, region);
  const ec2::Instance* found = ec2 ? ec2->instances.find(instance) : nullptr;
  if (!found) return refuse(404, "Not Found");
  // A machine that is off has no metadata service; the nearest thing to no answer.
  if (found->state_at(now, cloud_.state.propagation.instance) != "running")
    return refuse(503, "Service Unavailable");
  View view{cloud_, std::string(account), std::string(region), *found, now};
  if (found->metadata.endpoint == "disabled") return refuse(403, "Forbidden");

  std::string_view path = request.path();
  while (path.starts_with('/')) path.remove_prefix(1);
  bool token_path = path == "latest/api/token";
  if (request.method == "PUT")
    return token_path ? give_token(view, request) : refuse(403, "Forbidden");
  if (request.method != "GET" && request.method != "HEAD") return refuse(405, "Method Not Allowed");
  if (token_path) return refuse(405, "Method Not Allowed");
  const auto* token = request.headers.find("X-Aws-Ec2-Metadata-Token");
  const bool first_version = !token && found->metadata.tokens == "optional";
  auto expires = check_token(*found, token ? *token : "", now);
  if (!expires && !first_version) return refuse(401, "Unauthorized");
  net::Response response = read(view, path);
  if (expires) {
    auto left = std::chrono::ceil<std::chrono::seconds>(*expires - now);
    response.headers.set(ttl_header, std::to_string(left.count()));
  }
  if (request.method == "HEAD") response.body.clear();
  return response;
}

}  // namespace stint::cloud

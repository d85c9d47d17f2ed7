// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The instance metadata service, version 2 only (spec/ssm-agent-protocol.md section 2).
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/ec2/place.h"
#include "cloud/ec2/query.h"
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

std::string local_hostname(const View& view) {
  std::string dashed = view.instance.private_ip;
  std::ranges::replace(dashed, '.', '-');
  return view.region == "us-east-1" ? fmt::format("ip-{}.ec2.internal", dashed)
                                    : fmt::format("ip-{}.{}.compute.internal", dashed, view.region);
}

std::string identity_document(const View& view) {
  const ec2::Instance& instance = view.instance;
  return print({{"accountId", view.account},
                {"architecture", "x86_64"},
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

Tree make_tree(const View& view, const ec2::Association* association, const std::string& role) {
  const ec2::Instance& instance = view.instance;
  std::string mac = ec2::mac_address(instance.id);
  Tree tree{
      {"dynamic/instance-identity/document", identity_document(view)},
      {"meta-data/ami-id", instance.image},
      {"meta-data/ami-launch-index", "0"},
      {"meta-data/hostname", local_hostname(view)},
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
      {"meta-data/local-hostname", local_hostname(view)},
      {"meta-data/local-ipv4", instance.private_ip},
      {"meta-data/mac", mac},
      {"meta-data/placement/availability-zone", instance.zone},
      {"meta-data/placement/availability-zone-id", ec2::zone_id(instance.zone)},
      {"meta-data/placement/region", view.region},
      {"meta-data/profile", "default-hvm"},
      {"meta-data/reservation-id", ec2::fixed_id("r-", instance.id)},
      {"meta-data/security-groups", "default"},
      {"meta-data/services/domain", "amazonaws.com"},
      {"meta-data/services/partition", "aws"},
  };
  auto interface = [&](std::string_view name, std::string text) {
    tree.emplace(fmt::format("meta-data/network/interfaces/macs/{}/{}", mac, name),
                 std::move(text));
  };
  interface("device-number", "0");
  interface("interface-id", ec2::fixed_id("eni-", instance.id));
  interface("local-hostname", local_hostname(view));
  interface("local-ipv4s", instance.private_ip);
  interface("mac", mac);
  interface("owner-id", view.account);
  interface("security-groups", "default");
  interface("subnet-id", ec2::default_subnet(view.account, instance.zone));
  interface("vpc-id", ec2::default_vpc(view.account, view.region));
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

  std::string_view path = request.path();
  while (path.starts_with('/')) path.remove_prefix(1);
  bool token_path = path == "latest/api/token";
  if (request.method == "PUT")
    return token_path ? give_token(view, request) : refuse(403, "Forbidden");
  if (request.method != "GET" && request.method != "HEAD") return refuse(405, "Method Not Allowed");
  if (token_path) return refuse(405, "Method Not Allowed");
  auto expires = check_token(*found, request.headers.get("X-Aws-Ec2-Metadata-Token"), now);
  if (!expires) return refuse(401, "Unauthorized");
  net::Response response = read(view, path);
  auto left = std::chrono::ceil<std::chrono::seconds>(*expires - now);
  response.headers.set(ttl_header, std::to_string(left.count()));
  if (request.method == "HEAD") response.body.clear();
  return response;
}

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// AWS's managed policies that runbooks and instances name, written from "AWS managed policies" of
// the AWS Managed Policy Reference Guide. They lie in managed.json; `abridged` there says that
// AWS's own grants more of the same kind to services that nobody asks here.
#include "cloud/iam/managed.h"

#include <fmt/core.h>

#include <span>

#include "base/check.h"
#include "base/embedded.h"
#include "base/hash.h"
#include "value/json.h"

namespace stint::cloud {

std::span<const EmbeddedFile> embedded_files();

namespace iam {
namespace {

std::string fixed_id(std::string_view name) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const Sha256 digest = sha256(name);
  std::string id = "ANPA";
  for (std::size_t i = 0; i < 17; ++i) id += alphabet[digest[i] % alphabet.size()];
  return id;
}

Policy read_policy(const Value& from) {
  const std::string& name = from.text("name");
  const std::int64_t version = from.integer("version", 1);
  Policy policy{.name = name, .id = fixed_id(name)};
  if (from.find("path")) policy.path = from.text("path");
  policy.arn = fmt::format("arn:aws:iam::aws:policy{}{}", policy.path, name);
  policy.description = from.text("description");
  policy.next_version = static_cast<int>(version) + 1;
  policy.created = *parse_time(from.text("created"));
  policy.updated = *parse_time(from.text("updated"));
  policy.versions.push_back({.id = fmt::format("v{}", version),
                             .document = to_json(from["document"]),
                             .is_default = true,
                             .created = policy.updated});
  return policy;
}

Table<Policy> make_policies() {
  Table<Policy> out;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path != "iam/managed.json") continue;
    auto all = parse_json(file.text);
    STINT_CHECK(all.has_value());  // ours: the tests read each of them
    for (const Value& one : all->as_list()) {
      Policy policy = read_policy(one);
      std::string arn = policy.arn;
      out.put(std::move(arn), std::move(policy));
    }
  }
  return out;
}

}  // namespace

const Table<Policy>& aws_policies() {
  static const Table<Policy> policies = make_policies();
  return policies;
}

std::shared_ptr<const Policy> find_policy(const State& state, std::string_view arn) {
  if (auto own = state.policies.share(arn)) return own;
  return aws_policies().share(arn);
}

}  // namespace iam
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The sections of a world file that describe an account: roles, profiles, policies, users, keys.
#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/iam/managed.h"
#include "cloud/world_parts.h"
#include "policy/policy.h"
#include "value/json.h"

namespace stint::cloud::world {
namespace {

Result<void> check_name(const WorldReader& reader, Where where, std::string_view what,
                        std::string_view name, std::size_t longest) {
  bool good =
      !name.empty() && name.size() <= longest && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) || std::string_view("_+=,.@-").find(c) != std::string::npos;
      });
  if (good) return {};
  return reader.wrong(where, fmt::format("'{}' is no name for a {}: 1 to {} letters, digits and "
                                         "_+=,.@- are.",
                                         name, what, longest));
}

/// IAM's names are unique ignoring case.
template <class T>
Result<void> check_new(const WorldReader& reader, Where where, std::string_view what,
                       std::string_view name, const Table<T>& table) {
  for (const auto& [held, thing] : table)
    if (equals_ignore_case(held, name))
      return reader.wrong(where, fmt::format("{} '{}' is there twice (names are the same when "
                                             "only their case differs).",
                                             what, name));
  return {};
}

Result<void> check_policy(const WorldReader& reader, Where where, std::string_view what,
                          const std::string& text, policy::Type type) {
  auto parsed = policy::parse(text, type);
  if (!parsed) return reader.wrong(where, fmt::format("{}: {}", what, parsed.error().message));
  return {};
}

/// A managed policy by its name (the account's own first, then AWS's) or its ARN. An ARN is taken
/// as it is: the world need not hold it. Error: there is no policy of that name.
Result<std::string> policy_arn(const WorldReader& reader, Where where, std::string_view account_id,
                               const Account& account, const std::string& name) {
  if (name.starts_with("arn:")) return name;
  const std::string own = fmt::format("arn:aws:iam::{}:", account_id);
  std::vector<std::string> names;
  for (const auto& [arn, policy] : account.iam.policies) {
    if (!arn.starts_with(own)) continue;
    if (policy->name == name) return arn;
    names.push_back(policy->name);
  }
  for (const auto& [arn, policy] : iam::aws_policies()) {
    if (policy->name == name || arn.ends_with(fmt::format(":policy/{}", name))) return arn;
    names.push_back(policy->name);
  }
  std::string near = closest(name, names);
  return reader.wrong(
      where, fmt::format("there is no managed policy '{}' in the account, and stint "
                         "carries none of AWS's of that name{}.",
                         name, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

Result<std::vector<std::string>> read_attached(const WorldReader& reader, const Value& of,
                                               std::string_view account_id,
                                               const Account& account) {
  std::vector<std::string> names = TRY(reader.texts(of, "managed"));
  for (std::string& name : names)
    name = TRY(policy_arn(reader, of["managed"].where(), account_id, account, name));
  return names;
}

Result<std::map<std::string, std::string>> read_inline(const WorldReader& reader, const Value& of,
                                                       std::string_view owner) {
  const Value& given = of["inline"];
  TRY(reader.check_map(given, "'inline'"));
  std::map<std::string, std::string> out;
  if (given.is_null()) return out;
  for (const auto& [name, document, where] : given.as_object()) {
    std::string what = fmt::format("inline policy '{}' of {}", name, owner);
    std::string text = TRY(reader.document(document, what));
    TRY(check_policy(reader, where, what, text, policy::Type::identity));
    out[name] = std::move(text);
  }
  return out;
}

Result<std::string> read_boundary(const WorldReader& reader, const Value& of,
                                  std::string_view account_id, const Account& account) {
  std::string name = TRY(reader.text(of, "boundary"));
  if (name.empty()) return name;
  return policy_arn(reader, of["boundary"].where(), account_id, account, name);
}

Result<void> read_policy(const WorldReader& reader, const std::string& name, const Value& given,
                         Where where, const std::string& account_id, Time created,
                         Account& account) {
  TRY(check_name(reader, where, "policy", name, 128));
  std::string what = fmt::format("policy '{}'", name);
  const Value* document = given.find("document");
  iam::Policy policy;
  if (document) {
    TRY(reader.check_keys(given, what,
                          {"created", "description", "document", "id", "path", "tags"}));
    std::string path = TRY(reader.text(given, "path", "/"));
    Time at = TRY(reader.time(given, "created", created));
    std::string text = TRY(reader.document(*document, what));
    policy = plain_policy(account_id, name, path, at, std::move(text));
    policy.id = TRY(reader.text(given, "id", policy.id));
    policy.description = TRY(reader.text(given, "description"));
    policy.tags = TRY(reader.text_map(given, "tags"));
  } else {
    std::string text = TRY(reader.document(given, what));
    policy = plain_policy(account_id, name, "/", created, std::move(text));
  }
  TRY(check_policy(reader, where, what, policy.versions[0].document, policy::Type::identity));
  if (account.iam.policies.contains(policy.arn))
    return reader.wrong(where, fmt::format("{} is there twice.", what));
  std::string arn = policy.arn;
  account.iam.policies.put(std::move(arn), std::move(policy));
  return {};
}

Result<std::string> read_trust(const WorldReader& reader, const Value& given, Where where,
                               const std::string& what) {
  const Value& service = given["service"];
  const Value& trust = given["trust"];
  if (service.is_null() == trust.is_null())
    return reader.wrong(where, fmt::format("{} needs either 'service' (who may assume it) or "
                                           "'trust' (a trust policy).",
                                           what));
  std::string text;
  if (!service.is_null()) {
    std::vector<std::string> services = TRY(reader.texts(given, "service"));
    text = service_trust(services);
  } else {
    text = TRY(reader.document(trust, fmt::format("'trust' of {}", what)));
  }
  TRY(check_policy(reader, service.is_null() ? trust.where() : service.where(),
                   fmt::format("trust policy of {}", what), text, policy::Type::trust));
  return text;
}

Result<void> read_role(const WorldReader& reader, const std::string& name, const Value& given,
                       Where where, const std::string& account_id, Time created, Account& account) {
  std::string what = fmt::format("role '{}'", name);
  TRY(check_name(reader, where, "role", name, 64));
  TRY(check_new(reader, where, "role", name, account.iam.roles));
  TRY(reader.check_keys(given, what,
                        {"boundary", "changed", "created", "description", "id", "inline", "managed",
                         "max_session", "path", "service", "tags", "trust"}));
  std::string path = TRY(reader.text(given, "path", "/"));
  Time at = TRY(reader.time(given, "created", created));
  iam::Role role = plain_role(account_id, name, path, at);
  role.id = TRY(reader.text(given, "id", role.id));
  role.description = TRY(reader.text(given, "description"));
  role.trust = TRY(read_trust(reader, given, where, what));
  role.inlined = TRY(read_inline(reader, given, what));
  role.attached = TRY(read_attached(reader, given, account_id, account));
  role.boundary = TRY(read_boundary(reader, given, account_id, account));
  Duration session = TRY(reader.duration(given, "max_session", std::chrono::hours(1)));
  role.max_session_seconds = static_cast<int>(session / std::chrono::seconds(1));
  role.changed = TRY(reader.time(given, "changed", at));
  role.tags = TRY(reader.text_map(given, "tags"));
  account.iam.roles.put(name, std::move(role));
  return {};
}

Result<void> read_profile(const WorldReader& reader, const std::string& name, const Value& given,
                          Where where, const std::string& account_id, Time created,
                          Account& account) {
  std::string what = fmt::format("profile '{}'", name);
  TRY(check_name(reader, where, "profile", name, 128));
  TRY(check_new(reader, where, "profile", name, account.iam.profiles));
  bool short_form = !given.is_object();
  if (!short_form)
    TRY(reader.check_keys(given, what, {"changed", "created", "id", "path", "role", "tags"}));
  Value full = short_form ? object({{"role", given}}) : given;
  std::string path = TRY(reader.text(full, "path", "/"));
  Time at = TRY(reader.time(full, "created", created));
  iam::InstanceProfile profile = plain_profile(account_id, name, path, at);
  profile.id = TRY(reader.text(full, "id", profile.id));
  profile.role = TRY(reader.text(full, "role"));
  profile.changed = TRY(reader.time(full, "changed", at));
  profile.tags = TRY(reader.text_map(full, "tags"));
  if (!profile.role.empty() && !account.iam.roles.contains(profile.role)) {
    std::vector<std::string> names;
    for (const auto& [held, role] : account.iam.roles) names.push_back(held);
    std::string near = closest(profile.role, names);
    return reader.wrong(
        full["role"].where(),
        fmt::format("{} holds role '{}', which is not there{}.", what, profile.role,
                    near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  account.iam.profiles.put(name, std::move(profile));
  return {};
}

Result<void> read_group(const WorldReader& reader, const std::string& name, const Value& given,
                        Where where, const std::string& account_id, Time created,
                        Account& account) {
  std::string what = fmt::format("group '{}'", name);
  TRY(check_name(reader, where, "group", name, 128));
  TRY(check_new(reader, where, "group", name, account.iam.groups));
  TRY(reader.check_keys(given, what, {"created", "id", "inline", "managed", "path"}));
  std::string path = TRY(reader.text(given, "path", "/"));
  Time at = TRY(reader.time(given, "created", created));
  iam::Group group = plain_group(account_id, name, path, at);
  group.id = TRY(reader.text(given, "id", group.id));
  group.inlined = TRY(read_inline(reader, given, what));
  group.attached = TRY(read_attached(reader, given, account_id, account));
  account.iam.groups.put(name, std::move(group));
  return {};
}

Result<void> read_user(const WorldReader& reader, const std::string& name, const Value& given,
                       Where where, const std::string& account_id, Time created, Account& account) {
  std::string what = fmt::format("user '{}'", name);
  TRY(check_name(reader, where, "user", name, 64));
  TRY(check_new(reader, where, "user", name, account.iam.users));
  TRY(reader.check_keys(
      given, what, {"boundary", "created", "groups", "id", "inline", "managed", "path", "tags"}));
  std::string path = TRY(reader.text(given, "path", "/"));
  Time at = TRY(reader.time(given, "created", created));
  iam::User user = plain_user(account_id, name, path, at);
  user.id = TRY(reader.text(given, "id", user.id));
  user.inlined = TRY(read_inline(reader, given, what));
  user.attached = TRY(read_attached(reader, given, account_id, account));
  user.boundary = TRY(read_boundary(reader, given, account_id, account));
  user.tags = TRY(reader.text_map(given, "tags"));
  user.groups = TRY(reader.texts(given, "groups"));
  std::ranges::sort(user.groups);
  for (const std::string& group : user.groups)
    if (!account.iam.groups.contains(group))
      return reader.wrong(given["groups"].where(),
                          fmt::format("{} is in group '{}', which is not there.", what, group));
  account.iam.users.put(name, std::move(user));
  return {};
}

Result<void> read_access_key(const WorldReader& reader, const std::string& id, const Value& given,
                             Where where, Time created, Account& account) {
  std::string what = fmt::format("access key '{}'", id);
  TRY(reader.check_keys(given, what, {"active", "created", "principal", "secret"}));
  iam::AccessKey key{.id = id};
  key.secret = TRY(reader.text(given, "secret"));
  if (key.secret.empty()) return reader.wrong(where, fmt::format("{} needs a 'secret'.", what));
  std::string principal = TRY(reader.text(given, "principal"));
  key.active = TRY(reader.flag(given, "active", true));
  key.created = TRY(reader.time(given, "created", created));
  key.root = principal == "root";
  if (!key.root) {
    key.user = principal.starts_with("user/") ? principal.substr(5) : principal;
    if (!account.iam.users.contains(key.user))
      return reader.wrong(where, fmt::format("{} needs a 'principal': root, or the name of a user "
                                             "that is there.",
                                             what));
  }
  account.iam.access_keys.put(id, std::move(key));
  return {};
}

}  // namespace

std::string fixed_id(std::string_view prefix, std::string_view account, std::string_view name) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  Sha256 digest = sha256(fmt::format("{} {} {}", prefix, account, name));
  std::string id(prefix);
  for (std::size_t i = 0; i < 17; ++i) id += alphabet[digest[i] % alphabet.size()];
  return id;
}

iam::Role plain_role(std::string_view account, std::string_view name, std::string_view path,
                     Time created) {
  return {.name = std::string(name),
          .id = fixed_id("AROA", account, name),
          .arn = fmt::format("arn:aws:iam::{}:role{}{}", account, path, name),
          .path = std::string(path),
          .created = created,
          .changed = created};
}

iam::InstanceProfile plain_profile(std::string_view account, std::string_view name,
                                   std::string_view path, Time created) {
  return {.name = std::string(name),
          .id = fixed_id("AIPA", account, name),
          .arn = fmt::format("arn:aws:iam::{}:instance-profile{}{}", account, path, name),
          .path = std::string(path),
          .created = created,
          .changed = created};
}

iam::Policy plain_policy(std::string_view account, std::string_view name, std::string_view path,
                         Time created, std::string document) {
  iam::Policy policy{.name = std::string(name),
                     .id = fixed_id("ANPA", account, name),
                     .arn = fmt::format("arn:aws:iam::{}:policy{}{}", account, path, name),
                     .path = std::string(path),
                     .created = created,
                     .updated = created};
  policy.versions.push_back(
      {.id = "v1", .document = std::move(document), .is_default = true, .created = created});
  return policy;
}

iam::User plain_user(std::string_view account, std::string_view name, std::string_view path,
                     Time created) {
  return {.name = std::string(name),
          .id = fixed_id("AIDA", account, name),
          .arn = fmt::format("arn:aws:iam::{}:user{}{}", account, path, name),
          .path = std::string(path),
          .created = created};
}

iam::Group plain_group(std::string_view account, std::string_view name, std::string_view path,
                       Time created) {
  return {.name = std::string(name),
          .id = fixed_id("AGPA", account, name),
          .arn = fmt::format("arn:aws:iam::{}:group{}{}", account, path, name),
          .path = std::string(path),
          .created = created};
}

std::string service_trust(const std::vector<std::string>& services) {
  Value who;
  for (const std::string& service : services) who.push(service);
  if (services.size() == 1) who = services[0];
  Value statement = object({{"Effect", "Allow"},
                            {"Principal", object({{"Service", who}})},
                            {"Action", "sts:AssumeRole"}});
  return to_json(object({{"Version", "2012-10-17"}, {"Statement", Value::list({statement})}}));
}

Result<void> read_iam(const WorldReader& reader, const Value& of, const std::string& account_id,
                      Time created, Account& account) {
  using Read = Result<void> (*)(const WorldReader&, const std::string&, const Value&, Where,
                                const std::string&, Time, Account&);
  struct Section {
    const char* name;
    Read read;
  };
  // Policies first: all others name them; roles before profiles and groups before users.
  for (const auto& [name, read] : {Section{"policies", read_policy}, Section{"roles", read_role},
                                   Section{"profiles", read_profile}, Section{"groups", read_group},
                                   Section{"users", read_user}}) {
    const Value& section = of[name];
    TRY(reader.check_map(section, fmt::format("'{}'", name)));
    if (section.is_null()) continue;
    for (const auto& [key, value, where] : section.as_object())
      TRY(read(reader, key, value, where, account_id, created, account));
  }
  TRY(read_identity(reader, of, account_id, created, account));
  const Value& keys = of["access_keys"];
  TRY(reader.check_map(keys, "'access_keys'"));
  if (keys.is_null()) return {};
  for (const auto& [id, value, where] : keys.as_object())
    TRY(read_access_key(reader, id, value, where, created, account));
  return {};
}

}  // namespace stint::cloud::world

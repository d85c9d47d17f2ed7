// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/common.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t most_tags = 50;

std::unexpected<Error> invalid_tags(std::string message) {
  return fault("InvalidInput", std::move(message));
}

}  // namespace

std::unexpected<Error> no_such_entity(std::string message) {
  return fault("NoSuchEntity", std::move(message), 404, Code::not_found);
}
std::unexpected<Error> already_exists(std::string message) {
  return fault("EntityAlreadyExists", std::move(message), 409, Code::conflict);
}
std::unexpected<Error> delete_conflict(std::string message) {
  return fault("DeleteConflict", std::move(message), 409, Code::conflict);
}
std::unexpected<Error> limit_exceeded(std::string message) {
  return fault("LimitExceeded", std::move(message), 409, Code::conflict);
}
std::unexpected<Error> over_quota(std::string_view quota, std::size_t limit) {
  return limit_exceeded(fmt::format("Cannot exceed quota for {}: {}", quota, limit));
}

template <>
std::unexpected<Error> missing<Roles>(std::string_view name) {
  return no_such_entity(fmt::format("The role with name {} cannot be found.", name));
}
template <>
std::unexpected<Error> missing<Users>(std::string_view name) {
  return no_such_entity(fmt::format("The user with name {} cannot be found.", name));
}
template <>
std::unexpected<Error> missing<Groups>(std::string_view name) {
  return no_such_entity(fmt::format("The group with name {} cannot be found.", name));
}
template <>
std::unexpected<Error> missing<Profiles>(std::string_view name) {
  return no_such_entity(fmt::format("Instance Profile {} cannot be found.", name));
}

const State& iam_of(const Call& call) {
  static const State nothing;
  auto found = call.state.accounts.find(call.account);
  return found == call.state.accounts.end() ? nothing : found->second.iam;
}

std::string make_arn(std::string_view account, std::string_view kind, std::string_view path,
                     std::string_view name) {
  return fmt::format("arn:aws:iam::{}:{}{}{}", account, kind, path, name);
}

Result<void> check_name(std::string_view name, std::string_view member, std::size_t longest) {
  TRY(check_length(name, member, 1, longest));
  if (plain_name(name)) return {};
  return invalid_input(
      fmt::format("The specified value for {} is invalid. It must contain only "
                  "alphanumeric characters and/or the following: +=,.@_-",
                  member));
}

Result<std::string> read_path(const Value& in, std::string_view member) {
  const Value* given = in.find(member);
  if (!given || !given->is_text()) return std::string("/");
  const std::string& path = given->as_text();
  TRY(check_length(path, "path", 1, 512));
  const bool good = path.starts_with('/') && path.ends_with('/') &&
                    std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f'; });
  if (good) return path;
  return invalid_input(
      "The specified value for path is invalid. It must begin and end with / and contain only "
      "alphanumeric characters and/or / characters.");
}

Result<void> check_modifiable(const Role& role) {
  if (!role.path.starts_with("/aws-service-role/")) return {};
  return fault("UnmodifiableEntity",
               fmt::format("Cannot perform the operation on the protected role '{}' - this role is "
                           "only modifiable by AWS",
                           role.name));
}

template <class Kind>
Result<void> check_free(const Call& call, std::string_view name, std::string_view own_name) {
  for (const auto& [held, thing] : Kind::in(iam_of(call))) {
    if (!equals_ignore_case(held, name) || held == own_name) continue;
    if constexpr (std::same_as<Kind, Profiles>)
      return already_exists(fmt::format("Instance Profile {} already exists.", name));
    return already_exists(fmt::format("{} with name {} already exists.", Kind::title, name));
  }
  return {};
}

template <class Kind>
Result<void> check_new(const Call& call, const std::string& name) {
  TRY(check_name(name, Kind::wire, Kind::longest_name));
  TRY(check_free<Kind>(call, name));
  if (Kind::in(iam_of(call)).size() >= Kind::most) return over_quota(Kind::quota, Kind::most);
  return {};
}
template Result<void> check_new<Roles>(const Call&, const std::string&);
template Result<void> check_new<Users>(const Call&, const std::string&);
template Result<void> check_new<Groups>(const Call&, const std::string&);
template Result<void> check_new<Profiles>(const Call&, const std::string&);
template Result<void> check_free<Users>(const Call&, std::string_view, std::string_view);
template Result<void> check_free<Groups>(const Call&, std::string_view, std::string_view);

Result<Tags> read_tags(const Value& in, Tags onto) {
  std::vector<std::string> seen;
  for (const Value& tag : in.items("Tags")) {
    const std::string& key = tag.text("Key");
    const std::string folded = lower(key);
    TRY(check_length(key, "tags.1.member.key", 1, 128));
    TRY(check_length(tag.text("Value"), "tags.1.member.value", 0, 256));
    if (folded.starts_with("aws:"))
      return invalid_tags(
          "User tag keys must not start with 'aws:', as that prefix is reserved for AWS use.");
    if (std::ranges::find(seen, folded) != seen.end())
      return invalid_tags(
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    seen.push_back(folded);
    std::erase_if(onto, [&](const auto& held) { return equals_ignore_case(held.first, key); });
    onto[key] = tag.text("Value");
  }
  if (onto.size() > most_tags)
    return limit_exceeded("The number of tags has reached the maximum limit.");
  return onto;
}

void erase_tag(Tags& tags, std::string_view key) {
  std::erase_if(tags, [&](const auto& tag) { return equals_ignore_case(tag.first, key); });
}

Value tag_list(const Tags& tags) {
  Value::List out;
  for (const auto& [key, value] : tags) out.push_back(object({{"Key", key}, {"Value", value}}));
  return out;
}

void request_tags(const Value& in, policy::Context& out) {
  std::vector<std::string> keys;
  for (const Value& tag : in.items("Tags")) {
    out.set("aws:RequestTag/" + tag.text("Key"), tag.text("Value"));
    keys.push_back(tag.text("Key"));
  }
  for (const Value& key : in.items("TagKeys")) keys.push_back(key.as_text());
  if (!keys.empty()) out.set("aws:TagKeys", std::move(keys));
}

void resource_tags(const Tags& tags, policy::Context& out) {
  for (const auto& [key, value] : tags) {
    out.set("aws:ResourceTag/" + key, value);
    out.set("iam:ResourceTag/" + key, value);
  }
}

Result<Page> Page::read(const Value& in) {
  Page page;
  const std::int64_t most = in.integer("MaxItems", 100);
  TRY(check_range(most, "maxItems", 1, 1000));
  page.limit_ = static_cast<std::size_t>(most);
  if (const std::string& marker = in.text("Marker"); !marker.empty()) {
    auto after = from_base64(marker);
    if (!after) return invalid_input("Invalid Marker.");
    page.after_ = std::move(*after);
  }
  return page;
}

bool Page::add(std::string_view key, Value row) {
  if (!wants(key)) return true;
  if (rows_.size() == limit_) {
    more_ = true;
    return false;
  }
  rows_.push_back(std::move(row));
  last_ = key;
  return true;
}

Value Page::answer(std::string_view member) && {
  Value out = object({{member, std::move(rows_)}, {"IsTruncated", more_}});
  if (more_) out.set("Marker", base64(last_));
  return out;
}

}  // namespace stint::cloud::iam

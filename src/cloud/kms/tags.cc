// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"

namespace stint::cloud::kms {
namespace {

constexpr std::size_t most_tags = 50;

}  // namespace

Result<void> add_tags(const Value::List& tags, std::map<std::string, std::string>& to) {
  std::map<std::string, std::string> seen;
  for (const Value& tag : tags) {
    const std::string& key = tag.text("TagKey");
    if (key.starts_with("aws:"))
      return fault("TagException", "Tags beginning with aws: are reserved");
    if (!seen.emplace(key, tag.text("TagValue")).second)
      return fault("TagException", "Duplicate tag keys");
  }
  for (auto& [key, value] : seen) to[key] = value;
  if (to.size() > most_tags)
    return fault("LimitExceededException", "Too many tags", 400, Code::conflict);
  return {};
}

Result<Value> tag_resource(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(not_pending(*found.key));
  std::map<std::string, std::string> tags = found.key->tags;
  TRY(add_tags(in.items("Tags"), tags));
  call.effect = "changed";
  edit_key(call, found).tags = std::move(tags);
  return Value(Object());
}

Result<Value> untag_resource(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  TRY(not_pending(*found.key));
  Key& key = edit_key(call, found);
  for (const Value& name : in.items("TagKeys")) {
    if (!name.is_text()) continue;
    if (name.as_text().starts_with("aws:"))
      return fault("TagException", "Tags beginning with aws: are reserved");
    if (key.tags.erase(name.as_text())) call.effect = "changed";
  }
  return Value(Object());
}

Result<Value> list_resource_tags(Call& call, const Value& in) {
  const Found found = TRY(find_key_itself(call, in.text("KeyId")));
  std::vector<std::pair<std::string, Value>> rows;
  for (const auto& [key, value] : found.key->tags)
    rows.emplace_back(key, object({{"TagKey", key}, {"TagValue", value}}));
  return page(in, "Tags", rows, 50);
}

}  // namespace stint::cloud::kms

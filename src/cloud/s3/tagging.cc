// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags of objects and of buckets.
#include "cloud/s3/tagging.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::size_t longest_tag_key = 128;
constexpr std::size_t longest_value = 256;

/// Letters, digits, blanks and _ . : / = + - @ (S3 User Guide, "Object tagging"); letters of any
/// script.
bool allowed(std::string_view text) {
  return valid_utf8(text) && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  static_cast<unsigned char>(c) >= 0x80 ||
                  std::string_view(" _.:/=+-@").find(c) != std::string_view::npos;
         });
}

Result<void> add(Tags& tags, const std::string& key, const std::string& value) {
  if (key.empty() || key.size() > longest_tag_key || !allowed(key))
    return fault("InvalidTag", "The TagKey you have provided is invalid");
  if (value.size() > longest_value || !allowed(value))
    return fault("InvalidTag", "The TagValue you have provided is invalid");
  if (key.starts_with("aws:"))
    return fault("InvalidTag", "System tags cannot be added/updated by requester");
  if (!tags.emplace(key, value).second)
    return fault("InvalidTag", "Cannot provide multiple Tags with the same key");
  return {};
}

Result<void> check_count(const Tags& tags, std::size_t most) {
  if (tags.size() <= most) return {};
  return fault("BadRequest", most == most_object_tags
                                 ? fmt::format("Object tags cannot be greater than {}", most)
                                 : fmt::format("Bucket tag count cannot be greater than {}", most));
}

Value version_answer(const Call& call, const ObjectEntry& entry) {
  Object out;
  add_version(call.state.s3, entry, out);
  return Value(std::move(out));
}

Result<const ObjectEntry*> tagged_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  return find_object(call, bucket->name, in.text("Key"), in.text("VersionId"));
}

Result<Value> set_object_tags(Call& call, const Value& in, Tags tags, const char* effect) {
  const ObjectEntry* found = TRY(tagged_object(call, in));
  ObjectEntry* entry =
      edit_version(call.state.s3, found->bucket, in.text("Key"), in.text("VersionId"));
  entry->tags = std::move(tags);
  call.effect = effect;
  return version_answer(call, *entry);
}

}  // namespace

Result<Tags> read_tag_set(const Value::List& set, std::size_t most) {
  Tags tags;
  for (const Value& tag : set) TRY(add(tags, tag.text("Key"), tag.text("Value")));
  TRY(check_count(tags, most));
  return tags;
}

Result<Tags> read_tag_header(std::string_view header) {
  Tags tags;
  if (header.empty()) return tags;
  for (std::string_view pair : split(header, '&')) {
    const std::size_t equals = pair.find('=');
    const std::string key = percent_decode(pair.substr(0, equals), true);
    const std::string value =
        equals == pair.npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
    if (key.empty() || tags.contains(key))
      return fault("InvalidArgument",
                   "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
                   "parameters without tag name duplicates.");
    TRY(add(tags, key, value));
  }
  TRY(check_count(tags, most_object_tags));
  return tags;
}

Value tag_set(const Tags& tags) {
  Value::List set;
  for (const auto& [key, value] : tags) set.push_back(object({{"Key", key}, {"Value", value}}));
  return Value(std::move(set));
}

Result<Value> put_object_tagging(Call& call, const Value& in) {
  Tags tags = TRY(read_tag_set(in["Tagging"].items("TagSet"), most_object_tags));
  return set_object_tags(call, in, std::move(tags), "changed");
}

Result<Value> get_object_tagging(Call& call, const Value& in) {
  const ObjectEntry* entry = TRY(tagged_object(call, in));
  Value answer = version_answer(call, *entry);
  answer.set("TagSet", tag_set(entry->tags));
  return answer;
}

Result<Value> delete_object_tagging(Call& call, const Value& in) {
  return set_object_tags(call, in, {}, "deleted");
}

Result<Value> put_bucket_tagging(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  Tags tags = TRY(read_tag_set(in["Tagging"].items("TagSet"), most_bucket_tags));
  call.effect = bucket->settings.contains("Tagging") ? "changed" : "created";
  call.state.s3.buckets.edit(bucket->name)->settings["Tagging"] = tag_set(tags);
  return Value(Object());
}

Result<Value> get_bucket_tagging(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  auto found = bucket->settings.find("Tagging");
  if (found == bucket->settings.end())
    return fault("NoSuchTagSet", "The TagSet does not exist", 404, Code::not_found);
  return object({{"TagSet", found->second}});
}

Result<Value> delete_bucket_tagging(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  if (!bucket->settings.contains("Tagging")) return Value(Object());
  call.effect = "deleted";
  call.state.s3.buckets.edit(in.text("Bucket"))->settings.erase("Tagging");
  return Value(Object());
}

}  // namespace stint::cloud::s3

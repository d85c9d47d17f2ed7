// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading objects.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/checksums.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/request.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

struct Span {
  std::size_t first = 0, count = 0;
};

/// The part of `size` bytes that a Range header means. None: the header is to be ignored (another
/// unit, several ranges, not a range). Errors: InvalidRange.
Result<std::optional<Span>> read_range(std::string_view header, std::size_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  std::size_t dash = header.find('-');
  if (dash == header.npos || header.find(',') != header.npos) return std::nullopt;
  std::string_view from = trim(header.substr(0, dash)), to = trim(header.substr(dash + 1));
  auto digits = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  if ((from.empty() && to.empty()) || !digits(from) || !digits(to)) return std::nullopt;
  auto unsatisfiable = [] {
    return fault("InvalidRange", "The requested range is not satisfiable", 416);
  };
  // A number that does not fit lies beyond any object.
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  std::int64_t total = static_cast<std::int64_t>(size);
  if (from.empty()) {
    std::int64_t last = to_integer(to).value_or(huge);
    if (last == 0 || total == 0) return unsatisfiable();
    std::int64_t count = std::min(last, total);
    return Span{static_cast<std::size_t>(total - count), static_cast<std::size_t>(count)};
  }
  std::int64_t first = to_integer(from).value_or(huge);
  std::int64_t last = to.empty() ? huge : to_integer(to).value_or(huge);
  if (last < first) return std::nullopt;
  if (first >= total) return unsatisfiable();
  last = std::min(last, total - 1);
  return Span{static_cast<std::size_t>(first), static_cast<std::size_t>(last - first + 1)};
}

/// The object of an input.
Result<const ObjectEntry*> find_entry(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  return find_object(call, bucket->name, in.text("Key"), in.text("VersionId"));
}

/// The bytes of one part of an upload. Errors: InvalidPartNumber.
Result<Span> part_span(const ObjectEntry& entry, std::int64_t number) {
  if (entry.part_sizes.empty() && number == 1) return Span{0, entry.body.size()};
  if (number < 1 || number > static_cast<std::int64_t>(entry.part_sizes.size()))
    return fault("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
  Span span;
  for (std::int64_t i = 0; i < number; ++i) {
    span.first += span.count;
    span.count = static_cast<std::size_t>(entry.part_sizes[static_cast<std::size_t>(i)]);
  }
  return span;
}

Result<Object> describe(Call& call, const Value& in, const ObjectEntry& entry,
                        std::optional<Span>& span) {
  TRY(check_conditions(in, "", entry));
  TRY(check_decryption(call, entry));
  const std::size_t size = entry.body.size();
  Object out;
  describe_object(entry, out);
  add_version(call.state.s3, entry, out);
  if (const std::int64_t number = in.integer("PartNumber"); number != 0) {
    if (!in.text("Range").empty())
      return fault("InvalidRequest",
                   "Cannot specify both Range header and partNumber query parameter");
    Span part = TRY(part_span(entry, number));
    if (part.count > 0) span = part;
    if (!entry.part_sizes.empty())
      out.set("PartsCount", static_cast<std::int64_t>(entry.part_sizes.size()));
  } else {
    span = TRY(read_range(in.text("Range"), size));
  }
  out.set("ContentLength", static_cast<std::int64_t>(span ? span->count : size));
  if (span)
    out.set("ContentRange",
            fmt::format("bytes {}-{}/{}", span->first, span->first + span->count - 1, size));
  if (in.text("ChecksumMode") == "ENABLED" && !span) add_checksums(entry.checksums, out);
  constexpr const char* overrides[] = {"CacheControl",    "ContentDisposition", "ContentEncoding",
                                       "ContentLanguage", "ContentType",        "Expires"};
  for (const char* name : overrides) {
    const std::string& given = in.text(fmt::format("Response{}", name));
    if (given.empty()) continue;
    if (call.caller.principal.kind == Principal::Kind::anonymous)
      return fault("InvalidRequest",
                   "Request specific response headers cannot be used for anonymous GET requests.");
    out.set(name, given);
  }
  return out;
}

}  // namespace

Result<Value> get_object(Call& call, const Value& in) {
  const ObjectEntry* entry = TRY(find_entry(call, in));
  std::optional<Span> span;
  Object out = TRY(describe(call, in, *entry, span));
  if (!entry->tags.empty()) out.set("TagCount", static_cast<std::int64_t>(entry->tags.size()));
  std::string bytes = TRY(span ? read_body(call, entry->body, span->first, span->count)
                               : read_body(call, entry->body));
  out.set("Body", std::move(bytes));
  return out;
}

Result<Value> head_object(Call& call, const Value& in) {
  // A HEAD answer has no body: clients see the status alone.
  auto bare = [](const Error& error) {
    std::string_view reason = error.status == 404   ? "Not Found"
                              : error.status == 403 ? "Forbidden"
                              : error.status == 405 ? "Method Not Allowed"
                              : error.status == 412 ? "Precondition Failed"
                              : error.status == 416 ? "Requested Range Not Satisfiable"
                              : error.status == 304 ? "Not Modified"
                                                    : "Bad Request";
    return fault(std::to_string(error.status), std::string(reason), error.status, error.code);
  };
  auto entry = find_entry(call, in);
  if (!entry) return bare(entry.error());
  std::optional<Span> span;
  auto out = describe(call, in, **entry, span);
  if (!out) return bare(out.error());
  return *out;
}

Result<Value> get_object_attributes(Call& call, const Value& in) {
  const ObjectEntry* entry = TRY(find_entry(call, in));
  TRY(check_decryption(call, *entry));
  Object out{{"LastModified", iso8601(entry->modified)}};
  add_version(call.state.s3, *entry, out);
  for (const Value& wanted : in.items("ObjectAttributes")) {
    const std::string& name = wanted.is_text() ? wanted.as_text() : std::string();
    if (name == "ETag") {
      out.set("ETag", entry->etag.substr(1, entry->etag.size() - 2));
    } else if (name == "ObjectSize") {
      out.set("ObjectSize", static_cast<std::int64_t>(entry->body.size()));
    } else if (name == "StorageClass") {
      out.set("StorageClass", entry->storage_class);
    } else if (name == "Checksum") {
      Object checksums;
      add_checksums(entry->checksums, checksums);
      if (!checksums.empty()) out.set("Checksum", std::move(checksums));
    } else if (name == "ObjectParts") {
      if (!entry->part_sizes.empty())
        out.set("ObjectParts",
                object({{"TotalPartsCount", static_cast<std::int64_t>(entry->part_sizes.size())}}));
    } else {
      return fault("InvalidArgument", "Invalid attribute name specified.");
    }
  }
  return Value(std::move(out));
}

}  // namespace stint::cloud::s3

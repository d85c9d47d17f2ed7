// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading objects.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/operations.h"

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

/// The object of an input. A key that is not there is only told to those who may list the bucket.
Result<const ObjectEntry*> find_object(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string& key = in.text("Key");
  if (const std::string& version = in.text("VersionId"); !version.empty() && version != "null")
    return fault("NoSuchVersion", "The specified version does not exist.", 404, Code::not_found);
  if (const ObjectEntry* found = call.state.s3.objects.find(object_key(bucket->name, key)))
    return found;
  TRY(call.authorise("s3:ListBucket", bucket_arn(bucket->name)));
  return fault("NoSuchKey", "The specified key does not exist.", 404, Code::not_found);
}

Result<Object> describe(const Value& in, const ObjectEntry& entry, std::optional<Span>& span) {
  TRY(check_conditions(in, "", entry));
  std::size_t size = entry.body.bytes().size();
  span = TRY(read_range(in.text("Range"), size));
  Object out;
  describe_object(entry, out);
  out.set("ContentLength", static_cast<std::int64_t>(span ? span->count : size));
  if (span)
    out.set("ContentRange",
            fmt::format("bytes {}-{}/{}", span->first, span->first + span->count - 1, size));
  for (const char* name :
       {"CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType"})
    if (const std::string& override = in.text(fmt::format("Response{}", name)); !override.empty())
      out.set(name, override);
  return out;
}

}  // namespace

Result<Value> get_object(Call& call, const Value& in) {
  const ObjectEntry* entry = TRY(find_object(call, in));
  std::optional<Span> span;
  Object out = TRY(describe(in, *entry, span));
  const std::string& bytes = entry->body.bytes();
  out.set("Body", span ? bytes.substr(span->first, span->count) : bytes);
  return out;
}

Result<Value> head_object(Call& call, const Value& in) {
  // A HEAD answer has no body: clients see the status alone.
  auto bare = [](const Error& error) {
    std::string_view reason = error.status == 404   ? "Not Found"
                              : error.status == 403 ? "Forbidden"
                              : error.status == 412 ? "Precondition Failed"
                              : error.status == 416 ? "Requested Range Not Satisfiable"
                              : error.status == 304 ? "Not Modified"
                                                    : "Bad Request";
    return fault(std::to_string(error.status), std::string(reason), error.status, error.code);
  };
  auto entry = find_object(call, in);
  if (!entry) return bare(entry.error());
  std::optional<Span> span;
  auto out = describe(in, **entry, span);
  if (!out) return bare(out.error());
  return *out;
}

}  // namespace stint::cloud::s3

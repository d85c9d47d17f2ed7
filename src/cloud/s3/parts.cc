// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of multipart uploads.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/checksums.h"
#include "cloud/s3/multipart.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/request.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::int64_t most_listed = 1000;

Result<std::int64_t> part_number(const Value& in) {
  const std::int64_t number = in.integer("PartNumber");
  if (number < 1 || number > most_parts)
    return fault("InvalidArgument",
                 "Part number must be an integer between 1 and 10000, inclusive");
  return number;
}

void put_part(Call& call, const Upload& upload, Part part) {
  std::string place = part_key(upload.entry.bucket, upload.id, part.number);
  call.effect = call.state.s3.parts.contains(place) ? "changed" : "created";
  call.state.s3.parts.put(std::move(place), std::move(part));
}

/// "bytes=FIRST-LAST", both there and within the source.
Result<std::pair<std::size_t, std::size_t>> copy_range(const std::string& range, std::size_t size) {
  auto wrong = [] {
    return fault("InvalidArgument",
                 "The x-amz-copy-source-range value must be of the form bytes=first-last where "
                 "first and last are the zero-based offsets of the first and last bytes to copy");
  };
  std::string_view text = range;
  if (!text.starts_with("bytes=")) return wrong();
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return wrong();
  auto first = to_integer(text.substr(0, dash)), last = to_integer(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first) return wrong();
  if (static_cast<std::size_t>(*last) >= size)
    return fault("InvalidArgument",
                 fmt::format("Range specified is not valid for source object of size: {}", size));
  return std::pair{static_cast<std::size_t>(*first), static_cast<std::size_t>(*last - *first + 1)};
}

}  // namespace

Result<Value> upload_part(Call& call, const Value& in) {
  const Upload* upload = TRY(find_upload(call, in));
  const std::int64_t number = TRY(part_number(in));
  const std::string& body = in.text("Body");
  TRY(check_size(body.size(), largest_put));
  Checksums checksums = TRY(check_digests(in, body));
  if (!upload->checksum.empty() && !checksums.contains(upload->checksum)) {
    if (!checksums.empty())
      return fault("InvalidRequest",
                   fmt::format("Checksum Type mismatch occurred, expected checksum Type: {}, "
                               "actual checksum Type: {}",
                               lower(upload->checksum), lower(checksums.begin()->first)));
    checksums[upload->checksum] = checksum(upload->checksum, body);
  }
  Part part{.number = static_cast<int>(number),
            .etag = etag_of(body),
            .checksums = std::move(checksums),
            .modified = call.now};
  part.body = TRY(keep_body(call, body));
  Object out{{"ETag", part.etag}};
  add_checksums(part.checksums, out);
  add_encryption(upload->entry.encryption, out);
  put_part(call, *upload, std::move(part));
  return Value(std::move(out));
}

Result<Value> upload_part_copy(Call& call, const Value& in) {
  const Upload* upload = TRY(find_upload(call, in));
  const std::int64_t number = TRY(part_number(in));
  const Source source = TRY(read_source(in.text("CopySource")));
  const ObjectEntry* original = TRY(find_source(call, in, source));
  std::pair<std::size_t, std::size_t> range{0, original->body.size()};
  if (const std::string& given = in.text("CopySourceRange"); !given.empty())
    range = TRY(copy_range(given, original->body.size()));
  TRY(check_size(range.second, largest_put));
  const std::string bytes = TRY(read_body(call, original->body, range.first, range.second));
  Part part{.number = static_cast<int>(number), .etag = etag_of(bytes), .modified = call.now};
  part.body = TRY(keep_body(call, bytes));
  if (!upload->checksum.empty())
    part.checksums[upload->checksum] = checksum(upload->checksum, bytes);
  Object result{{"ETag", part.etag}, {"LastModified", iso8601(call.now)}};
  add_checksums(part.checksums, result);
  Object out{{"CopyPartResult", Value(std::move(result))}};
  add_encryption(upload->entry.encryption, out);
  const Bucket* from = call.state.s3.buckets.find(source.bucket);
  if (from && !from->versioning.empty()) out.set("CopySourceVersionId", shown_version(*original));
  put_part(call, *upload, std::move(part));
  return Value(std::move(out));
}

Result<Value> list_parts(Call& call, const Value& in) {
  const Upload* upload = TRY(find_upload(call, in));
  const std::int64_t most =
      std::clamp<std::int64_t>(in.integer("MaxParts", most_listed), 0, most_listed);
  const std::int64_t marker = in.integer("PartNumberMarker");
  Value::List rows;
  bool truncated = false;
  std::int64_t last = marker;
  for (const Part* part : parts_of(call.state.s3, upload->entry.bucket, upload->id)) {
    if (part->number <= marker) continue;
    if (static_cast<std::int64_t>(rows.size()) == most) {
      truncated = true;
      break;
    }
    last = part->number;
    Object row{{"PartNumber", part->number},
               {"LastModified", iso8601(part->modified)},
               {"ETag", part->etag},
               {"Size", static_cast<std::int64_t>(part->body.size())}};
    add_checksums(part->checksums, row);
    rows.push_back(std::move(row));
  }
  const Bucket* bucket = call.state.s3.buckets.find(upload->entry.bucket);
  Object out{{"Bucket", upload->entry.bucket},
             {"Key", upload->entry.key},
             {"UploadId", upload->id},
             {"PartNumberMarker", marker},
             {"MaxParts", most},
             {"IsTruncated", truncated},
             {"StorageClass", upload->entry.storage_class},
             {"Owner", owner(bucket->account)},
             {"Initiator", object({{"ID", upload->initiator}})}};
  if (!rows.empty()) out.append("NextPartNumberMarker", last);
  if (!upload->checksum.empty()) out.append("ChecksumAlgorithm", upload->checksum);
  if (!rows.empty()) out.append("Parts", std::move(rows));
  return Value(std::move(out));
}

}  // namespace stint::cloud::s3

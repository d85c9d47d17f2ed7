// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Multipart uploads: begun, completed, given up, listed.
#include "cloud/s3/multipart.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/checksums.h"
#include "cloud/s3/operations.h"
#include "cloud/s3/request.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::string_view upload_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
constexpr std::int64_t most_uploads = 1000;

std::unexpected<Error> no_such_upload() {
  return fault("NoSuchUpload",
               "The specified upload does not exist. The upload ID may be invalid, or the upload "
               "may have been aborted or completed.",
               404, Code::not_found);
}
std::unexpected<Error> invalid_part() {
  return fault("InvalidPart",
               "One or more of the specified parts could not be found.  The part may not have been "
               "uploaded, or the specified entity tag may not match the part's entity tag.");
}

/// The parts that a completion names, in its order. Errors: MalformedXML, InvalidPartOrder,
/// InvalidPart, EntityTooSmall, InvalidRequest.
Result<std::vector<const Part*>> chosen_parts(const State& state, const Upload& upload,
                                              const Value::List& named) {
  if (named.empty())
    return fault("MalformedXML",
                 "The XML you provided was not well-formed or did not validate against our "
                 "published schema");
  std::int64_t last = 0;
  for (const Value& one : named) {
    const std::int64_t number = one.integer("PartNumber");
    if (number <= last)
      return fault("InvalidPartOrder",
                   "The list of parts was not in ascending order. The parts list must be specified "
                   "in order by part number.");
    last = number;
  }
  std::vector<const Part*> out;
  const std::string& bucket = upload.entry.bucket;
  for (const Value& one : named) {
    const std::int64_t number = one.integer("PartNumber");
    const Part* part = state.parts.find(part_key(bucket, upload.id, number));
    if (!part || !matches_tag(one.text("ETag"), part->etag)) return invalid_part();
    if (!upload.checksum.empty()) {
      const std::string& stated = one.text(fmt::format("Checksum{}", upload.checksum));
      if (stated.empty())
        return fault("InvalidRequest",
                     fmt::format("The upload was created using a {} checksum. The complete request "
                                 "must include the checksum for each part. It was missing for part "
                                 "{} in the request.",
                                 lower(upload.checksum), number));
      auto held = part->checksums.find(upload.checksum);
      if (held == part->checksums.end() || held->second != stated) return invalid_part();
    }
    out.push_back(part);
  }
  for (std::size_t i = 0; i + 1 < out.size(); ++i)
    if (out[i]->body.size() < smallest_part)
      return fault("EntityTooSmall",
                   "Your proposed upload is smaller than the minimum allowed size");
  return out;
}

/// "md5-N": the MD5 of the parts' MD5s.
std::string upload_etag(const std::vector<const Part*>& parts) {
  std::string digests;
  for (const Part* part : parts)
    for (std::size_t i = 1; i + 2 < part->etag.size(); i += 2)
      digests += static_cast<char>(std::stoi(part->etag.substr(i, 2), nullptr, 16));
  return fmt::format("\"{}-{}\"", hex(md5(digests)), parts.size());
}

}  // namespace

std::string upload_key(std::string_view bucket, std::string_view id) {
  return fmt::format("{}/{}", bucket, id);
}
std::string part_key(std::string_view bucket, std::string_view id, std::int64_t number) {
  return fmt::format("{}/{}/{:05}", bucket, id, number);
}

Result<const Upload*> find_upload(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const Upload* upload = call.state.s3.uploads.find(upload_key(bucket->name, in.text("UploadId")));
  if (!upload || upload->entry.key != in.text("Key")) return no_such_upload();
  return upload;
}

std::vector<const Part*> parts_of(const State& state, std::string_view bucket,
                                  std::string_view id) {
  std::vector<const Part*> out;
  const std::string root = upload_key(bucket, id) + "/";
  for (auto at = state.parts.lower_bound(root);
       at != state.parts.end() && at->first.starts_with(root); ++at)
    out.push_back(at->second.get());
  return out;
}

void forget_upload(State& state, std::string_view bucket, std::string_view id) {
  for (const Part* part : parts_of(state, bucket, id)) {
    const std::int64_t number = part->number;
    state.parts.erase(part_key(bucket, id, number));
  }
  state.uploads.erase(upload_key(bucket, id));
}

Result<Value> create_multipart_upload(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  TRY(check_key(in.text("Key")));
  const std::string& algorithm = in.text("ChecksumAlgorithm");
  if (!algorithm.empty() && !checksum_algorithm(algorithm))
    return fault("InvalidRequest",
                 "Checksum algorithm provided is unsupported. Please try again with any of the "
                 "valid types: [CRC32, CRC32C, SHA1, SHA256]");
  Upload upload{
      .initiator = call.caller.principal.arn, .checksum = algorithm, .initiated = call.now};
  upload.entry = TRY(read_entry(call, *bucket, in));
  upload.id = call.state.random.text(96, upload_alphabet);
  call.effect = "created";
  Object out{{"Bucket", bucket->name}, {"Key", in.text("Key")}, {"UploadId", upload.id}};
  if (!algorithm.empty()) out.append("ChecksumAlgorithm", algorithm);
  add_encryption(upload.entry.encryption, out);
  std::string place = upload_key(bucket->name, upload.id);
  call.state.s3.uploads.put(std::move(place), std::move(upload));
  return Value(std::move(out));
}

Result<Value> complete_multipart_upload(Call& call, const Value& in) {
  const Upload* upload = TRY(find_upload(call, in));
  State& state = call.state.s3;
  const Value::List& named = in["MultipartUpload"].items("Parts");
  const std::vector<const Part*> parts = TRY(chosen_parts(state, *upload, named));
  ObjectEntry entry = upload->entry;
  TRY(check_write_conditions(in, state.objects.find(object_key(entry.bucket, entry.key))));
  std::vector<std::string> checksums;
  for (const Part* part : parts) {
    entry.body.append(part->body);
    entry.part_sizes.push_back(static_cast<std::int64_t>(part->body.size()));
    if (auto held = part->checksums.find(upload->checksum); held != part->checksums.end())
      checksums.push_back(held->second);
  }
  TRY(check_size(entry.body.size(), largest_object));
  entry.etag = upload_etag(parts);
  entry.modified = call.now;
  if (checksums.size() == parts.size())
    entry.checksums[upload->checksum] = composite_checksum(upload->checksum, checksums);
  const Bucket bucket = *state.buckets.find(entry.bucket);
  const ObjectEntry& put = put_version(call, bucket, std::move(entry));
  forget_upload(state, put.bucket, in.text("UploadId"));
  Object out{{"Location", fmt::format("https://{}.s3.{}.amazonaws.com/{}", put.bucket,
                                      bucket.region, percent_encode(put.key, true))},
             {"Bucket", put.bucket},
             {"Key", put.key},
             {"ETag", put.etag}};
  add_checksums(put.checksums, out);
  add_encryption(put.encryption, out);
  add_version(state, put, out);
  return Value(std::move(out));
}

Result<Value> abort_multipart_upload(Call& call, const Value& in) {
  const Upload* upload = TRY(find_upload(call, in));
  call.effect = "deleted";
  const std::string bucket = upload->entry.bucket, id = upload->id;
  forget_upload(call.state.s3, bucket, id);
  return Value(Object());
}

Result<Value> list_multipart_uploads(Call& call, const Value& in) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string &prefix = in.text("Prefix"), &delimiter = in.text("Delimiter"),
                    &key_marker = in.text("KeyMarker"), &id_marker = in.text("UploadIdMarker");
  const bool url = in.text("EncodingType") == "url";
  auto shown = [&](const std::string& text) { return url ? percent_encode(text, true) : text; };
  const std::int64_t most =
      std::clamp<std::int64_t>(in.integer("MaxUploads", most_uploads), 0, most_uploads);
  // Keys in order, and of one key the oldest upload first.
  std::vector<const Upload*> uploads;
  const std::string root = upload_key(bucket->name, "");
  for (auto at = call.state.s3.uploads.lower_bound(root);
       at != call.state.s3.uploads.end() && at->first.starts_with(root); ++at)
    if (at->second->entry.key.starts_with(prefix)) uploads.push_back(at->second.get());
  std::ranges::sort(uploads, [](const Upload* a, const Upload* b) {
    return std::tie(a->entry.key, a->initiated, a->id) <
           std::tie(b->entry.key, b->initiated, b->id);
  });
  Value::List rows, prefixes;
  std::string last_key, last_id, last_prefix = id_marker.empty() ? key_marker : std::string();
  bool truncated = false, behind_id = false;
  for (const Upload* upload : uploads) {
    const std::string& key = upload->entry.key;
    if (!key_marker.empty()) {
      if (key < key_marker || (key == key_marker && id_marker.empty())) continue;
      if (key == key_marker && !behind_id) {
        behind_id = upload->id == id_marker;
        continue;
      }
    }
    const std::size_t end = delimiter.empty() ? key.npos : key.find(delimiter, prefix.size());
    const std::string group =
        end == key.npos ? std::string() : key.substr(0, end + delimiter.size());
    if (!group.empty() && group == last_prefix) continue;
    if (static_cast<std::int64_t>(rows.size() + prefixes.size()) == most) {
      truncated = true;
      break;
    }
    if (!group.empty()) {
      last_prefix = last_key = group;
      last_id.clear();
      prefixes.push_back(object({{"Prefix", shown(group)}}));
      continue;
    }
    last_key = key;
    last_id = upload->id;
    Object row{{"UploadId", upload->id},
               {"Key", shown(key)},
               {"Initiated", iso8601(upload->initiated)},
               {"StorageClass", upload->entry.storage_class},
               {"Owner", owner(bucket->account)},
               {"Initiator", object({{"ID", upload->initiator}})}};
    if (!upload->checksum.empty()) row.append("ChecksumAlgorithm", upload->checksum);
    rows.push_back(std::move(row));
  }
  Object out{{"Bucket", bucket->name},
             {"KeyMarker", shown(key_marker)},
             {"UploadIdMarker", id_marker},
             {"MaxUploads", most},
             {"IsTruncated", truncated}};
  if (truncated) {
    out.append("NextKeyMarker", shown(last_key));
    out.append("NextUploadIdMarker", last_id);
  }
  if (!prefix.empty()) out.append("Prefix", shown(prefix));
  if (!delimiter.empty()) out.append("Delimiter", shown(delimiter));
  if (!rows.empty()) out.append("Uploads", std::move(rows));
  if (!prefixes.empty()) out.append("CommonPrefixes", std::move(prefixes));
  if (url) out.append("EncodingType", "url");
  return Value(std::move(out));
}

}  // namespace stint::cloud::s3

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/errors.h"

#include <fmt/core.h>

#include "base/text.h"
#include "base/time.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/request.h"
#include "cloud/s3/versions.h"

namespace stint::cloud::s3 {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        // What XML cannot hold at all is left out.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  return out;
}

/// Elements in order, as text.
class Elements {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) text_ += fmt::format("<{0}>{1}</{0}>", name, escaped(value));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool copies(const Value& in) {
  return !in.text("CopySource").empty();
}

/// Bucket and key that an error is about: of a copy that read its source, the source's.
Source subject(const Value& in, const Error& error, const cloud::State& state) {
  Source own{in.text("Bucket"), in.text("Key"), in.text("VersionId")};
  if (!copies(in)) return own;
  auto source = read_source(in.text("CopySource"));
  if (!source) return own;
  const bool of_source = error.name == "NoSuchKey" || error.name == "NoSuchVersion" ||
                         (error.name == "NoSuchBucket" && state.s3.buckets.contains(own.bucket));
  return of_source ? *source : own;
}

/// Which of the conditions it was.
std::string_view failed_condition(const Value& in) {
  constexpr std::pair<const char*, std::string_view> conditions[] = {
      {"IfMatch", "If-Match"},
      {"IfUnmodifiedSince", "If-Unmodified-Since"},
      {"IfNoneMatch", "If-None-Match"},
      {"IfModifiedSince", "If-Modified-Since"},
      {"CopySourceIfMatch", "x-amz-copy-source-If-Match"},
      {"CopySourceIfUnmodifiedSince", "x-amz-copy-source-If-Unmodified-Since"},
      {"CopySourceIfNoneMatch", "x-amz-copy-source-If-None-Match"},
      {"CopySourceIfModifiedSince", "x-amz-copy-source-If-Modified-Since"}};
  for (const auto& [member, shown] : conditions)
    if (!in.text(member).empty()) return shown;
  return {};
}

void describe_argument(const Value& in, const Error& error, Elements& out) {
  struct Argument {
    std::string_view text;  ///< what the message begins with
    std::string_view name;
    const char* member;
  };
  constexpr Argument arguments[] = {
      {"Invalid version id", "versionId", "VersionId"},
      {"Copy Source must", "x-amz-copy-source", "CopySource"},
      {"Part number must", "partNumber", "PartNumber"},
      {"Argument maxKeys", "maxKeys", "MaxKeys"},
      {"Invalid Encoding Method", "encoding-type", "EncodingType"},
      {"The continuation token", "continuation-token", "ContinuationToken"},
      {"A version-id marker", "version-id-marker", "VersionIdMarker"},
      {"Unknown metadata", "x-amz-metadata-directive", "MetadataDirective"},
      {"Unknown tagging", "x-amz-tagging-directive", "TaggingDirective"},
      {"The header 'x-amz-tagging'", "x-amz-tagging", "Tagging"},
      {"Server Side Encryption with", "x-amz-server-side-encryption", "ServerSideEncryption"},
      {"The x-amz-copy-source-range", "x-amz-copy-source-range", "CopySourceRange"},
  };
  for (const Argument& argument : arguments) {
    if (!error.message.starts_with(argument.text)) continue;
    out.add("ArgumentName", argument.name);
    const Value& given = in[argument.member];
    out.add("ArgumentValue", given.is_text()      ? given.as_text()
                             : given.is_integer() ? std::to_string(given.as_integer())
                                                  : std::string());
    return;
  }
  if (error.message.empty()) {
    out.add("ArgumentName", "x-amz-acl");
    out.add("ArgumentValue", in.text("ACL"));
  }
}

}  // namespace

void describe_error(const cloud::State& state, const net::Request& request, const Value& input,
                    const Error& error, net::Response& response) {
  const Source of = subject(input, error, state);
  Elements more;
  const std::string& name = error.name;
  if (name == "NoSuchKey") {
    more.add("Key", of.key);
  } else if (name == "NoSuchVersion") {
    more.add("Key", of.key);
    more.add("VersionId", of.version);
  } else if (name == "NoSuchUpload") {
    more.add("UploadId", input.text("UploadId"));
  } else if (name == "InvalidRange") {
    more.add("RangeRequested", input.text("Range"));
    if (const ObjectEntry* entry = find_version(state.s3, of.bucket, of.key, of.version))
      more.add("ActualObjectSize", std::to_string(entry->body.size()));
  } else if (name == "PreconditionFailed") {
    more.add("Condition", failed_condition(input));
  } else if (name == "MethodNotAllowed") {
    more.add("Method", request.method);
    more.add("ResourceType", input.text("VersionId").empty() ? "OBJECT" : "DeleteMarker");
  } else if (name == "InvalidArgument") {
    describe_argument(input, error, more);
  } else if (name == "EntityTooLarge") {
    const bool complete = !input.text("UploadId").empty() && !input.find("PartNumber");
    more.add("ProposedSize", std::to_string(input.text("Body").size()));
    more.add("MaxSizeAllowed", std::to_string(complete ? largest_object : largest_put));
  } else if (name == "KeyTooLongError") {
    more.add("Size", std::to_string(of.key.size()));
    more.add("MaxSizeAllowed", "1024");
  } else if (name == "NoSuchBucket" || name == "NoSuchBucketPolicy" || name == "BucketNotEmpty" ||
             name == "BucketAlreadyExists" || name == "BucketAlreadyOwnedByYou" ||
             name == "InvalidBucketName" || name == "NoSuchTagSet" ||
             name == "NoSuchCORSConfiguration" || name == "NoSuchLifecycleConfiguration" ||
             name == "NoSuchWebsiteConfiguration" ||
             name == "NoSuchPublicAccessBlockConfiguration" ||
             name == "OwnershipControlsNotFoundError" ||
             name == "ReplicationConfigurationNotFoundError") {
    more.add("BucketName", of.bucket);
  }
  if (!more.text().empty())
    if (const std::size_t at = response.body.find("<RequestId>"); at != response.body.npos)
      response.body.insert(at, more.text());

  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads || of.key.empty() || (error.status != 404 && error.status != 405)) return;
  const ObjectEntry* entry = find_version(state.s3, of.bucket, of.key, of.version);
  if (!entry || !entry->delete_marker) return;
  response.headers.set("x-amz-delete-marker", "true");
  response.headers.set("x-amz-version-id", shown_version(*entry));
  if (error.status != 405) return;
  response.headers.set("allow", "DELETE");
  response.headers.set("last-modified", http_date(entry->modified));
}

}  // namespace stint::cloud::s3

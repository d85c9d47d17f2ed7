// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Simple Storage Service: bucket names are global, a bucket belongs to an account and a Region.
namespace stint::cloud::s3 {

struct Bucket {
  std::string name, account, region;
  std::string policy;  ///< bucket policy document, or empty
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("Account", self.account);
    visit("Region", self.region);
    visit("Policy", self.policy);
    visit("CreationDate", self.created);
  }
};

/// An object's bytes: immutable and shared by all copies of a world, and by copies of the object.
class Body {
 public:
  Body() = default;
  explicit Body(std::string bytes)
      : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}
  const std::string& bytes() const { return *bytes_; }
  /// Text when the bytes are UTF-8, else {"base64": "..."}.
  Value form() const {
    if (valid_utf8(*bytes_)) return *bytes_;
    return object({{"base64", base64(*bytes_)}});
  }
  Result<void> read_form(const Value& in) {
    if (in.is_text()) {
      *this = Body(in.as_text());
      return {};
    }
    if (!in.is_object()) return fields::wrong(in, "text or {base64: ...}");
    *this = Body(TRY(from_base64(in.text("base64"))));
    return {};
  }

 private:
  std::shared_ptr<const std::string> bytes_ = std::make_shared<const std::string>();
};

struct ObjectEntry {
  std::string bucket, key;
  Body body;
  std::string etag;  ///< with quotes, as on the wire
  std::string content_type = "binary/octet-stream";
  std::map<std::string, std::string> headers;  ///< CacheControl, ContentEncoding, ... as given
  std::map<std::string, std::string> metadata;
  Time modified{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Bucket", self.bucket);
    visit("Key", self.key);
    visit("Body", self.body);
    visit("ETag", self.etag);
    visit("ContentType", self.content_type);
    visit("Headers", self.headers);
    visit("Metadata", self.metadata);
    visit("LastModified", self.modified);
  }
};

struct State {
  Table<Bucket> buckets;
  Table<ObjectEntry> objects;  ///< by "bucket/key": bucket names have no slash
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("buckets", self.buckets);
    visit("objects", self.objects);
  }
};

}  // namespace stint::cloud::s3

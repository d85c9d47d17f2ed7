// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>

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

struct ObjectEntry {
  std::string bucket, key;
  std::string body;
  std::string etag;  ///< with quotes, as on the wire
  std::string content_type = "binary/octet-stream";
  std::map<std::string, std::string> metadata;
  Time modified{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Bucket", self.bucket);
    visit("Key", self.key);
    visit("Body", self.body);
    visit("ETag", self.etag);
    visit("ContentType", self.content_type);
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

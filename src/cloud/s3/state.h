// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/s3/body.h"
#include "cloud/table.h"

/// Simple Storage Service: bucket names are global, a bucket belongs to an account and a Region.
namespace stint::cloud::s3 {

struct Bucket {
  std::string name, account, region;
  std::string policy;  ///< bucket policy document, or empty
  Time created{};
  std::string versioning;                 ///< "Enabled", "Suspended"; empty: never was
  Value acl;                              ///< grants; null: the owner's alone
  std::map<std::string, Value> settings;  ///< "Cors", "Tagging", ...: as they were put
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Name", self.name);
    visit("Account", self.account);
    visit("Region", self.region);
    visit("Policy", self.policy);
    visit("CreationDate", self.created);
    visit("Versioning", self.versioning);
    visit("Acl", self.acl);
    visit("Settings", self.settings);
  }
};

/// How an object is encrypted: recorded and answered, the bytes stay as they are.
struct Encryption {
  std::string algorithm = "AES256";  ///< or "aws:kms"
  std::string key;                   ///< ARN of the KMS key
  std::string context;               ///< base64, as it was given
  bool bucket_key = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Algorithm", self.algorithm);
    visit("Key", self.key);
    visit("Context", self.context);
    visit("BucketKey", self.bucket_key);
  }
};

/// One version of an object; the newest stands in State::objects and names the older ones.
struct ObjectEntry {
  std::string bucket, key;
  std::string version;         ///< empty: the null version
  bool delete_marker = false;  ///< nothing but a key and a version
  Body body;
  std::string etag;  ///< with quotes, as on the wire
  std::string content_type = "binary/octet-stream";
  std::string storage_class = "STANDARD";
  Encryption encryption;
  std::map<std::string, std::string> headers;  ///< CacheControl, ContentEncoding, ... as given
  std::map<std::string, std::string> metadata;
  std::map<std::string, std::string> checksums;  ///< "SHA256" -> base64 ("...-N" of an upload)
  std::map<std::string, std::string> tags;
  Value acl;                             ///< grants; null: the owner's alone
  std::vector<std::int64_t> part_sizes;  ///< of an object that was uploaded in parts
  std::vector<std::string> older;        ///< keys in State::versions, newest first
  Time modified{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Bucket", self.bucket);
    visit("Key", self.key);
    visit("VersionId", self.version);
    visit("DeleteMarker", self.delete_marker);
    visit("Body", self.body);
    visit("ETag", self.etag);
    visit("ContentType", self.content_type);
    visit("StorageClass", self.storage_class);
    visit("Encryption", self.encryption);
    visit("Headers", self.headers);
    visit("Metadata", self.metadata);
    visit("Checksums", self.checksums);
    visit("Tags", self.tags);
    visit("Acl", self.acl);
    visit("PartSizes", self.part_sizes);
    visit("Older", self.older);
    visit("LastModified", self.modified);
  }
};

/// A multipart upload that is under way. `entry` is what the object will be, without its bytes.
struct Upload {
  std::string id, initiator;
  std::string checksum;  ///< algorithm that each part needs, or empty
  ObjectEntry entry;
  Time initiated{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("UploadId", self.id);
    visit("Initiator", self.initiator);
    visit("Checksum", self.checksum);
    visit("Entry", self.entry);
    visit("Initiated", self.initiated);
  }
};

struct Part {
  int number = 0;
  Body body;
  std::string etag;
  std::map<std::string, std::string> checksums;
  Time modified{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("PartNumber", self.number);
    visit("Body", self.body);
    visit("ETag", self.etag);
    visit("Checksums", self.checksums);
    visit("LastModified", self.modified);
  }
};

struct State {
  Table<Bucket> buckets;
  Table<ObjectEntry> objects;  ///< the newest versions, by "bucket/key": bucket names have no slash
  Table<ObjectEntry> versions;  ///< older ones, by "bucket/ID"
  Table<Upload> uploads;        ///< by "bucket/ID"
  Table<Part> parts;            ///< by "bucket/ID/00001"
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("buckets", self.buckets);
    visit("objects", self.objects);
    visit("versions", self.versions);
    visit("uploads", self.uploads);
    visit("parts", self.parts);
  }
};

/// The hashes of all bodies that lie in the store, sorted.
std::vector<std::string> stored_bodies(const State& state);
/// Takes every body into memory: for a state that goes where its store does not.
Result<void> take_into_memory(State& state, const BodyStore* store);

}  // namespace stint::cloud::s3

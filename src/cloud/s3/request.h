// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// What requests that write objects have in common.
namespace stint::cloud::s3 {

constexpr std::size_t largest_put = 128u << 20;     ///< a body of one request (S3 has 5 GiB)
constexpr std::size_t largest_object = 512u << 20;  ///< an upload of parts (S3 has 5 TiB)

/// Errors: KeyTooLongError.
Result<void> check_key(std::string_view key);
/// Errors: EntityTooLarge.
Result<void> check_size(std::size_t size, std::size_t most);

/// Content type, headers, storage class and metadata of a request. Errors: MetadataTooLarge,
/// InvalidStorageClass.
Result<void> read_headers(const Value& in, ObjectEntry& entry);

/// Everything that PutObject and CreateMultipartUpload say of an object beside its bytes: as
/// read_headers, and tags, ACL and encryption, each with the permission it needs.
Result<ObjectEntry> read_entry(Call& call, const Bucket& bucket, const Value& in);

/// The encryption of a new object: what the request asks for, else the bucket's default. Errors:
/// InvalidArgument, InvalidEncryptionAlgorithmError, InvalidRequest (keys of the customer need
/// TLS), KMS.NotFoundException and the like, AccessDenied.
Result<Encryption> choose_encryption(Call& call, const Bucket& bucket, const Value& in,
                                     std::string_view key);
/// May the caller use the key that the object is encrypted with?
Result<void> check_decryption(Call& call, const ObjectEntry& entry);
/// Sets ServerSideEncryption and its companions on an answer.
void add_encryption(const Encryption& encryption, Object& out);

/// If-Match and If-None-Match of a write: newer clients send them, the model does not know them.
/// Errors: PreconditionFailed, NoSuchKey, NotImplemented.
Result<void> check_write_conditions(const Value& in, const ObjectEntry* held);

/// The source of a copy: "bucket/key", "/bucket/key", escaped or not, with ?versionId=ID.
struct Source {
  std::string bucket, key, version;
};
/// Errors: InvalidArgument.
Result<Source> read_source(std::string_view text);
/// The object that CopySource names, if the caller may read it and the conditions hold. Errors: as
/// read_source; NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed, AccessDenied.
Result<const ObjectEntry*> find_source(Call& call, const Value& in, const Source& source);

/// The bytes of a request, where large ones lie. Errors: InternalError.
Result<Body> keep_body(Call& call, const std::string& bytes);
/// A part of an object's bytes. Errors: InternalError.
Result<std::string> read_body(Call& call, const Body& body, std::size_t first = 0,
                              std::size_t count = std::string::npos);

}  // namespace stint::cloud::s3

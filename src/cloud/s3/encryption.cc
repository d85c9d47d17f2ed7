// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Server-side encryption: chosen, checked against KMS, recorded and answered.
#include <fmt/core.h>

#include "base/hash.h"
#include "base/text.h"
#include "cloud/kms/use.h"
#include "cloud/s3/bucket.h"
#include "cloud/s3/request.h"
#include "value/json.h"

namespace stint::cloud::s3 {
namespace {

bool is_kms(std::string_view algorithm) {
  return algorithm == "aws:kms" || algorithm == "aws:kms:dsse";
}

/// KMS's errors as S3 passes them on.
std::unexpected<Error> from_kms(const Error& error) {
  if (error.code == Code::denied) return fail(error);
  return fault("KMS." + error.name, error.message, 400, error.code);
}

/// The context that S3 adds to what it encrypts: the object, or the bucket when it has a key of its
/// own.
kms::Pairs context_of(std::string_view bucket, std::string_view key, const Encryption& encryption) {
  kms::Pairs out;
  if (auto text = from_base64(encryption.context))
    if (auto given = parse_json(*text)) out = kms::read_pairs(*given);
  out["aws:s3:arn"] = encryption.bucket_key ? bucket_arn(bucket) : object_arn(bucket, key);
  return out;
}

/// Finds the key, and asks whether the caller may make data keys with it.
Result<void> use_kms(Call& call, const Bucket& bucket, std::string_view key, Encryption& out) {
  if (!is_kms(out.algorithm)) return {};
  auto arn = kms::service_key(call, "s3", out.key);
  if (!arn) return from_kms(arn.error());
  out.key = std::move(*arn);
  auto used =
      kms::use_key(call, out.key, "kms:GenerateDataKey", "s3", context_of(bucket.name, key, out));
  if (!used) return from_kms(used.error());
  return {};
}

}  // namespace

Result<Encryption> choose_encryption(Call& call, const Bucket& bucket, const Value& in,
                                     std::string_view key) {
  Encryption out;
  for (const char* name : {"SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"})
    if (!in.text(name).empty())
      return fault("InvalidRequest",
                   "Requests specifying Server Side Encryption with Customer provided keys must be "
                   "made over a secure connection.");
  const std::string& asked = in.text("ServerSideEncryption");
  if (!asked.empty() && asked != "AES256" && !is_kms(asked))
    return fault("InvalidEncryptionAlgorithmError",
                 "The encryption request you specified is not valid. The valid value is AES256.");
  if (!in.text("SSEKMSKeyId").empty() && !is_kms(asked))
    return fault("InvalidArgument",
                 "Server Side Encryption with AWS KMS managed key requires HTTP header "
                 "x-amz-server-side-encryption : aws:kms");
  if (!asked.empty()) {
    out.algorithm = asked;
    out.key = in.text("SSEKMSKeyId");
    out.bucket_key = in.flag("BucketKeyEnabled");
    out.context = in.text("SSEKMSEncryptionContext");
    TRY(use_kms(call, bucket, key, out));
    return out;
  }
  auto set = bucket.settings.find("Encryption");
  if (set == bucket.settings.end()) return out;
  const Value& rule = set->second["Rules"][std::size_t{0}];
  const Value& standard = rule["ApplyServerSideEncryptionByDefault"];
  if (const std::string& algorithm = standard.text("SSEAlgorithm"); !algorithm.empty())
    out.algorithm = algorithm;
  out.key = standard.text("KMSMasterKeyID");
  out.bucket_key = is_kms(out.algorithm) && rule.flag("BucketKeyEnabled");
  TRY(use_kms(call, bucket, key, out));
  return out;
}

Result<void> check_decryption(Call& call, const ObjectEntry& entry) {
  if (!is_kms(entry.encryption.algorithm)) return {};
  // Without a signature there is nobody whom KMS could know.
  if (call.caller.principal.kind == Principal::Kind::anonymous)
    return fault("InvalidArgument",
                 "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS "
                 "Signature Version 4.");
  auto used = kms::use_key(call, entry.encryption.key, "kms:Decrypt", "s3",
                           context_of(entry.bucket, entry.key, entry.encryption));
  if (!used) return from_kms(used.error());
  return {};
}

void add_encryption(const Encryption& encryption, Object& out) {
  out.set("ServerSideEncryption", encryption.algorithm);
  if (!is_kms(encryption.algorithm)) return;
  out.set("SSEKMSKeyId", encryption.key);
  if (!encryption.context.empty()) out.set("SSEKMSEncryptionContext", encryption.context);
  if (encryption.bucket_key) out.set("BucketKeyEnabled", true);
}

}  // namespace stint::cloud::s3

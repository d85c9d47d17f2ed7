// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Encrypting and decrypting, data keys, random bytes.
#include <fmt/core.h>

#include "cloud/kms/cipher.h"
#include "cloud/kms/keys.h"
#include "cloud/kms/operations.h"
#include "cloud/kms/use.h"

namespace stint::cloud::kms {
namespace {

constexpr std::string_view algorithm = "SYMMETRIC_DEFAULT";
constexpr std::size_t most_plaintext = 4096;
constexpr std::size_t nonce_size = 12;

Result<void> check_algorithm(const Found& found, const std::string& given) {
  if (given.empty() || given == algorithm) return {};
  return fault("InvalidKeyUsageException",
               fmt::format("The request was rejected because the algorithm {} cannot be used with "
                           "{}.",
                           given, found.key->arn));
}

/// The key of a blob, if it is the one that the caller says. Errors: InvalidCiphertextException,
/// IncorrectKeyException, and those of a key that is not usable.
Result<Found> key_of(const Call& call, const std::string& blob, const std::string& stated) {
  const std::string arn = TRY(key_of_blob(blob));
  const Found found = key_of_arn(call.state, arn, call.now);
  if (!stated.empty()) {
    const Found named = TRY(find_key(call, stated));
    if (named.key->arn != arn)
      return fault("IncorrectKeyException",
                   "The key ID in the request does not identify a CMK that can perform this "
                   "operation.");
  }
  if (!found.key || found.place.region != call.region)
    return fault("AccessDeniedException",
                 "The ciphertext refers to a customer master key that does not exist, does not "
                 "exist in this region, or you are not allowed to access.",
                 400, Code::denied);
  TRY(usable(*found.key));
  return found;
}

Result<std::size_t> data_key_size(const Value& in) {
  const std::string& spec = in.text("KeySpec");
  const bool number = in.find("NumberOfBytes") != nullptr;
  if (number && !spec.empty())
    return invalid("Please specify either number of bytes or key spec, but not both.");
  if (!number && spec.empty()) return invalid("Please specify either number of bytes or key spec.");
  if (spec == "AES_256") return 32u;
  if (spec == "AES_128") return 16u;
  const std::int64_t count = in.integer("NumberOfBytes");
  if (count < 1 || count > 1024)
    return invalid(
        fmt::format("1 validation error detected: Value '{}' at 'numberOfBytes' failed "
                    "to satisfy constraint: Member must have value {} than or equal to "
                    "{}",
                    count, count < 1 ? "greater" : "less", count < 1 ? 1 : 1024));
  return static_cast<std::size_t>(count);
}

}  // namespace

/// A blob that names no key concerns nobody: its holder is told that it is invalid.
Resources key_of_ciphertext(const Call& call, const Value& in) {
  auto arn = key_of_blob(in.text("CiphertextBlob"));
  if (!arn || !key_of_arn(call.state, *arn, call.now).key) return {};
  return {*arn};
}

Result<Value> encrypt(Call& call, const Value& in) {
  const std::string& plaintext = in.text("Plaintext");
  if (plaintext.empty() || plaintext.size() > most_plaintext)
    return invalid(fmt::format(
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member "
        "must have length {} than or equal to {}",
        plaintext.empty() ? "greater" : "less", plaintext.empty() ? 1 : most_plaintext));
  TRY(check_tokens(call, in));
  TRY(make_service_key(call, in.text("KeyId")));
  const Found found = TRY(find_key(call, in.text("KeyId")));
  TRY(usable(*found.key));
  TRY(check_algorithm(found, in.text("EncryptionAlgorithm")));
  return object({{"CiphertextBlob", seal(*found.key, random_bytes(call, nonce_size), plaintext,
                                         read_pairs(in["EncryptionContext"]))},
                 {"KeyId", found.key->arn},
                 {"EncryptionAlgorithm", algorithm}});
}

Result<Value> decrypt(Call& call, const Value& in) {
  TRY(check_tokens(call, in));
  const std::string& blob = in.text("CiphertextBlob");
  const Found found = TRY(key_of(call, blob, in.text("KeyId")));
  TRY(check_algorithm(found, in.text("EncryptionAlgorithm")));
  std::string plaintext = TRY(unseal(*found.key, blob, read_pairs(in["EncryptionContext"])));
  return object({{"KeyId", found.key->arn},
                 {"Plaintext", std::move(plaintext)},
                 {"EncryptionAlgorithm", algorithm}});
}

Result<Value> re_encrypt(Call& call, const Value& in) {
  TRY(check_tokens(call, in));
  const std::string& blob = in.text("CiphertextBlob");
  const Found source = TRY(key_of(call, blob, in.text("SourceKeyId")));
  const Found target = TRY(find_key(call, in.text("DestinationKeyId")));
  policy::Context context;
  key_context(call, in, context);
  TRY(call.authorise("kms:ReEncryptTo", target.key->arn, std::move(context)));
  TRY(usable(*target.key));
  TRY(check_algorithm(target, in.text("DestinationEncryptionAlgorithm")));
  const std::string plaintext =
      TRY(unseal(*source.key, blob, read_pairs(in["SourceEncryptionContext"])));
  return object({{"CiphertextBlob", seal(*target.key, random_bytes(call, nonce_size), plaintext,
                                         read_pairs(in["DestinationEncryptionContext"]))},
                 {"SourceKeyId", source.key->arn},
                 {"KeyId", target.key->arn},
                 {"SourceEncryptionAlgorithm", algorithm},
                 {"DestinationEncryptionAlgorithm", algorithm}});
}

Result<Value> generate_data_key(Call& call, const Value& in) {
  const std::size_t size = TRY(data_key_size(in));
  TRY(check_tokens(call, in));
  TRY(make_service_key(call, in.text("KeyId")));
  const Found found = TRY(find_key(call, in.text("KeyId")));
  TRY(usable(*found.key));
  std::string plaintext = random_bytes(call, size);
  std::string blob = seal(*found.key, random_bytes(call, nonce_size), plaintext,
                          read_pairs(in["EncryptionContext"]));
  return object({{"CiphertextBlob", std::move(blob)},
                 {"Plaintext", std::move(plaintext)},
                 {"KeyId", found.key->arn}});
}

Result<Value> generate_data_key_without_plaintext(Call& call, const Value& in) {
  Value with = in;
  // Here the length has a default.
  if (!in.find("NumberOfBytes") && in.text("KeySpec").empty()) with.set("KeySpec", "AES_256");
  Value answer = TRY(generate_data_key(call, with));
  answer.edit_object().erase("Plaintext");
  return answer;
}

Result<Value> generate_random(Call& call, const Value& in) {
  if (!in.text("CustomKeyStoreId").empty())
    return fault("CustomKeyStoreNotFoundException", "", 400, Code::not_found);
  if (!in.find("NumberOfBytes")) return invalid("Please specify the number of bytes.");
  const std::int64_t count = in.integer("NumberOfBytes");
  if (count < 1 || count > 1024)
    return invalid(
        fmt::format("1 validation error detected: Value '{}' at 'numberOfBytes' failed "
                    "to satisfy constraint: Member must have value {} than or equal to "
                    "{}",
                    count, count < 1 ? "greater" : "less", count < 1 ? 1 : 1024));
  return object({{"Plaintext", random_bytes(call, static_cast<std::size_t>(count))}});
}

}  // namespace stint::cloud::kms

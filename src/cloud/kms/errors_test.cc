// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What KMS refuses, by operation; cloud/coverage_test.cc says which errors are still to be tested.
#include <fmt/core.h>

#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::expect_denied;
using cloud::testing::expect_refused;
using cloud::testing::Names;
using cloud::testing::TestWorld;
using cloud::testing::user_world;

struct KmsErrors : ::testing::Test, TestWorld {
  Names names{{"user", "arn:aws:iam::123456789012:user/user"},
              {"none", "00000000-0000-0000-0000-000000000000"},
              {"noarn", "arn:aws:nonsense"},
              {"grant", std::string(64, 'a')}};

  KmsErrors() : TestWorld(user_world) {
    for (const char* name : {"key", "other", "disabled", "pending"})
      names[name] = make()["KeyMetadata"].text("KeyId");
    names["blob"] = seal("key");
    names["stale"] = seal("pending");
    names["off"] = seal("disabled");
    change("DisableKey", "disabled");
    change("ScheduleKeyDeletion", "pending");
  }
  Value make() {
    auto made = call("kms", "CreateKey");
    if (!made) ADD_FAILURE() << made.error().message;
    return made ? *made : Value();
  }
  std::string seal(const char* name) {
    auto sealed = call("kms", "Encrypt", object({{"KeyId", names[name]}, {"Plaintext", "x"}}));
    if (!sealed) ADD_FAILURE() << sealed.error().message;
    return sealed ? sealed->text("CiphertextBlob") : std::string();
  }
  void change(const char* operation, const char* name) {
    EXPECT_TRUE(call("kms", operation, object({{"KeyId", names[name]}}))) << operation;
  }
  /// Ciphertexts are bytes, which no JSON holds.
  void expect_refused_blob(const char* operation, const char* blob, const char* input,
                           const char* code) {
    Value in = testing::json(testing::fill(input, names));
    in.set("CiphertextBlob", names.contains(blob) ? names[blob] : std::string(blob));
    auto answer = call("kms", operation, in);
    EXPECT_EQ(answer ? "done" : answer.error().name, code) << operation << " " << input;
  }
};

/// An input with all that an operation on a key may need beside it.
std::string with_key(const std::string& key, const std::string& more = {}) {
  return fmt::format(R"({{"KeyId":"{}","TargetKeyId":"{}","AliasName":"alias/new","Plaintext":"x",
      "KeySpec":"AES_256","GranteePrincipal":"$user","Operations":["Decrypt"],
      "GrantId":"$grant","PolicyName":"default","Policy":"{{}}","Tags":[],"TagKeys":[],
      "Description":"d"{}}})",
                     key, key, more);
}

constexpr const char* of_keys =
    "CancelKeyDeletion CreateGrant DescribeKey DisableKey DisableKeyRotation EnableKey "
    "EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListAliases ListGrants ListKeyPolicies "
    "ListResourceTags PutKeyPolicy RetireGrant RevokeGrant ScheduleKeyDeletion TagResource "
    "UntagResource UpdateKeyDescription";
constexpr const char* data_keys = "Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext";

TEST_F(KmsErrors, KeysThatAreNotThere) {
  expect_refused(*this, "kms", names,
                 {{of_keys, with_key("$none"), "NotFoundException"},
                  {data_keys, with_key("$none"), "NotFoundException"},
                  {"CreateAlias UpdateAlias", with_key("$none"), "NotFoundException"},
                  {"DeleteAlias", with_key("$key"), "NotFoundException"},
                  {of_keys, with_key("$noarn"), "InvalidArnException"}});
  expect_refused_blob("Decrypt", "blob", R"({"KeyId":"$none"})", "NotFoundException");
  expect_refused_blob("ReEncrypt", "blob", R"({"DestinationKeyId":"$none"})", "NotFoundException");
}

TEST_F(KmsErrors, KeysInAStateThatDoesNotLetItThrough) {
  expect_refused(
      *this, "kms", names,
      {{"CreateAlias CreateGrant DisableKey DisableKeyRotation EnableKey EnableKeyRotation "
        "GetKeyRotationStatus ScheduleKeyDeletion TagResource UntagResource UpdateAlias "
        "UpdateKeyDescription",
        with_key("$pending"), "KMSInvalidStateException"},
       {data_keys, with_key("$pending"), "KMSInvalidStateException"},
       {"CancelKeyDeletion", with_key("$key"), "KMSInvalidStateException"},
       {data_keys, with_key("$disabled"), "DisabledException"},
       {"CreateGrant DisableKeyRotation EnableKeyRotation", with_key("$disabled"),
        "DisabledException"}});
  expect_refused_blob("Decrypt", "stale", "{}", "KMSInvalidStateException");
  expect_refused_blob("Decrypt", "off", "{}", "DisabledException");
  expect_refused_blob("ReEncrypt", "blob", R"({"DestinationKeyId":"$pending"})",
                      "KMSInvalidStateException");
  expect_refused_blob("ReEncrypt", "blob", R"({"DestinationKeyId":"$disabled"})",
                      "DisabledException");
}

TEST_F(KmsErrors, CiphertextsAndWhatTheyAreReadWith) {
  expect_refused_blob("Decrypt", "nonsense", "{}", "InvalidCiphertextException");
  expect_refused_blob("ReEncrypt", "nonsense", R"({"DestinationKeyId":"$key"})",
                      "InvalidCiphertextException");
  expect_refused_blob("Decrypt", "blob", R"({"KeyId":"$other"})", "IncorrectKeyException");
  expect_refused_blob("ReEncrypt", "blob", R"({"DestinationKeyId":"$key","SourceKeyId":"$other"})",
                      "IncorrectKeyException");
  expect_refused_blob("Decrypt", "blob", R"({"EncryptionAlgorithm":"RSAES_OAEP_SHA_1"})",
                      "InvalidKeyUsageException");
  expect_refused_blob(
      "ReEncrypt", "blob",
      R"({"DestinationKeyId":"$key","DestinationEncryptionAlgorithm":"RSAES_OAEP_SHA_1"})",
      "InvalidKeyUsageException");
  const char* token = R"({"GrantTokens":["nonsense"],"DestinationKeyId":"$key"})";
  expect_refused_blob("Decrypt", "blob", token, "InvalidGrantTokenException");
  expect_refused_blob("ReEncrypt", "blob", token, "InvalidGrantTokenException");
  const std::string more = R"(,"GrantTokens":["nonsense"])";
  expect_refused(*this, "kms", names,
                 {{data_keys, with_key("$key", more), "InvalidGrantTokenException"},
                  {"CreateGrant", with_key("$key", more), "InvalidGrantTokenException"}});
}

TEST_F(KmsErrors, MarkersGrantsPoliciesAndTags) {
  const std::string marker = R"(,"Marker":"nonsense")";
  const std::string big = fmt::format(R"({{"Policy":"{}"}})", std::string(40000, 'x'));
  std::string tags;
  for (int i = 0; i < 51; ++i)
    tags += fmt::format(R"({}{{"TagKey":"{}","TagValue":"v"}})", i == 0 ? "" : ",", i);
  expect_refused(
      *this, "kms", names,
      {{"ListAliases ListKeys ListResourceTags", fmt::format(R"({{"KeyId":"$key"{}}})", marker),
        "InvalidMarkerException"},
       {"ListGrants", fmt::format(R"({{"KeyId":"$key"{}}})", marker), "InvalidMarkerException"},
       {"ListRetirableGrants", fmt::format(R"({{"RetiringPrincipal":"$user"{}}})", marker),
        "InvalidMarkerException"},
       {"CreateKey", big, "LimitExceededException"},
       {"CreateKey", fmt::format(R"({{"Tags":[{}]}})", tags), "LimitExceededException"},
       {"CreateKey", R"({"CustomKeyStoreId":"cks-none"})", "CustomKeyStoreNotFoundException"},
       {"TagResource", fmt::format(R"({{"KeyId":"$key","Tags":[{}]}})", tags),
        "LimitExceededException"}});
}

TEST_F(KmsErrors, WhoMayNothing) {
  become("user");
  expect_denied(*this, "kms", testing::json(testing::fill(with_key("$key"), names)),
                "AccessDeniedException", "Decrypt ReEncrypt RetireGrant");
  expect_refused_blob("Decrypt", "blob", "{}", "AccessDeniedException");
  expect_refused_blob("ReEncrypt", "blob", R"({"DestinationKeyId":"$key"})",
                      "AccessDeniedException");
}

}  // namespace
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <set>

#include "cloud/kms/cipher.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::Input;
using cloud::testing::json;
using cloud::testing::TestWorld;

constexpr std::string_view kms_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "user": {"secret": "s", "principal": "user"},
                  "all": {"secret": "s", "principal": "all"}},
  "users": {"user": {}, "all": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}}}},
  "accounts": {"210987654321": {"access_keys": {"foreign": {"secret": "s", "principal": "root"}}}}
})";

struct Kms : ::testing::Test, TestWorld {
  Kms() : TestWorld(kms_world) {
    id = get("CreateKey", R"({"Description":"d"})")["KeyMetadata"].text("KeyId");
    arn = "arn:aws:kms:us-west-2:123456789012:key/" + id;
  }
  Value get(std::string_view operation, const Input& input) {
    auto answer = call("kms", operation, input);
    if (!answer)
      ADD_FAILURE() << operation << ": " << answer.error().name << ": " << answer.error().message;
    return answer ? *answer : Value();
  }
  std::string code(std::string_view operation, const Input& input) {
    auto answer = call("kms", operation, input);
    return answer ? "fine" : answer.error().name;
  }
  /// "Code: text" or "fine".
  std::string outcome(std::string_view operation, const Input& input) {
    auto answer = call("kms", operation, input);
    return answer ? "fine" : answer.error().name + ": " + answer.error().message;
  }
  /// An input about the key of the world.
  Value of_key(std::initializer_list<std::pair<std::string_view, Value>> more = {}) {
    Value out = object({{"KeyId", id}});
    for (const auto& [name, value] : more) out.set(name, value);
    return out;
  }
  std::string encrypted(const std::string& text = "secret", const char* context = "{}") {
    return get("Encrypt", of_key({{"Plaintext", text}, {"EncryptionContext", json(context)}}))
        .text("CiphertextBlob");
  }
  std::string id, arn;
};

TEST_F(Kms, DecryptsWhatItEncrypted) {
  const std::string blob = encrypted("secret");
  EXPECT_EQ(blob.find("secret"), blob.npos);
  const Value plain = get("Decrypt", object({{"CiphertextBlob", blob}}));
  EXPECT_EQ(plain.text("Plaintext"), "secret");
  EXPECT_EQ(plain.text("KeyId"), arn);
  EXPECT_NE(encrypted("secret"), blob) << "another initialisation vector each time";
}

TEST_F(Kms, TiesACiphertextToItsContextKeyAndBytes) {
  const std::string blob = encrypted("secret", R"({"a":"1","b":"2"})");
  const Value right =
      object({{"CiphertextBlob", blob}, {"EncryptionContext", json(R"({"b":"2","a":"1"})")}});
  EXPECT_EQ(get("Decrypt", right).text("Plaintext"), "secret");
  for (const char* context : {"{}", R"({"a":"1"})", R"({"a":"12","b":""})", R"({"a":"1","b":"3"})"})
    EXPECT_EQ(
        code("Decrypt", object({{"CiphertextBlob", blob}, {"EncryptionContext", json(context)}})),
        "InvalidCiphertextException")
        << context;
  for (std::size_t at = 0; at < blob.size(); ++at) {
    std::string damaged = blob;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    Value input = right;
    input.set("CiphertextBlob", damaged);
    auto answer = call("kms", "Decrypt", input);
    ASSERT_FALSE(answer) << at;
  }
  for (std::size_t size = 0; size < blob.size(); size += 7) {
    Value input = right;
    input.set("CiphertextBlob", blob.substr(0, size));
    EXPECT_EQ(code("Decrypt", input), "InvalidCiphertextException") << size;
  }
}

TEST_F(Kms, MakesDataKeys) {
  struct Case {
    const char* input;
    std::size_t size;
  };
  for (const auto& [input, size] : std::vector<Case>{{R"({"KeySpec":"AES_256"})", 32},
                                                     {R"({"KeySpec":"AES_128"})", 16},
                                                     {R"({"NumberOfBytes":7})", 7}}) {
    Value given = json(input);
    given.set("KeyId", id);
    const Value made = get("GenerateDataKey", given);
    EXPECT_EQ(made.text("Plaintext").size(), size);
    EXPECT_EQ(
        get("Decrypt", object({{"CiphertextBlob", made.text("CiphertextBlob")}})).text("Plaintext"),
        made.text("Plaintext"));
    const Value hidden = get("GenerateDataKeyWithoutPlaintext", given);
    EXPECT_EQ(hidden.find("Plaintext"), nullptr);
    EXPECT_EQ(get("Decrypt", object({{"CiphertextBlob", hidden.text("CiphertextBlob")}}))
                  .text("Plaintext")
                  .size(),
              size);
  }
  EXPECT_EQ(get("GenerateRandom", R"({"NumberOfBytes":9})").text("Plaintext").size(), 9u);
}

TEST_F(Kms, EncryptsAnewUnderAnotherKey) {
  const std::string other = get("CreateKey", "{}")["KeyMetadata"].text("Arn");
  const std::string blob = encrypted("secret", R"({"a":"1"})");
  const Value done =
      get("ReEncrypt", object({{"CiphertextBlob", blob},
                               {"SourceEncryptionContext", json(R"({"a":"1"})")},
                               {"DestinationKeyId", other},
                               {"DestinationEncryptionContext", json(R"({"b":"2"})")}}));
  EXPECT_EQ(done.text("SourceKeyId"), arn);
  EXPECT_EQ(done.text("KeyId"), other);
  EXPECT_EQ(get("Decrypt", object({{"CiphertextBlob", done.text("CiphertextBlob")},
                                   {"EncryptionContext", json(R"({"b":"2"})")}}))
                .text("Plaintext"),
            "secret");
}

TEST_F(Kms, FindsKeysByIdArnAndAlias) {
  get("CreateAlias", of_key({{"AliasName", "alias/mine"}, {"TargetKeyId", id}}));
  for (const std::string& name : {id, arn, std::string("alias/mine"),
                                  std::string("arn:aws:kms:us-west-2:123456789012:alias/mine")})
    EXPECT_EQ(get("DescribeKey", object({{"KeyId", name}}))["KeyMetadata"].text("Arn"), arn);
  const Value aliases = get("ListAliases", of_key());
  ASSERT_EQ(aliases.items("Aliases").size(), 1u);
  EXPECT_EQ(aliases.items("Aliases")[0].text("AliasArn"),
            "arn:aws:kms:us-west-2:123456789012:alias/mine");
  const std::string other = get("CreateKey", "{}")["KeyMetadata"].text("KeyId");
  get("UpdateAlias", object({{"AliasName", "alias/mine"}, {"TargetKeyId", other}}));
  EXPECT_EQ(get("DescribeKey", R"({"KeyId":"alias/mine"})")["KeyMetadata"].text("KeyId"), other);
  get("DeleteAlias", R"({"AliasName":"alias/mine"})");
  EXPECT_EQ(outcome("DescribeKey", R"({"KeyId":"alias/mine"})"),
            "NotFoundException: Alias arn:aws:kms:us-west-2:123456789012:alias/mine is not found.");
}

TEST_F(Kms, DeletesKeysAfterAWhile) {
  const std::string blob = encrypted();
  const Value planned = get("ScheduleKeyDeletion", of_key({{"PendingWindowInDays", 7}}));
  EXPECT_EQ(planned.text("KeyState"), "PendingDeletion");
  EXPECT_EQ(outcome("Decrypt", object({{"CiphertextBlob", blob}})),
            "KMSInvalidStateException: " + arn + " is pending deletion.");
  get("CancelKeyDeletion", of_key());
  EXPECT_EQ(outcome("Decrypt", object({{"CiphertextBlob", blob}})),
            "DisabledException: " + arn + " is disabled.");
  get("EnableKey", of_key());
  get("Decrypt", object({{"CiphertextBlob", blob}}));
  get("ScheduleKeyDeletion", of_key({{"PendingWindowInDays", 7}}));
  advance(24h * 7);
  EXPECT_EQ(outcome("DescribeKey", of_key()),
            "NotFoundException: Key '" + arn + "' does not exist");
  EXPECT_EQ(code("Decrypt", object({{"CiphertextBlob", blob}})), "AccessDeniedException");
  EXPECT_EQ(get("ListKeys", "{}").items("Keys").size(), 0u);
}

TEST_F(Kms, ErrorsOfTheModelAreAnsweredAsAwsDoes) {
  const std::string disabled = get("CreateKey", "{}")["KeyMetadata"].text("KeyId");
  get("DisableKey", object({{"KeyId", disabled}}));
  const std::string pending = get("CreateKey", "{}")["KeyMetadata"].text("KeyId");
  get("ScheduleKeyDeletion", object({{"KeyId", pending}}));
  get("CreateAlias", object({{"AliasName", "alias/taken"}, {"TargetKeyId", id}}));
  get("DescribeKey", R"({"KeyId":"alias/aws/ebs"})");
  const std::string other = get("CreateKey", "{}")["KeyMetadata"].text("KeyId");
  const std::string blob = encrypted();
  const std::string none = "00000000-0000-0000-0000-000000000000";
  struct Case {
    const char* operation;
    Value input;
    const char* expected;
  };
  const std::vector<Case> cases{
      {"DescribeKey", object({{"KeyId", none}}), "NotFoundException"},
      {"DescribeKey", object({{"KeyId", "nonsense"}}), "NotFoundException"},
      {"DescribeKey", object({{"KeyId", "arn:aws:nonsense"}}), "InvalidArnException"},
      {"DescribeKey", object({{"KeyId", "arn:aws:kms:us-west-2:123456789012:thing/x"}}),
       "InvalidArnException"},
      {"EnableKey", object({{"KeyId", pending}}), "KMSInvalidStateException"},
      {"DisableKey", object({{"KeyId", pending}}), "KMSInvalidStateException"},
      {"ScheduleKeyDeletion", object({{"KeyId", pending}}), "KMSInvalidStateException"},
      {"ScheduleKeyDeletion", of_key({{"PendingWindowInDays", 6}}), "ValidationException"},
      {"ScheduleKeyDeletion", of_key({{"PendingWindowInDays", 31}}), "ValidationException"},
      {"CancelKeyDeletion", of_key(), "KMSInvalidStateException"},
      {"UpdateKeyDescription", object({{"KeyId", pending}, {"Description", "x"}}),
       "KMSInvalidStateException"},
      {"EnableKeyRotation", object({{"KeyId", disabled}}), "DisabledException"},
      {"EnableKeyRotation", object({{"KeyId", pending}}), "KMSInvalidStateException"},
      {"DisableKeyRotation", object({{"KeyId", disabled}}), "DisabledException"},
      {"GetKeyRotationStatus", object({{"KeyId", pending}}), "KMSInvalidStateException"},
      {"GetKeyRotationStatus", object({{"KeyId", none}}), "NotFoundException"},
      {"Encrypt", object({{"KeyId", disabled}, {"Plaintext", "x"}}), "DisabledException"},
      {"Encrypt", object({{"KeyId", pending}, {"Plaintext", "x"}}), "KMSInvalidStateException"},
      {"Encrypt", object({{"KeyId", "alias/none"}, {"Plaintext", "x"}}), "NotFoundException"},
      {"Encrypt", of_key({{"Plaintext", ""}}), "ValidationException"},
      {"Encrypt", of_key({{"Plaintext", std::string(4097, 'x')}}), "ValidationException"},
      {"Encrypt", of_key({{"Plaintext", "x"}, {"EncryptionAlgorithm", "RSAES_OAEP_SHA_256"}}),
       "InvalidKeyUsageException"},
      {"Encrypt", of_key({{"Plaintext", "x"}, {"GrantTokens", Value::list({"nonsense"})}}),
       "InvalidGrantTokenException"},
      {"Decrypt", object({{"CiphertextBlob", "nonsense"}}), "InvalidCiphertextException"},
      {"Decrypt", object({{"CiphertextBlob", blob}, {"KeyId", other}}), "IncorrectKeyException"},
      {"Decrypt", object({{"CiphertextBlob", blob}, {"KeyId", none}}), "NotFoundException"},
      {"ReEncrypt", object({{"CiphertextBlob", blob}, {"DestinationKeyId", disabled}}),
       "DisabledException"},
      {"ReEncrypt",
       object({{"CiphertextBlob", blob}, {"DestinationKeyId", id}, {"SourceKeyId", other}}),
       "IncorrectKeyException"},
      {"GenerateDataKey", of_key(), "ValidationException"},
      {"GenerateDataKey", of_key({{"KeySpec", "AES_256"}, {"NumberOfBytes", 1}}),
       "ValidationException"},
      {"GenerateDataKey", object({{"KeyId", disabled}, {"KeySpec", "AES_256"}}),
       "DisabledException"},
      {"GenerateDataKeyWithoutPlaintext", object({{"KeyId", pending}}), "KMSInvalidStateException"},
      {"GenerateRandom", json(R"({"NumberOfBytes":1025})"), "ValidationException"},
      {"GenerateRandom", json(R"({"NumberOfBytes":1,"CustomKeyStoreId":"cks-1"})"),
       "CustomKeyStoreNotFoundException"},
      {"CreateAlias", object({{"AliasName", "alias/taken"}, {"TargetKeyId", id}}),
       "AlreadyExistsException"},
      {"CreateAlias", object({{"AliasName", "alias/a:b"}, {"TargetKeyId", id}}),
       "InvalidAliasNameException"},
      {"CreateAlias", object({{"AliasName", "mine"}, {"TargetKeyId", id}}), "ValidationException"},
      {"CreateAlias", object({{"AliasName", "alias/aws/x"}, {"TargetKeyId", id}}),
       "NotAuthorizedException"},
      {"CreateAlias", object({{"AliasName", "alias/x"}, {"TargetKeyId", "alias/taken"}}),
       "ValidationException"},
      {"CreateAlias", object({{"AliasName", "alias/x"}, {"TargetKeyId", none}}),
       "NotFoundException"},
      {"CreateAlias", object({{"AliasName", "alias/x"}, {"TargetKeyId", pending}}),
       "KMSInvalidStateException"},
      {"UpdateAlias", object({{"AliasName", "alias/none"}, {"TargetKeyId", id}}),
       "NotFoundException"},
      {"DeleteAlias", json(R"({"AliasName":"alias/none"})"), "NotFoundException"},
      {"ListAliases", json(R"({"Marker":"nonsense"})"), "InvalidMarkerException"},
      {"ListAliases", object({{"KeyId", none}}), "NotFoundException"},
      {"ListKeys", json(R"({"Marker":"nonsense"})"), "InvalidMarkerException"},
      {"CreateGrant",
       object({{"KeyId", disabled},
               {"GranteePrincipal", "arn:aws:iam::123456789012:user/user"},
               {"Operations", Value::list({"Decrypt"})}}),
       "DisabledException"},
      {"CreateGrant",
       of_key({{"GranteePrincipal", "nobody"}, {"Operations", Value::list({"Decrypt"})}}),
       "InvalidArnException"},
      {"CreateGrant",
       of_key({{"GranteePrincipal", "arn:aws:iam::123456789012:user/user"},
               {"Operations", Value::list({"Sign"})}}),
       "ValidationException"},
      {"ListGrants", of_key({{"GrantId", "x"}}), "InvalidGrantIdException"},
      {"RevokeGrant", of_key({{"GrantId", "x"}}), "InvalidGrantIdException"},
      {"RevokeGrant", of_key({{"GrantId", std::string(64, 'a')}}), "NotFoundException"},
      {"RetireGrant", json(R"({"GrantToken":"nonsense"})"), "InvalidGrantTokenException"},
      {"RetireGrant", json("{}"), "ValidationException"},
      {"RetireGrant", object({{"KeyId", id}, {"GrantId", "x"}}), "InvalidGrantIdException"},
      {"ListRetirableGrants", json(R"({"RetiringPrincipal":"nobody"})"), "InvalidArnException"},
      {"GetKeyPolicy", of_key({{"PolicyName", "other"}}), "NotFoundException"},
      {"PutKeyPolicy", of_key({{"PolicyName", "default"}, {"Policy", "no json"}}),
       "MalformedPolicyDocumentException"},
      {"PutKeyPolicy",
       of_key({{"PolicyName", "default"},
               {"Policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
                  {"AWS":"arn:aws:iam::123456789012:user/user"},"Action":"kms:*",
                  "Resource":"*"}]})"}}),
       "MalformedPolicyDocumentException"},
      {"PutKeyPolicy", of_key({{"PolicyName", "default"}, {"Policy", std::string(40000, 'x')}}),
       "LimitExceededException"},
      {"TagResource",
       of_key({{"Tags", Value::list({object({{"TagKey", "aws:x"}, {"TagValue", "1"}})})}}),
       "TagException"},
      {"TagResource",
       object({{"KeyId", pending},
               {"Tags", Value::list({object({{"TagKey", "x"}, {"TagValue", "1"}})})}}),
       "KMSInvalidStateException"},
      {"UntagResource", of_key({{"TagKeys", Value::list({"aws:x"})}}), "TagException"},
      {"ListResourceTags", of_key({{"Marker", "nonsense"}}), "InvalidMarkerException"},
      {"CreateKey", json(R"({"KeySpec":"RSA_2048"})"), "UnsupportedOperationException"},
      {"CreateKey", json(R"({"Policy":"no json"})"), "MalformedPolicyDocumentException"},
      {"CreateKey",
       json(R"({"Tags":[{"TagKey":"a","TagValue":"1"},{"TagKey":"a","TagValue":"2"}]})"),
       "TagException"},
      {"EnableKeyRotation",
       object({{"KeyId",
                get("DescribeKey", R"({"KeyId":"alias/aws/ebs"})")["KeyMetadata"].text("KeyId")}}),
       "AccessDeniedException"},
  };
  for (const auto& [operation, input, expected] : cases)
    EXPECT_EQ(code(operation, input), expected) << operation << " " << to_json(input);
  Value tags{Value::List()};
  for (int i = 0; i < 51; ++i)
    tags.push(object({{"TagKey", std::to_string(i)}, {"TagValue", "v"}}));
  EXPECT_EQ(code("TagResource", of_key({{"Tags", tags}})), "LimitExceededException");
}

TEST_F(Kms, KeyPoliciesComeFirst) {
  become("user");
  EXPECT_EQ(outcome("Encrypt", of_key({{"Plaintext", "x"}})),
            "AccessDeniedException: User: arn:aws:iam::123456789012:user/user is not authorized to "
            "perform: kms:Encrypt on resource: " +
                arn + " because no identity-based policy allows the kms:Encrypt action");
  become("all");
  EXPECT_EQ(code("Encrypt", of_key({{"Plaintext", "x"}})), "fine")
      << "the key's policy leaves it to IAM";
  // A policy that names one user, and does not leave it to IAM.
  become("root");
  get("PutKeyPolicy",
      of_key({{"PolicyName", "default"},
              {"BypassPolicyLockoutSafetyCheck", true},
              {"Policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
                 {"AWS":"arn:aws:iam::123456789012:user/user"},"Action":"kms:*","Resource":"*"}]})"}}));
  EXPECT_EQ(outcome("DescribeKey", of_key()),
            "AccessDeniedException: User: arn:aws:iam::123456789012:root is not authorized to "
            "perform: kms:DescribeKey on resource: " +
                arn + " because no resource-based policy allows the kms:DescribeKey action");
  become("all");
  EXPECT_EQ(code("Encrypt", of_key({{"Plaintext", "x"}})), "AccessDeniedException");
  become("user");
  EXPECT_EQ(code("Encrypt", of_key({{"Plaintext", "x"}})), "fine");
}

TEST_F(Kms, GrantsAllowWhatTheySay) {
  const std::string user = "arn:aws:iam::123456789012:user/user";
  const Value made = get("CreateGrant", of_key({{"GranteePrincipal", user},
                                                {"RetiringPrincipal", user},
                                                {"Operations", Value::list({"Encrypt", "Decrypt"})},
                                                {"Constraints", json(R"({"EncryptionContextEquals":
                                                          {"app":"a"}})")}}));
  become("user");
  const auto with = [&](const char* context) {
    return of_key({{"Plaintext", "x"}, {"EncryptionContext", json(context)}});
  };
  EXPECT_EQ(code("Encrypt", with(R"({"app":"a"})")), "fine");
  EXPECT_EQ(code("Encrypt", with(R"({"app":"a","more":"b"})")), "AccessDeniedException");
  EXPECT_EQ(code("Encrypt", with(R"({"app":"b"})")), "AccessDeniedException");
  EXPECT_EQ(code("Encrypt", with("{}")), "AccessDeniedException");
  EXPECT_EQ(code("DescribeKey", of_key()), "AccessDeniedException");
  become("root");
  const Value listed = get("ListGrants", of_key());
  ASSERT_EQ(listed.items("Grants").size(), 1u);
  EXPECT_EQ(listed.items("Grants")[0].text("GrantId"), made.text("GrantId"));
  become("user");
  get("RetireGrant", object({{"GrantToken", made.text("GrantToken")}}));
  EXPECT_EQ(code("Encrypt", with(R"({"app":"a"})")), "AccessDeniedException");
  become("root");
  const std::string again =
      get("CreateGrant",
          of_key({{"GranteePrincipal", user}, {"Operations", Value::list({"DescribeKey"})}}))
          .text("GrantId");
  become("user");
  EXPECT_EQ(code("DescribeKey", of_key()), "fine");
  EXPECT_EQ(code("RetireGrant", of_key({{"GrantId", again}})), "AccessDeniedException");
  become("root");
  get("RevokeGrant", of_key({{"GrantId", again}}));
  become("user");
  EXPECT_EQ(code("DescribeKey", of_key()), "AccessDeniedException");
}

TEST_F(Kms, OtherAccountsNeedBothSides) {
  become("foreign");
  EXPECT_EQ(code("Encrypt", object({{"KeyId", arn}, {"Plaintext", "x"}})), "AccessDeniedException");
  become("root");
  get("PutKeyPolicy",
      of_key({{"PolicyName", "default"}, {"Policy", R"({"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},
                  "Action":"kms:*","Resource":"*"},
                 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},
                  "Action":"kms:Encrypt","Resource":"*"}]})"}}));
  become("foreign");
  EXPECT_EQ(code("Encrypt", object({{"KeyId", arn}, {"Plaintext", "x"}})), "fine");
  EXPECT_EQ(code("DescribeKey", object({{"KeyId", arn}})), "AccessDeniedException");
}

TEST_F(Kms, TagsAndDescriptionsCanBeChanged) {
  get("TagResource",
      of_key({{"Tags", json(R"([{"TagKey":"a","TagValue":"1"},{"TagKey":"b","TagValue":"2"}])")}}));
  get("UntagResource", of_key({{"TagKeys", Value::list({"a"})}}));
  EXPECT_EQ(say("kms", "ListResourceTags", of_key()),
            R"({"Tags":[{"TagKey":"b","TagValue":"2"}],"Truncated":false})");
  get("UpdateKeyDescription", of_key({{"Description", "new"}}));
  const Value key = get("DescribeKey", of_key())["KeyMetadata"];
  EXPECT_EQ(key.text("Description"), "new");
  EXPECT_EQ(key.text("KeyState"), "Enabled");
  get("EnableKeyRotation", of_key());
  EXPECT_TRUE(get("GetKeyRotationStatus", of_key()).flag("KeyRotationEnabled"));
  get("DisableKeyRotation", of_key());
  EXPECT_FALSE(get("GetKeyRotationStatus", of_key()).flag("KeyRotationEnabled"));
  EXPECT_EQ(say("kms", "ListKeyPolicies", of_key()),
            R"({"PolicyNames":["default"],"Truncated":false})");
  EXPECT_NE(get("GetKeyPolicy", of_key({{"PolicyName", "default"}})).text("Policy").find(":root"),
            std::string::npos);
}

TEST_F(Kms, PagesAreJoinedByMarkers) {
  for (int i = 0; i < 4; ++i) get("CreateKey", "{}");
  std::set<std::string> ids;
  Value input = object({{"Limit", 2}});
  for (int page = 0; page < 9; ++page) {
    const Value answer = get("ListKeys", input);
    for (const Value& key : answer.items("Keys")) ids.insert(key.text("KeyId"));
    if (!answer.flag("Truncated")) break;
    input.set("Marker", answer.text("NextMarker"));
  }
  EXPECT_EQ(ids.size(), 5u);
}

TEST_F(Kms, SurvivesARestart) {
  const std::string blob = encrypted();
  get("CreateAlias", object({{"AliasName", "alias/x"}, {"TargetKeyId", id}}));
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(*restored, cloud.state).empty());
  cloud.state = std::move(*restored);
  EXPECT_EQ(get("Decrypt", object({{"CiphertextBlob", blob}})).text("Plaintext"), "secret");
  auto dumped = dump_world(cloud.state);
  ASSERT_TRUE(dumped) << dumped.error().message;
}

}  // namespace
}  // namespace stint::cloud

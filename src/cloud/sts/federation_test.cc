// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// Web identities, federated users, session tags that go down a chain, and what STS refuses.
#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "base/hash.h"
#include "base/rsa.h"
#include "cloud/denial.h"
#include "cloud/testing.h"
#include "value/yaml.h"

namespace stint::cloud {
namespace {

using namespace std::chrono_literals;
using cloud::testing::json;
using cloud::testing::TestWorld;

/// A provider's key, made once.
class Signer {
 public:
  Signer() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {}
  std::string public_pem() const {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
  }
  std::string sign(std::string_view data) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::string out(256, '\0');
    std::size_t size = out.size();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                   reinterpret_cast<const unsigned char*>(data.data()), data.size());
    EVP_MD_CTX_free(context);
    out.resize(size);
    return out;
  }

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};
const Signer& signer() {
  static const Signer made;
  return made;
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::string token(const Value& claims, std::string_view header = R"({"alg":"RS256","kid":"k1"})") {
  const std::string text = base64url(header) + "." + base64url(to_json(claims));
  return text + "." + base64url(signer().sign(text));
}

Value world() {
  Value out = json(R"({
    "access_keys": {"admin": {"secret": "s", "principal": "admin"},
                    "plain": {"secret": "s", "principal": "plain"},
                    "root": {"secret": "s", "principal": "root"}},
    "users": {"admin": {"managed": ["AdministratorAccess"]},
              "plain": {"inline": {"fed": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": ["s3:*", "sts:GetFederationToken"],
                 "Resource": "*"}]}}}},
    "roles": {
      "Deploy": {"managed": ["AmazonS3ReadOnlyAccess"], "max_session": "2h",
        "trust": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Federated":
          "arn:aws:iam::123456789012:oidc-provider/token.example.com"},
         "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
         "Condition": {"StringEquals": {"token.example.com:aud": "sts.amazonaws.com"},
                       "StringLike": {"token.example.com:sub": "repo:me/*"}}}]}},
      "Closed": {"trust": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}]}},
      "One": {"managed": ["AdministratorAccess"], "trust": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "123456789012"},
         "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]}},
      "Two": {"managed": ["AdministratorAccess"], "trust": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action":
         ["sts:AssumeRole", "sts:TagSession"]}]}},
      "Untagged": {"trust": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}]}}},
    "buckets": {"data": {"objects": {"x": {"text": "x"}}, "policy":
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
        "arn:aws:sts::123456789012:federated-user/direct"}, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*"}]}}}
  })");
  Value provider = object({{"client_ids", Value::list({"sts.amazonaws.com", "other"})},
                           {"keys", object({{"k1", signer().public_pem()}})}});
  out.set("identity_providers", object({{"https://token.example.com", provider}}));
  return out;
}

struct Federation : ::testing::Test, TestWorld {
  Federation() : TestWorld(to_json(world())) {}
  std::int64_t seconds() const {
    return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  }
  Value claims() const {
    return object({{"iss", "https://token.example.com"},
                   {"aud", "sts.amazonaws.com"},
                   {"sub", "repo:me/app"},
                   {"iat", seconds()},
                   {"exp", seconds() + 600}});
  }
  Value web_input(std::string text, std::string_view role = "Deploy") const {
    return object({{"RoleArn", fmt::format("arn:aws:iam::123456789012:role/{}", role)},
                   {"RoleSessionName", "ci"},
                   {"WebIdentityToken", std::move(text)}});
  }
  std::string told(std::string_view operation, const cloud::testing::Input& input) {
    auto answer = call("sts", operation, input);
    if (answer) {
      credentials = (*answer)["Credentials"];
      return "fine";
    }
    return fmt::format("{} {}: {}", answer.error().name, answer.error().status,
                       answer.error().message);
  }
  std::string web(const Value& claims, std::string_view role = "Deploy") {
    caller = {};
    return told("AssumeRoleWithWebIdentity", web_input(token(claims), role));
  }
  std::string assume(std::string_view role, Value more = Object()) {
    more.set("RoleArn", fmt::format("arn:aws:iam::123456789012:role/{}", role));
    more.set("RoleSessionName", "me");
    return told("AssumeRole", more);
  }
  void enter() {
    auto found = cloud.find_caller(credentials.text("AccessKeyId"),
                                   credentials.text("SessionToken"), "sts", now, nullptr);
    ASSERT_TRUE(found) << found.error().message;
    caller = *found;
  }
  Value credentials;
};

TEST_F(Federation, AWebIdentityGetsTheRoleThatTrustsItsProvider) {
  caller = {};
  auto answer = call("sts", "AssumeRoleWithWebIdentity", web_input(token(claims())));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer)["AssumedRoleUser"].text("Arn"),
            "arn:aws:sts::123456789012:assumed-role/Deploy/ci");
  EXPECT_EQ(answer->text("SubjectFromWebIdentityToken"), "repo:me/app");
  EXPECT_EQ(answer->text("Audience"), "sts.amazonaws.com");
  EXPECT_EQ(answer->text("Provider"), "arn:aws:iam::123456789012:oidc-provider/token.example.com");
  credentials = (*answer)["Credentials"];
  enter();
  EXPECT_TRUE(call("s3", "GetObject", R"({"Bucket":"data","Key":"x"})"));
  EXPECT_EQ(caller.principal.identity_keys.at("aws:FederatedProvider").at(0),
            "arn:aws:iam::123456789012:oidc-provider/token.example.com");
}

TEST_F(Federation, ATokenMustBeGoodInEveryPart) {
  const std::string no_jwt =
      "InvalidIdentityToken 400: The ID Token provided is not a valid JWT. (You may see this error "
      "if you sent an Access Token)";
  caller = {};
  for (const char* text : {"abcd", "a.b.c", "e30.e30", "e30.W10.x", "e30.e30.a.b"})
    EXPECT_EQ(told("AssumeRoleWithWebIdentity", web_input(text)).substr(0, 20),
              "InvalidIdentityToken")
        << text;
  EXPECT_EQ(told("AssumeRoleWithWebIdentity", web_input("abcd")), no_jwt);
  Value bad = claims();
  bad.set("iss", "https://elsewhere.example.com");
  EXPECT_EQ(web(bad),
            "InvalidIdentityToken 400: No OpenIDConnect provider found in your account for "
            "https://elsewhere.example.com");
  bad = claims();
  bad.set("aud", "nobody");
  EXPECT_EQ(web(bad), "InvalidIdentityToken 400: Incorrect token audience");
  bad = claims();
  bad.set("exp", seconds() - 1);
  EXPECT_EQ(web(bad), fmt::format("ExpiredTokenException 400: Token expired: current date/time {} "
                                  "must be before the expiration date/time{}",
                                  seconds(), seconds() - 1));
  bad = claims();
  bad.set("nbf", seconds() + 3600);
  EXPECT_TRUE(web(bad).starts_with("InvalidIdentityToken 400"));
  for (const char* missing : {"iss", "aud", "sub", "iat", "exp"}) {
    bad = claims();
    bad.edit_object().erase(missing);
    EXPECT_EQ(web(bad),
              fmt::format("InvalidIdentityToken 400: Missing a required claim: {}", missing));
  }
  // The signature covers every byte, and no other algorithm is taken.
  std::string changed = token(claims());
  changed[changed.find('.') + 10] ^= 1;
  EXPECT_TRUE(told("AssumeRoleWithWebIdentity", web_input(changed))
                  .starts_with("InvalidIdentityToken 400"));
  for (const char* header : {R"({"alg":"none","kid":"k1"})", R"({"alg":"HS256","kid":"k1"})",
                             R"({"alg":"RS256","kid":"k2"})", R"({"alg":"RS256"})"})
    EXPECT_TRUE(told("AssumeRoleWithWebIdentity", web_input(token(claims(), header)))
                    .starts_with("InvalidIdentityToken 400: Couldn't retrieve verification key"))
        << header;
}

TEST_F(Federation, TheTrustPolicySeesAudienceAndSubject) {
  const std::string refused =
      "AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity";
  Value other = claims();
  other.set("sub", "repo:you/app");
  EXPECT_EQ(web(other), refused);
  EXPECT_NE(cloud.audit.back().reason.find("sts:AssumeRoleWithWebIdentity on arn:aws:iam::"),
            std::string::npos);
  other = claims();
  other.set("aud", "other");  // a client of the provider, but not the one that the role trusts
  EXPECT_EQ(web(other), refused);
  other.set("aud", Value::list({"other", "sts.amazonaws.com"}));
  other.set("azp", "sts.amazonaws.com");
  EXPECT_EQ(web(other), "fine");
  EXPECT_EQ(web(claims(), "Closed"), refused);
  EXPECT_EQ(web(claims(), "absent"), refused);
  // Credentials that sign the request besides do not help.
  become("admin");
  EXPECT_EQ(told("AssumeRoleWithWebIdentity", web_input(token(claims()), "Closed")), refused);
}

TEST_F(Federation, AWebIdentityHasItsTagsDurationAndSessionPolicy) {
  Value tagged = claims();
  tagged.set("https://aws.amazon.com/tags",
             object({{"principal_tags", object({{"team", Value::list({"red"})}})},
                     {"transitive_tag_keys", Value::list({"team"})}}));
  EXPECT_EQ(web(tagged), "fine");
  enter();
  EXPECT_EQ(caller.principal.session_tags.at("team"), "red");
  EXPECT_EQ(caller.principal.transitive_tags, (std::vector<std::string>{"team"}));
  Value identity = claims();
  identity.set("https://aws.amazon.com/source_identity", "ann");
  EXPECT_TRUE(web(identity).starts_with("AccessDenied 403"));  // the trust policy lacks it
  caller = {};
  Value input = web_input(token(claims()));
  input.set("DurationSeconds", 7201);
  EXPECT_EQ(told("AssumeRoleWithWebIdentity", input),
            "ValidationError 400: The requested DurationSeconds exceeds the MaxSessionDuration set "
            "for this role.");
  input.set("DurationSeconds", 7200);
  input.set("Policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":
                         "s3:ListBucket","Resource":"*"}]})");
  ASSERT_EQ(told("AssumeRoleWithWebIdentity", input), "fine");
  EXPECT_EQ(credentials.text("Expiration"), "2026-11-24T13:18:00Z");
  enter();
  EXPECT_FALSE(call("s3", "GetObject", R"({"Bucket":"data","Key":"x"})"));
}

TEST_F(Federation, AFederatedUserHasWhatUserAndSessionPolicyShare) {
  const char* all = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*",
                        "Resource":"*"}]})";
  become("plain");
  auto answer = call("sts", "GetFederationToken", object({{"Name", "guest"}, {"Policy", all}}));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer)["FederatedUser"].text("Arn"),
            "arn:aws:sts::123456789012:federated-user/guest");
  EXPECT_EQ((*answer)["FederatedUser"].text("FederatedUserId"), "123456789012:guest");
  EXPECT_EQ((*answer)["Credentials"].text("Expiration"), "2026-11-24T23:18:00Z");
  credentials = (*answer)["Credentials"];
  enter();
  EXPECT_EQ((*call("sts", "GetCallerIdentity")).text("Arn"),
            "arn:aws:sts::123456789012:federated-user/guest");
  EXPECT_TRUE(call("s3", "ListBuckets"));
  EXPECT_FALSE(call("ec2", "DescribeInstances"));  // the user has it not
  EXPECT_EQ(say("iam", "ListRoles", "{}"),
            "InvalidClientTokenId: The security token included in the request is invalid.");
  EXPECT_TRUE(assume("One").starts_with("AccessDenied 403"));
  EXPECT_EQ(told("GetFederationToken", R"({"Name":"more"})"),
            "AccessDenied 403: Cannot call GetFederationToken with session credentials");

  // Without a session policy there is only what resource-based policies grant.
  become("plain");
  ASSERT_EQ(told("GetFederationToken", R"({"Name":"none"})"), "fine");
  enter();
  EXPECT_FALSE(call("s3", "GetObject", R"({"Bucket":"data","Key":"x"})"));
  become("plain");
  ASSERT_EQ(told("GetFederationToken", R"({"Name":"direct"})"), "fine");
  enter();
  EXPECT_TRUE(call("s3", "GetObject", R"({"Bucket":"data","Key":"x"})"));

  become("root");
  ASSERT_EQ(
      told(
          "GetFederationToken",
          R"({"Name":"boss","Policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ec2:*\",\"Resource\":\"*\"}}"})"),
      "fine");
  EXPECT_EQ(credentials.text("Expiration"), "2026-11-24T12:18:00Z");  // root: an hour at most
  enter();
  EXPECT_TRUE(call("ec2", "DescribeInstances"));
  EXPECT_EQ(say("s3", "ListBuckets", "{}"),
            "AccessDenied: User: arn:aws:sts::123456789012:federated-user/boss is not authorized "
            "to perform: s3:ListAllMyBuckets because no session policy allows the "
            "s3:ListAllMyBuckets action");
}

TEST_F(Federation, TransitiveTagsGoDownTheChainAndStayAsTheyAre) {
  become("admin");
  const Value tag = object({{"Key", "team"}, {"Value", "red"}});
  const Value plain = object({{"Key", "own"}, {"Value", "x"}});
  ASSERT_EQ(assume("One", object({{"Tags", Value::list({tag, plain})},
                                  {"TransitiveTagKeys", Value::list({"team"})}})),
            "fine");
  enter();
  ASSERT_EQ(assume("Two"), "fine");
  const Caller one = caller;
  enter();
  EXPECT_EQ(caller.principal.session_tags, (std::map<std::string, std::string>{{"team", "red"}}));
  caller = one;
  EXPECT_EQ(assume("Two",
                   object({{"Tags", Value::list({object({{"Key", "TEAM"}, {"Value", "blue"}})})}})),
            "InvalidParameterValue 400: One of the specified transitive tag keys can't be set "
            "because it conflicts with a transitive tag key from the calling session.");
  // Whoever takes a tagged session must allow tags.
  EXPECT_TRUE(assume("Untagged").starts_with("AccessDenied 403"));
  become("admin");
  EXPECT_EQ(assume("One", object({{"Tags", Value::list({tag})},
                                  {"TransitiveTagKeys", Value::list({"other"})}})),
            "InvalidParameterValue 400: The specified transitive tag key must be included in the "
            "requested tags.");
  ASSERT_EQ(assume("One", object({{"SourceIdentity", "ann"}})), "fine");
  enter();
  EXPECT_TRUE(assume("Two").starts_with("AccessDenied 403"));  // lacks sts:SetSourceIdentity
}

TEST_F(Federation, WhatDeniedIsDecodedAgain) {
  become("plain");
  const std::string said =
      say("ec2", "StopInstances", R"({"InstanceIds":["i-00000000000000001"]})");
  const std::string before = "Encoded authorization failure message: ";
  ASSERT_NE(said.find(before), std::string::npos) << said;
  const std::string encoded = said.substr(said.find(before) + before.size());
  EXPECT_TRUE(told("DecodeAuthorizationMessage", object({{"EncodedMessage", encoded}}))
                  .starts_with("AccessDenied 403"));
  become("admin");
  auto decoded = call("sts", "DecodeAuthorizationMessage", object({{"EncodedMessage", encoded}}));
  ASSERT_TRUE(decoded) << decoded.error().message;
  const Value message = json(decoded->text("DecodedMessage"));
  EXPECT_FALSE(message.flag("allowed", true));
  EXPECT_FALSE(message.flag("explicitDeny", true));
  EXPECT_EQ(message["context"].text("action"), "ec2:StopInstances");
  EXPECT_EQ(message["context"].text("resource"),
            "arn:aws:ec2:us-west-2:123456789012:instance/i-00000000000000001");
  EXPECT_EQ(message["context"]["principal"].text("arn"), "arn:aws:iam::123456789012:user/plain");
  EXPECT_EQ(told("DecodeAuthorizationMessage", R"({"EncodedMessage":"never one"})"),
            "InvalidAuthorizationMessageException 400: Message is not a valid authorization "
            "message.");
}

TEST_F(Federation, EveryErrorOfTheModelThatCanHappenDoes) {
  become("admin");
  Value::List many;
  for (int i = 0; i < 50; ++i)
    many.push_back(object({{"Key", fmt::format("{:0>128}", i)}, {"Value", std::string(256, 'v')}}));
  const Value too_much = object({{"Tags", many}});
  Value web_too_much = web_input(token(claims()));
  web_too_much.set("Policy", std::string(2000, ' ') + "{}");
  Value::List arns;
  for (int i = 0; i < 10; ++i) {
    const std::string arn =
        fmt::format("arn:aws:iam::123456789012:policy/{}/{}", std::string(500, 'p'), i);
    cloud.state.account("123456789012").iam.policies.put(arn, {.name = std::to_string(i)});
    arns.push_back(object({{"arn", arn}}));
  }
  Value web_too_many = web_input(token(claims()));
  web_too_many.set("PolicyArns", arns);
  struct {
    const char* operation;
    Value input;
    const char* expected;
  } rows[] = {
      {"AssumeRole", object({{"Policy", "{"}}), "MalformedPolicyDocument 400"},
      {"AssumeRole", too_much, "PackedPolicyTooLarge 400"},
      {"GetFederationToken", object({{"Name", "ab"}, {"Policy", "{}"}}),
       "MalformedPolicyDocument 400"},
      {"GetFederationToken", object({{"Name", "ab"}, {"Tags", many}}), "PackedPolicyTooLarge 400"},
      {"GetFederationToken", object({{"Name", "a b"}}), "ValidationError 400"},
      {"GetFederationToken", object({{"Name", std::string(33, 'a')}}), "ValidationError 400"},
      {"GetFederationToken", object({{"Name", "ab"}, {"DurationSeconds", 129601}}),
       "ValidationError 400"},
      {"GetSessionToken", object({{"DurationSeconds", 899}}), "ValidationError 400"},
      {"GetSessionToken",
       object({{"SerialNumber", "arn:aws:iam::123456789012:mfa/x"}, {"TokenCode", "123456"}}),
       "AccessDenied 403"},
      {"AssumeRoleWithWebIdentity", web_too_much, "MalformedPolicyDocument 400"},
      {"AssumeRoleWithWebIdentity", web_too_many, "PackedPolicyTooLarge 400"},
      {"GetAccessKeyInfo", object({{"AccessKeyId", "short"}}), "ValidationError 400"},
  };
  for (const auto& row : rows) {
    Value input = row.input;
    if (std::string_view(row.operation) == "AssumeRole") {
      input.set("RoleArn", "arn:aws:iam::123456789012:role/One");
      input.set("RoleSessionName", "me");
    }
    EXPECT_TRUE(told(row.operation, input).starts_with(row.expected))
        << row.operation << ": " << told(row.operation, input);
  }
}

TEST_F(Federation, AKeyFromAJsonWebKeySetIsTheSameKey) {
  const std::string pem = signer().public_pem();
  EXPECT_TRUE(is_rsa_public_pem(pem));
  EXPECT_FALSE(is_rsa_public_pem("no key"));
  EXPECT_FALSE(verify_rs256(pem, "data", "no signature"));
  EXPECT_FALSE(verify_rs256("no key", "data", signer().sign("data")));
  EXPECT_TRUE(verify_rs256(pem, "data", signer().sign("data")));
  EXPECT_FALSE(rsa_public_pem("short", "\x01\x00\x01").has_value());
  const std::string modulus(256, '\xc1');
  auto made = rsa_public_pem(modulus, std::string_view("\x01\x00\x01", 3));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(is_rsa_public_pem(*made));
  auto state = make_world(
      json(fmt::format(R"({{"identity_providers":{{"https://a.example.com":{{"jwks":{{"keys":[
        {{"kid":"x","kty":"RSA","n":"{}","e":"AQAB"}}]}}}}}}}})",
                       base64url(modulus))),
      {.now = now});
  ASSERT_TRUE(state) << state.error().message;
  const auto* provider =
      state->account("123456789012")
          .iam.providers.find("arn:aws:iam::123456789012:oidc-provider/a.example.com");
  ASSERT_NE(provider, nullptr);
  EXPECT_EQ(provider->keys.at("x"), *made);
  for (const char* bad :
       {R"({"identity_providers":{"https://a.example.com":{"key":"no key"}}})",
        R"({"identity_providers":{"https://a.example.com/":{}}})",
        R"({"identity_providers":{"https://a.example.com":{"jwks":{"keys":[{"kty":"EC"}]}}}})",
        R"({"users":{"a":{"groups":["absent"]}}})"})
    EXPECT_FALSE(make_world(json(bad), {.now = now})) << bad;
}

TEST_F(Federation, SessionsProvidersAndGroupsSurviveARestartAndADump) {
  ASSERT_TRUE(call("iam", "CreateGroup", R"({"GroupName":"g","Path":"/p/"})"));
  ASSERT_TRUE(call("iam", "AddUserToGroup", R"({"GroupName":"g","UserName":"plain"})"));
  ASSERT_TRUE(call("iam", "CreateAccountAlias", R"({"AccountAlias":"our-shop"})"));
  ASSERT_TRUE(call("iam", "CreateServiceLinkedRole", R"({"AWSServiceName":"ssm.amazonaws.com"})"));
  ASSERT_TRUE(
      call("iam", "DeleteServiceLinkedRole", R"({"RoleName":"AWSServiceRoleForAmazonSSM"})"));
  ASSERT_EQ(web(claims()), "fine");
  auto restored = restore(entities(cloud.state));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(diff(cloud.state, *restored).empty());
  auto text = dump_world(cloud.state);
  ASSERT_TRUE(text) << text.error().message;
  auto value = parse_yaml(*text);
  ASSERT_TRUE(value) << value.error().message;
  auto again = make_world(*value, {.now = now});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(diff(cloud.state, *again).empty());
}

}  // namespace
}  // namespace stint::cloud

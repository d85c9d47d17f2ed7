// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The tables under tests/conformance/policy: each case names the page or report its rule is from.
#include <gtest/gtest.h>

#include "base/file.h"
#include "policy/policy.h"
#include "value/json.h"

namespace stint::policy {
namespace {

Value table(const std::string& name) {
  const auto text =
      read_file(std::string(STINT_SOURCE_DIR) + "/tests/conformance/policy/" + name + ".json");
  EXPECT_TRUE(text) << text.error().message;
  auto value = parse_json(*text);
  EXPECT_TRUE(value) << value.error().message;
  return *value;
}

Subject subject(std::string_view name) {
  Subject who;
  if (name == "anonymous") return who;
  if (name == "service") {
    who.service = "ec2.amazonaws.com";
    return who;
  }
  who.account = "123456789012";
  if (name == "root") {
    who.arn = "arn:aws:iam::123456789012:root";
    who.user_id = who.account;
  } else if (name == "session") {
    who.arn = "arn:aws:sts::123456789012:assumed-role/worker/run1";
    who.role_arn = "arn:aws:iam::123456789012:role/app/worker";
    who.user_id = "AROAWORKER000000000A:run1";
  } else if (name == "federated_user") {
    who.arn = "arn:aws:sts::123456789012:federated-user/bob";
    who.role_arn = "arn:aws:iam::123456789012:user/alice";
    who.user_id = "123456789012:bob";
  } else {
    EXPECT_TRUE(name.empty() || name == "canonical") << name;
    who.arn = "arn:aws:iam::123456789012:user/alice";
    who.user_id = "AIDAALICE0000000000A";
    who.user_name = "alice";
    if (name == "canonical")
      who.canonical_user = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
  }
  return who;
}

/// A list is the statements of a policy of the newer version.
std::vector<Named> policies(const Value& written, Type type) {
  if (written.is_null() || (written.is_list() && written.size() == 0)) return {};
  const Value whole =
      written.is_list() ? object({{"Version", "2012-10-17"}, {"Statement", written}}) : written;
  const auto document = parse(to_json(whole), type);
  EXPECT_TRUE(document) << to_json(whole) << ": " << document.error().message;
  if (!document) return {};
  return {{"P", *document}};
}

Policies all_policies(const Value& each) {
  Policies all;
  all.identity = policies(each["identity"], Type::identity);
  if (const Value* condition = each.find("condition")) {
    Value statement = object({{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}});
    statement.set("Condition", *condition);
    all.identity = policies(Value::list({statement}), Type::identity);
  }
  all.resource = policies(each["resource"], Type::resource);
  if (each.find("trust")) {
    all.resource = policies(each["trust"], Type::trust);
    all.resource_must_allow = true;
  }
  if (each.find("boundary")) all.boundary = policies(each["boundary"], Type::identity);
  if (each.find("session")) all.session = policies(each["session"], Type::identity);
  for (const Value& level : each.items("organization"))
    all.organization.push_back(policies(level, Type::identity));
  all.resource_account = each.text("account");
  all.root = each.text("as") == "root";
  return all;
}

TEST(PolicyConformance, EveryCaseIsDecidedAndExplainedAsItsSourceSays) {
  const Value cases = table("evaluate");
  EXPECT_GE(cases.items("cases").size(), 400u);
  for (const Value& each : cases.items("cases")) {
    SCOPED_TRACE(each.text("rule") + " (" + each.text("source") + ")");
    EXPECT_FALSE(each.text("source").empty());
    Request request;
    request.subject = subject(each.text("as"));
    request.action = each.find("action") ? each.text("action") : "s3:GetObject";
    request.resource =
        each.find("resource_arn") ? each.text("resource_arn") : "arn:aws:s3:::bucket/key";
    if (const Value* context = each.find("context"))
      for (const auto& [key, value, _] : context->as_object()) {
        std::vector<std::string> values;
        if (value.is_text()) values.push_back(value.as_text());
        if (value.is_list())
          for (const Value& item : value.as_list()) values.push_back(item.as_text());
        request.context.set(key, values);
      }
    const Decision decision = evaluate(all_policies(each), request);
    const std::string said = decision.allowed() ? "allowed" : explain(decision, request);
    EXPECT_EQ(said, each.text("expect"));
  }
}

TEST(PolicyConformance, EveryPolicyIsReadOrRefusedWithItsRecordedText) {
  const Value cases = table("parse");
  for (const Value& each : cases.items("cases")) {
    SCOPED_TRACE(each.text("rule") + " (" + each.text("source") + ")");
    EXPECT_FALSE(each.text("source").empty());
    const Value& written = each["policy"];
    const std::string text = written.is_text() ? written.as_text() : to_json(written);
    const std::string& type = each.text("type");
    const auto document = parse(text, type == "managed"    ? Type::managed
                                      : type == "identity" ? Type::identity
                                      : type == "trust"    ? Type::trust
                                                           : Type::resource);
    EXPECT_EQ(document ? "" : document.error().message, each.text("error")) << text;
    if (document) continue;
    EXPECT_EQ(document.error().name, "MalformedPolicyDocument");
    EXPECT_EQ(document.error().code, Code::invalid);
  }
}

}  // namespace
}  // namespace stint::policy

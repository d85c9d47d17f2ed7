// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "base/text.h"
#include "policy/check.h"
#include "policy/condition.h"
#include "policy/operand.h"
#include "policy/policy.h"
#include "policy/principal.h"
#include "policy/statement.h"
#include "value/json.h"

namespace stint::policy {
namespace {

constexpr const char* legacy_text = "The policy failed legacy parsing";

constexpr std::string_view statement_fields[] = {"Action",    "Condition",    "Effect",
                                                 "NotAction", "NotPrincipal", "NotResource",
                                                 "Principal", "Resource",     "Sid"};
constexpr std::string_view version_new = "2012-10-17", version_old = "2008-10-17";

/// Checks in IAM's order, each over all statements before the next: which text a policy with
/// several faults is refused with depends on it.
class PolicyReader {
 public:
  PolicyReader(Type type, const Value& root) : type_(type), root_(root) {}
  Result<DocumentPtr> read();

 private:
  bool identity() const { return type_ == Type::identity || type_ == Type::managed; }
  /// IAM says no more than this of identity policies; trust and resource policies are read by
  /// another parser, which names what it found.
  std::unexpected<Error> syntax(std::string found) const {
    return malformed(identity() ? "Syntax errors in policy." : std::move(found));
  }

  Result<void> check_top();
  Result<void> check_statement(const Value& statement) const;
  Result<void> check_effect(const Value& statement) const;
  Result<void> check_texts(const Value& statement) const;
  Result<void> check_condition(const Value& statement) const;
  Result<void> check_sids() const;
  Result<void> check_actions_present() const;
  Result<void> check_resources_present() const;
  Result<void> check_legacy() const;
  Result<void> check_resources() const;
  Result<void> check_trust_action(std::string_view action) const;
  Result<void> check_entries() const;

  Result<std::vector<Principal>> read_principals(const Value* element) const;
  Result<Statement> build(const Value& statement) const;

  Type type_;
  const Value& root_;
  bool variables_ = false;
  std::vector<const Value*> statements_;
};

std::vector<std::string> texts(const Value* element) {
  if (!element) return {};
  if (element->is_text()) return {element->as_text()};
  std::vector<std::string> all;
  for (const Value& item : element->as_list()) all.push_back(item.as_text());
  return all;
}

/// The grammar lets numbers and booleans stand without quotes.
std::string scalar_text(const Value& value) {
  if (value.is_text()) return value.as_text();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_integer()) return fmt::format("{}", value.as_integer());
  return fmt::format("{}", value.as_number());
}

std::vector<std::string> condition_values(const Value& values) {
  if (!values.is_list()) return {scalar_text(values)};
  std::vector<std::string> all;
  for (const Value& item : values.as_list()) all.push_back(scalar_text(item));
  return all;
}

bool has_either(const Value& statement, std::string_view field, std::string_view inverse) {
  const Value* element = statement.find(field);
  if (!element) element = statement.find(inverse);
  return element && (element->is_text() || element->size() != 0);
}

bool is_texts(const Value& value) {
  return value.is_text() ||
         (value.is_list() && std::ranges::all_of(value.as_list(), &Value::is_text));
}

Result<void> PolicyReader::check_top() {
  if (!root_.is_object()) return syntax("Syntax errors in policy.");
  for (const auto& member : root_.as_object())
    if (member.key != "Version" && member.key != "Id" && member.key != "Statement")
      return syntax(fmt::format("Unknown field {}", member.key));
  if (const Value* version = root_.find("Version"))
    if (!version->is_text() ||
        (version->as_text() != version_new && version->as_text() != version_old))
      return syntax("The policy must contain a valid version string");
  if (const Value* id = root_.find("Id"); id && !id->is_text())
    return syntax("Syntax errors in policy.");
  const Value* statement = root_.find("Statement");
  if (!statement) return syntax("Missing required field Statement");
  if (statement->is_list())
    for (const Value& item : statement->as_list()) statements_.push_back(&item);
  else
    statements_.push_back(statement);
  if (statements_.empty()) return syntax("Could not parse the policy: Statement is empty!");
  return {};
}

Result<void> PolicyReader::check_effect(const Value& statement) const {
  const Value* effect = statement.find("Effect");
  if (!effect) return syntax("Missing required field Effect");
  if (!effect->is_text()) return syntax("Syntax errors in policy.");
  const std::string& text = effect->as_text();
  if (text == "Allow" || text == "Deny") return {};
  if (identity() && (equals_ignore_case(text, "Allow") || equals_ignore_case(text, "Deny")))
    return {};  // the older parser refuses it, and says something else
  return syntax(fmt::format("Invalid effect: {}", text));
}

Result<void> PolicyReader::check_texts(const Value& statement) const {
  for (const std::string_view field : {"Action", "NotAction", "Resource", "NotResource"})
    if (const Value* element = statement.find(field); element && !is_texts(*element))
      return syntax("Syntax errors in policy.");
  if (const Value* sid = statement.find("Sid"); sid && !sid->is_text())
    return syntax("Syntax errors in policy.");
  for (const std::string_view field : {"Action", "Resource", "Principal"})
    if (statement.find(field) && statement.find(fmt::format("Not{}", field)))
      return syntax("Syntax errors in policy.");
  return {};
}

Result<void> PolicyReader::check_condition(const Value& statement) const {
  const Value* conditions = statement.find("Condition");
  if (!conditions) return {};
  if (!conditions->is_object()) return syntax("Syntax errors in policy.");
  for (const auto& [name, keys, _] : conditions->as_object()) {
    if (!keys.is_object()) return syntax("Syntax errors in policy.");
    if (keys.size() != 0 && !read_operator(name))
      return syntax(fmt::format("Invalid Condition type : {}", name));
    for (const auto& [key, values, __] : keys.as_object()) {
      const bool fine =
          values.is_scalar() ||
          (values.is_list() && std::ranges::all_of(values.as_list(), &Value::is_scalar));
      if (!fine) return syntax("Syntax errors in policy.");
    }
  }
  return {};
}

Result<void> PolicyReader::check_statement(const Value& statement) const {
  if (!statement.is_object()) return syntax("Syntax errors in policy.");
  for (const auto& member : statement.as_object())
    if (std::ranges::find(statement_fields, member.key) == std::end(statement_fields))
      return syntax(fmt::format("Unknown field {}", member.key));
  if (type_ == Type::trust)
    for (const std::string_view field : {"Resource", "NotResource", "NotPrincipal"})
      if (statement.find(field)) return malformed(fmt::format("Has prohibited field {}", field));
  TRY(check_effect(statement));
  TRY(check_texts(statement));
  TRY(check_condition(statement));
  return {};
}

Result<void> PolicyReader::check_sids() const {
  std::set<std::string> seen;
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  // Services let their resource policies have other characters.
  if (type_ != Type::resource)
    for (const Value* statement : statements_)
      if (!std::ranges::all_of(statement->text("Sid"), alphanumeric))
        return malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*");
  for (const Value* statement : statements_) {
    const std::string& sid = statement->text("Sid");
    if (!sid.empty() && !seen.insert(sid).second)
      return malformed("Statement IDs (SID) in a single policy must be unique.");
  }
  return {};
}

Result<void> PolicyReader::check_actions_present() const {
  for (const Value* statement : statements_) {
    if (!has_either(*statement, "Action", "NotAction"))
      return malformed(identity() ? "Policy statement must contain actions."
                                  : "Missing required field Action");
    if (!identity() && !statement->find("Principal") && !statement->find("NotPrincipal"))
      return malformed("Missing required field Principal");
  }
  return {};
}

Result<void> PolicyReader::check_resources_present() const {
  if (type_ == Type::trust) return {};
  for (const Value* statement : statements_)
    if (!has_either(*statement, "Resource", "NotResource"))
      return malformed(identity() ? "Policy statement must contain resources."
                                  : "Missing required field Resource");
  return {};
}

Result<void> PolicyReader::check_trust_action(std::string_view action) const {
  constexpr std::string_view known[] = {
      "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity",
      "sts:setcontext", "sts:setsourceidentity",  "sts:tagsession"};
  const std::string pattern = lower(action);
  if (pattern.starts_with("sts:") &&
      std::ranges::any_of(known, [&](auto name) { return matches(pattern, name); }))
    return {};
  return malformed("AssumeRole policy may only specify STS AssumeRole actions.");
}

/// What the older parser refuses although the newer one knew what was meant.
Result<void> PolicyReader::check_legacy() const {
  for (const Value* statement : statements_) {
    const std::string& effect = statement->text("Effect");
    if (effect != "Allow" && effect != "Deny") return malformed(legacy_text);
    const Value* conditions = statement->find("Condition");
    if (!conditions) continue;
    for (const auto& [name, keys, _] : conditions->as_object()) {
      const auto condition = read_operator(name);
      if (!condition || condition->test != Condition::Test::date) continue;
      for (const auto& member : keys.as_object())
        for (const std::string& date : condition_values(member.value))
          if (!read_instant(date)) return malformed(legacy_text);
    }
  }
  return {};
}

/// A faulty ARN is told after faults of Sids and missing actions, but hides what the older parser
/// would say of the ARNs that follow.
Result<void> PolicyReader::check_resources() const {
  Result<void> fault;
  for (const Value* statement : statements_)
    for (const char* field : {"Resource", "NotResource"})
      for (const std::string& resource : texts(statement->find(field))) {
        if (!fault) continue;
        fault = check_resource(resource);
        if (fault && !passes_legacy(resource)) return malformed(legacy_text);
      }
  TRY(check_sids());
  TRY(check_actions_present());
  return fault;
}

Result<void> PolicyReader::check_entries() const {
  TRY(check_legacy());
  TRY(check_resources());
  for (const char* field : {"Action", "NotAction"})
    for (const Value* statement : statements_)
      for (const std::string& action : texts(statement->find(field))) {
        TRY(check_action(action));
        if (type_ == Type::trust) TRY(check_trust_action(action));
      }
  return check_resources_present();
}

Result<std::vector<Principal>> PolicyReader::read_principals(const Value* element) const {
  std::vector<Principal> principals;
  if (!element) return principals;
  if (element->is_text()) {
    // Equal to {"AWS": "*"} everywhere but in trust policies, which IAM refuses with this text.
    if (element->as_text() != "*")
      return malformed(fmt::format("Invalid principal in policy: \"{}\"", element->as_text()));
    if (type_ == Type::trust)
      return malformed("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".");
    principals.push_back({});
    return principals;
  }
  if (!element->is_object()) return malformed("Syntax errors in policy.");
  for (const auto& [kind, values, _] : element->as_object()) {
    if (!is_texts(values)) return malformed("Syntax errors in policy.");
    for (const std::string& text : texts(&values)) {
      auto principal = read_principal(kind, text);
      const bool canonical = principal && principal->kind == Principal::Kind::canonical_user;
      if (!principal || (canonical && type_ == Type::trust))
        return malformed(fmt::format("Invalid principal in policy: \"{}\":\"{}\"", kind, text));
      principals.push_back(std::move(*principal));
    }
  }
  if (principals.empty())
    return malformed(
        "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in "
        "policy has a statement with no principals!");
  return principals;
}

std::vector<Pattern> action_patterns(const Value* element) {
  std::vector<Pattern> patterns;
  for (const std::string& action : texts(element))
    patterns.push_back(Pattern::prepare(lower(action), Pattern::Wildcards::on));
  return patterns;
}

/// Variables count only behind the fifth colon of an ARN.
std::vector<Pattern> resource_patterns(const Value* element, bool variables) {
  std::vector<Pattern> patterns;
  for (const std::string& written : texts(element))
    for (const std::string& arn : complete_resource(written)) {
      const std::size_t from = variables ? nth_colon(arn, 5) : std::string::npos;
      patterns.push_back(Pattern::prepare(arn, Pattern::Wildcards::on, from));
    }
  return patterns;
}

Result<Statement> PolicyReader::build(const Value& value) const {
  Statement statement;
  statement.sid = value.text("Sid");
  statement.effect = value.text("Effect") == "Allow" ? Effect::allow : Effect::deny;
  statement.where = value.where();
  statement.principals = TRY(read_principals(value.find("Principal")));
  statement.not_principals = TRY(read_principals(value.find("NotPrincipal")));
  statement.actions = action_patterns(value.find("Action"));
  statement.not_actions = action_patterns(value.find("NotAction"));
  statement.resources = resource_patterns(value.find("Resource"), variables_);
  statement.not_resources = resource_patterns(value.find("NotResource"), variables_);
  if (const Value* conditions = value.find("Condition"))
    for (const auto& [name, keys, _] : conditions->as_object())
      for (const auto& [key, values, __] : keys.as_object()) {
        Condition condition = *read_operator(name);
        condition.key = lower(key);
        condition.named = key;
        condition.written = condition_values(values);
        for (const std::string& written : condition.written)
          condition.operands.push_back(prepare_operand(condition, written, variables_));
        statement.conditions.push_back(std::move(condition));
      }
  return statement;
}

/// Sorts the statements by the services that their actions can name. An action without wildcards
/// before its colon names one; everything else may name any.
void fill_buckets(Document& document) {
  std::map<std::string, std::set<std::uint32_t>, std::less<>> by_service;
  std::set<std::uint32_t> any;
  for (std::uint32_t i = 0; i < document.statements.size(); ++i) {
    const Statement& statement = *document.statements[i];
    if (!statement.not_actions.empty()) any.insert(i);
    for (const Pattern& action : statement.actions) {
      const std::string_view service =
          std::string_view(action.text()).substr(0, action.text().find(':'));
      if (service.find_first_of("*?") != service.npos)
        any.insert(i);
      else
        by_service[std::string(service)].insert(i);
    }
  }
  document.any_service.assign(any.begin(), any.end());
  for (auto& [service, statements] : by_service) {
    statements.insert(any.begin(), any.end());
    document.buckets.push_back({service, {statements.begin(), statements.end()}});
  }
}

Result<DocumentPtr> PolicyReader::read() {
  TRY(check_top());
  for (const Value* statement : statements_) TRY(check_statement(*statement));
  variables_ = root_.text("Version") == version_new;
  if (type_ == Type::managed && !variables_)
    return malformed("Policy document must be version 2012-10-17 or greater.");
  if (identity())
    for (const Value* statement : statements_)
      if (statement->find("Principal") || statement->find("NotPrincipal"))
        return malformed("Policy document should not specify a principal.");
  TRY(check_entries());
  auto document = std::make_shared<Document>();
  document->version = variables_ ? version_new : version_old;
  document->id = root_.text("Id");
  for (const Value* value : statements_) {
    Statement statement = TRY(build(*value));
    document->statements.push_back(std::make_shared<const Statement>(std::move(statement)));
  }
  fill_buckets(*document);
  return DocumentPtr(std::move(document));
}

}  // namespace

Result<DocumentPtr> parse(std::string_view json, Type type) {
  // Far above any quota of IAM; keeps a hostile text from costing more than its length.
  const Result<Value> root = parse_json(json, {.bytes = 1u << 20, .depth = 32});
  if (!root)
    return malformed(type == Type::identity || type == Type::managed
                         ? "Syntax errors in policy."
                         : "This policy contains invalid Json");
  return PolicyReader(type, *root).read();
}

}  // namespace stint::policy

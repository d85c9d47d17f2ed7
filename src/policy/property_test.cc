// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// 100,000 generated (policy, request) pairs against an evaluator that is written for nothing but
// to be plain: it works on the JSON of the policies, matches by recursion and shares no code with
// src/policy but the request's type.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/random.h"
#include "base/text.h"
#include "policy/policy.h"
#include "value/json.h"

namespace stint::policy {
namespace {

// ------------------------------------------------------------------------------- the naive one --

/// A pattern's character; `wild`: it counts as a wildcard if it is * or ?.
struct Sign {
  char c;
  bool wild;
};
using Signs = std::vector<Sign>;

bool naive_match(const Signs& p, std::size_t i, const std::string& t, std::size_t j) {
  if (i == p.size()) return j == t.size();
  if (p[i].wild && p[i].c == '*') {
    for (std::size_t k = j; k <= t.size(); ++k)
      if (naive_match(p, i + 1, t, k)) return true;
    return false;
  }
  if (j == t.size()) return false;
  return (p[i].c == t[j] || (p[i].wild && p[i].c == '?')) && naive_match(p, i + 1, t, j + 1);
}

Signs plain(const std::string& text, bool wild) {
  Signs signs;
  signs.reserve(text.size());
  for (const char c : text) signs.push_back({c, wild});
  return signs;
}

using Values = std::vector<std::string>;

std::optional<Values> naive_key(const Request& request, const std::string& key) {
  for (const auto& [name, values] : request.context)
    if (name == lower(key)) return values.empty() ? std::nullopt : std::optional(values);
  if (lower(key) == "aws:username" && !request.subject.user_name.empty())
    return Values{request.subject.user_name};
  return std::nullopt;
}

/// The signs of a text whose variables are replaced; none when one has no value.
std::optional<Signs> expand(const std::string& text, bool wild, bool variables,
                            const Request& request) {
  Signs signs;
  signs.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = text.find('}', i);
    if (!variables || text.compare(i, 2, "${") != 0 || end == std::string::npos) {
      signs.push_back({text[i++], wild});
      continue;
    }
    const std::string inside = text.substr(i + 2, end - i - 2);
    i = end + 1;
    if (inside == "*" || inside == "?" || inside == "$") {
      signs.push_back({inside[0], false});
      continue;
    }
    const std::size_t comma = inside.find(", '");
    const auto values = naive_key(request, inside.substr(0, comma));
    if (!values && comma == std::string::npos) return std::nullopt;
    if (values && values->size() != 1) return std::nullopt;
    const std::string value =
        values ? values->front() : inside.substr(comma + 3, inside.size() - comma - 4);
    for (const char c : value) signs.push_back({c, false});
  }
  return signs;
}

std::vector<std::string> listed(const Value& value) {
  std::vector<std::string> all;
  if (value.is_text()) all.push_back(value.as_text());
  if (value.is_list())
    for (const Value& item : value.as_list()) all.push_back(item.as_text());
  return all;
}

std::vector<std::string> arn_parts(std::string text) {
  std::vector<std::string> parts;
  while (parts.size() < 5 && text.find(':') != std::string::npos) {
    parts.push_back(text.substr(0, text.find(':')));
    text = text.substr(text.find(':') + 1);
  }
  parts.push_back(text);
  return parts;
}

std::int64_t ip_number(const std::string& text) {
  std::int64_t number = 0;
  for (const auto part : split(text, '.')) number = number * 256 + *to_integer(part);
  return number;
}

bool naive_ip(const std::string& range, const std::string& address) {
  const std::size_t slash = range.find('/');
  std::int64_t size = 1;
  for (std::int64_t i = *to_integer(range.substr(slash + 1)); i < 32; ++i) size *= 2;
  return ip_number(range.substr(0, slash)) / size == ip_number(address) / size;
}

/// One value of the policy against one of the request, without negation.
bool naive_fits(const std::string& op, const std::string& wanted, const std::string& given,
                bool variables, const Request& request) {
  if (op.starts_with("String")) {
    const bool like = op.find("Like") != std::string::npos;
    auto signs = expand(wanted, like, variables, request);
    std::string text = given;
    if (!signs) return false;
    if (op.find("IgnoreCase") != std::string::npos) {
      text = lower(text);
      for (Sign& sign : *signs) sign.c = lower(std::string(1, sign.c))[0];
    }
    return naive_match(*signs, 0, text, 0);
  }
  if (op.starts_with("Arn")) {
    const auto pattern = arn_parts(wanted), parts = arn_parts(given);
    if (pattern.size() != 6 || parts.size() != 6) return false;
    for (std::size_t i = 0; i < 6; ++i) {
      const auto signs = expand(pattern[i], true, variables, request);
      if (!signs || !naive_match(*signs, 0, parts[i], 0)) return false;
    }
    return true;
  }
  if (op == "Bool") return lower(wanted) == lower(given);
  if (op == "BinaryEquals") return wanted == given;  // the generated texts have one spelling
  if (op == "IpAddress" || op == "NotIpAddress") return naive_ip(wanted, given);
  // Numbers and dates; the generated dates sort as text.
  int order = 0;
  if (op.starts_with("Numeric")) {
    const auto a = to_number(given), b = to_number(wanted);
    if (!a || !b) return false;
    order = *a < *b ? -1 : *a > *b ? 1 : 0;
  } else {
    order = given.compare(wanted);
  }
  if (op.ends_with("LessThan")) return order < 0;
  if (op.ends_with("LessThanEquals")) return order <= 0;
  if (op.ends_with("GreaterThan")) return order > 0;
  if (op.ends_with("GreaterThanEquals")) return order >= 0;
  return order == 0;
}

bool naive_condition(std::string op, const std::string& key, const Value& wanted, bool variables,
                     const Request& request) {
  const auto given = naive_key(request, key);
  if (op == "Null") {
    for (const auto& word : listed(wanted))
      if ((word == "true") == !given) return true;
    return false;
  }
  const bool all = op.starts_with("ForAllValues:"), any = op.starts_with("ForAnyValue:");
  if (all || any) op = op.substr(op.find(':') + 1);
  const bool if_exists = op.ends_with("IfExists");
  if (if_exists) op = op.substr(0, op.size() - 8);
  const bool negated = op.find("Not") != std::string::npos;
  if (!given && if_exists) return true;
  const auto one = [&](const std::string& value) {
    bool fits = false;
    for (const auto& w : listed(wanted))
      fits = fits || naive_fits(op, w, value, variables, request);
    return fits;
  };
  if (all || any) {
    Values values = given.value_or(Values{});
    bool nothing = true;
    for (const auto& value : values) nothing = nothing && value.empty();
    if (nothing) return all;
    bool every = true, some = false;
    for (const auto& value : values) {
      const bool good = negated ? !one(value) : one(value);
      every = every && good;
      some = some || good;
    }
    return all ? every : some;
  }
  bool fits = false;
  for (const auto& value : given.value_or(Values{})) fits = fits || one(value);
  return negated ? !fits : fits;
}

bool naive_listed(const Value& patterns, const std::string& text, bool fold, bool variables,
                  const Request& request) {
  for (std::string pattern : listed(patterns)) {
    if (fold) pattern = lower(pattern);
    const auto signs = expand(pattern, true, variables && !fold, request);
    if (signs && naive_match(*signs, 0, fold ? lower(text) : text, 0)) return true;
  }
  return false;
}

bool naive_applies(const Value& s, bool variables, const Request& request) {
  if (s.find("Action") && !naive_listed(s["Action"], request.action, true, variables, request))
    return false;
  if (s.find("NotAction") && naive_listed(s["NotAction"], request.action, true, variables, request))
    return false;
  if (s.find("Resource") &&
      !naive_listed(s["Resource"], request.resource, false, variables, request))
    return false;
  if (s.find("NotResource") &&
      naive_listed(s["NotResource"], request.resource, false, variables, request))
    return false;
  if (!s.find("Condition")) return true;
  for (const auto& [op, keys, _] : s["Condition"].as_object())
    for (const auto& [key, values, __] : keys.as_object())
      if (!naive_condition(op, key, values, variables, request)) return false;
  return true;
}

/// 0: not meant, 1: its account, 2: its role, 3: itself.
int naive_principal(const Value& element, const Subject& who) {
  if (element.is_text()) return 3;
  int how = 0;
  for (const auto& name : listed(element["AWS"])) {
    if (name == "*" || name == who.arn) how = std::max(how, 3);
    if (name == who.role_arn) how = std::max(how, 2);
    if (name == who.account || name == "arn:aws:iam::" + who.account + ":root")
      how = std::max(how, 1);
  }
  for (const auto& name : listed(element["Service"]))
    if (name == who.service) how = std::max(how, 3);
  return how;
}

struct Naive {
  bool deny = false;
  int allow = 0;
};

Naive naive_policy(const Value& policy, const Request& request, bool bounded) {
  Naive result;
  const bool variables = policy.text("Version") == "2012-10-17";
  for (const Value& s : policy.items("Statement")) {
    if (!naive_applies(s, variables, request)) continue;
    const bool deny = s.text("Effect") == "Deny";
    int how = 3;
    if (s.find("Principal")) how = naive_principal(s["Principal"], request.subject);
    if (s.find("NotPrincipal") && !deny)
      how = naive_principal(s["NotPrincipal"], request.subject) == 0 ? 3 : 0;
    if (s.find("NotPrincipal") && deny) {
      const auto names = listed(s["NotPrincipal"]["AWS"]);
      const auto has = [&](const std::string& n) { return std::ranges::count(names, n) > 0; };
      const Subject& who = request.subject;
      const bool spared = !bounded && has(who.arn) && (who.role_arn.empty() || has(who.role_arn));
      how = spared ? 0 : 3;
    }
    if (how == 0) continue;
    if (deny)
      result.deny = true;
    else
      result.allow = std::max(result.allow, how);
  }
  return result;
}

struct Written {
  std::vector<Value> identity, resource;
  std::optional<Value> boundary, session, organization;
  std::string account;
  bool must = false;
};

Decision::Kind naive_evaluate(const Written& p, const Request& request) {
  using Kind = Decision::Kind;
  const bool bounded = p.boundary.has_value();
  Naive identity, resource, boundary{false, 3}, session{false, 3}, organization{false, 3};
  for (const Value& policy : p.identity) {
    const Naive n = naive_policy(policy, request, bounded);
    identity = {identity.deny || n.deny, std::max(identity.allow, n.allow)};
  }
  for (const Value& policy : p.resource) {
    const Naive n = naive_policy(policy, request, bounded);
    resource = {resource.deny || n.deny, std::max(resource.allow, n.allow)};
  }
  if (p.boundary) boundary = naive_policy(*p.boundary, request, bounded);
  if (p.session) session = naive_policy(*p.session, request, bounded);
  if (p.organization) organization = naive_policy(*p.organization, request, bounded);
  if (identity.deny || resource.deny || boundary.deny || session.deny || organization.deny)
    return Kind::explicit_deny;
  const auto answer = [](bool yes) { return yes ? Kind::allowed : Kind::implicit_deny; };
  if (!organization.allow) return Kind::implicit_deny;
  if (!request.subject.service.empty() || request.subject.account.empty())
    return answer(resource.allow > 0);
  const bool limits = boundary.allow && session.allow;
  const bool by_identity = identity.allow && limits;
  if (!p.account.empty() && p.account != request.subject.account)
    return answer(by_identity && resource.allow);
  if (resource.allow == 3) return Kind::allowed;
  if (resource.allow == 2) return answer(limits);
  return answer(by_identity && (!p.must || resource.allow));
}

// ------------------------------------------------------------------------------- the generator --

constexpr const char* session_arn = "arn:aws:sts::111111111111:assumed-role/r/s";
constexpr const char* role_arn = "arn:aws:iam::111111111111:role/r";
constexpr const char* user_arn = "arn:aws:iam::111111111111:user/ann";

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }
  std::string pick(std::initializer_list<const char*> words) {
    return *(words.begin() + random_.below(words.size()));
  }
  Value some(const std::function<std::string()>& make) {
    if (chance(50)) return Value(make());
    Value list{Value::List{}};
    for (std::uint64_t n = 1 + random_.below(3); n > 0; --n) list.push(make());
    return list;
  }

  std::string action_pattern() {
    return pick({"*", "s3:*", "s3:Get*", "S3:getObject", "s3:PutObject", "s3:?etObject", "ec2:*",
                 "s3:*Object*", "s3:*t*t*", "ec2:Run*"});
  }
  std::string resource_pattern() {
    return pick({"*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:s3:::b/?",
                 "arn:aws:s3:::*/a*", "arn:aws:s3:::b/${aws:username}",
                 "arn:aws:s3:::b/${tag, 'a'}*", "arn:aws:s3:::b/*${*}", "arn:aws:s3:::*a*b*a",
                 "arn:aws:ec2:*:111111111111:*"});
  }
  std::string value() {
    return pick({"a", "A", "ab", "aab", "b", "", "*", "a*", "${tag}", "${*}", "1", "x${list}",
                 "${tag, 'a'}", "?", "a?b", "*b*", "${aws:username}"});
  }
  std::string number() { return pick({"1", "2", "10", "-3", "2.5", "1e1"}); }
  std::string date() {
    return pick({"2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"});
  }
  std::string arn() {
    return pick({"arn:aws:s3:::a", "arn:aws:s3:::a:b", "arn:aws:sns:eu-west-1:111111111111:t",
                 "arn:aws:s3:::", "no arn", "arn:aws:sns:us-east-1:222222222222:t"});
  }

  Value condition() {
    const std::string set = pick({"", "", "", "ForAllValues:", "ForAnyValue:"});
    const std::string exists = pick({"", "", "IfExists"});
    const auto make = [&](std::initializer_list<const char*> ops, const char* key, auto values) {
      return object({{set + pick(ops) + exists, object({{key, some(values)}})}});
    };
    switch (random_.below(9)) {
      case 8:
        return make({"BinaryEquals"}, "bytes", [&] { return pick({"AAE=", "/w==", "aGk="}); });
      case 0:
        return object({{"Null", object({{pick({"text", "list", "tag"}),
                                         some([&] { return pick({"true", "false"}); })}})}});
      case 1:
        return make({"NumericEquals", "NumericNotEquals", "NumericLessThan",
                     "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"},
                    "number", [&] { return number(); });
      case 2:
        return make({"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
                     "DateGreaterThan", "DateGreaterThanEquals"},
                    "date", [&] { return date(); });
      case 3:
        return make({"ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"}, "arn", [&] {
          return pick({"arn:aws:s3:::*", "arn:aws:*:*:*:t", "arn:aws:s3:::a",
                       "arn:aws:s3:::${tag}*", "arn:*:sns:*-1:1*1:?"});
        });
      case 4:
        return make({"Bool"}, "flag", [&] { return pick({"true", "false", "True"}); });
      case 5:
        return make({"IpAddress", "NotIpAddress"}, "ip", [&] {
          return pick({"10.0.0.0/8", "10.1.2.3/32", "192.0.2.128/25", "0.0.0.0/0", "10.1.0.0/15"});
        });
      default:
        return make({"StringEquals", "StringNotEquals", "StringLike", "StringNotLike",
                     "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
                    random_.below(2) ? "Text" : "list", [&] { return value(); });
    }
  }

  Value principal() {
    if (chance(15)) return "*";
    if (chance(10)) return object({{"Service", "ec2.amazonaws.com"}});
    return object({{"AWS", some([&] {
                      return pick({"*", "111111111111", "222222222222",
                                   "arn:aws:iam::111111111111:root", user_arn, role_arn,
                                   session_arn, "arn:aws:iam::111111111111:user/bob"});
                    })}});
  }

  Value policy(bool with_principal) {
    Value statements{Value::List{}};
    for (std::uint64_t n = 1 + random_.below(4); n > 0; --n) {
      Value s = object({{"Effect", chance(75) ? "Allow" : "Deny"}});
      if (with_principal) {
        if (chance(85))
          s.set("Principal", principal());
        else
          s.set("NotPrincipal",
                object({{"AWS", some([&] {
                           return pick({"111111111111", user_arn, role_arn, session_arn,
                                        "arn:aws:iam::222222222222:root"});
                         })}}));
      }
      s.set(chance(85) ? "Action" : "NotAction", some([&] { return action_pattern(); }));
      s.set(chance(85) ? "Resource" : "NotResource", some([&] { return resource_pattern(); }));
      if (chance(40)) s.set("Condition", condition());
      statements.push(std::move(s));
    }
    Value policy = object({{"Version", chance(85) ? "2012-10-17" : "2008-10-17"}});
    policy.set("Statement", std::move(statements));
    return policy;
  }

  Written policies() {
    Written written;
    for (std::uint64_t n = random_.below(3); n > 0; --n) written.identity.push_back(policy(false));
    if (chance(50)) written.resource.push_back(policy(true));
    if (chance(25)) written.boundary = policy(false);
    if (chance(25)) written.session = policy(false);
    if (chance(20)) written.organization = policy(false);
    if (chance(25)) written.account = pick({"111111111111", "222222222222"});
    written.must = chance(15);
    return written;
  }

  Request request() {
    Request request;
    Subject& who = request.subject;
    const auto kind = random_.below(10);
    if (kind == 0) who.service = "ec2.amazonaws.com";
    if (kind > 1) {
      who.account = "111111111111";
      who.arn = kind > 5 ? session_arn : user_arn;
      if (kind > 5)
        who.role_arn = role_arn;
      else
        who.user_name = "ann";
    }
    request.action = pick({"s3:GetObject", "s3:PutObject", "ec2:RunInstances", "S3:GETOBJECT"});
    request.resource =
        pick({"arn:aws:s3:::b/a", "arn:aws:s3:::b/ab", "arn:aws:s3:::b/a*", "arn:aws:s3:::b/ann",
              "arn:aws:s3:::aabaa", "*", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"});
    const auto maybe = [&](const char* key, const std::string& value) {
      if (chance(65)) request.context.set(key, value);
    };
    const auto text = [&] { return pick({"a", "A", "ab", "aab", "*", "", "1", "xa", "?"}); };
    maybe("text", text());
    maybe("tag", pick({"a", "ab", "*", "b"}));
    maybe("number", number());
    maybe("date", date());
    maybe("arn", arn());
    maybe("flag", pick({"true", "false"}));
    maybe("bytes", pick({"AAE=", "/w==", "AA=="}));
    maybe("ip", pick({"10.1.2.3", "10.0.0.1", "192.0.2.1", "192.0.2.200", "172.16.0.1"}));
    if (chance(65)) {
      std::vector<std::string> values;
      for (std::uint64_t n = random_.below(4); n > 0; --n) values.push_back(text());
      request.context.set("list", values);
    }
    return request;
  }

  Random& random() { return random_; }

 private:
  Random random_;
};

std::vector<Named> read(const std::vector<Value>& written, Type type) {
  std::vector<Named> all;
  for (const Value& policy : written) {
    const auto document = parse(to_json(policy), type);
    EXPECT_TRUE(document) << document.error().message << " " << to_json(policy);
    if (document) all.push_back({"P", *document});
  }
  return all;
}

std::string shown(const Written& written, const Request& request) {
  std::string text;
  for (const Value& policy : written.identity) text += "identity " + to_json(policy) + "\n";
  for (const Value& policy : written.resource) text += "resource " + to_json(policy) + "\n";
  if (written.boundary) text += "boundary " + to_json(*written.boundary) + "\n";
  if (written.session) text += "session " + to_json(*written.session) + "\n";
  if (written.organization) text += "organization " + to_json(*written.organization) + "\n";
  text += request.subject.arn + " " + request.action + " " + request.resource + "\n";
  for (const auto& [key, values] : request.context) {
    text += key + " =";
    for (const auto& value : values) text += " '" + value + "'";
    text += "\n";
  }
  return text;
}

TEST(PolicyProperty, AgreesWithANaiveEvaluatorOnAHundredThousandPairs) {
  Generator make(20261124);
  int seen[3] = {};
  for (int i = 0; i < 5'000; ++i) {
    const Written written = make.policies();
    Policies policies;
    policies.identity = read(written.identity, Type::identity);
    policies.resource = read(written.resource, Type::resource);
    if (written.boundary) policies.boundary = read({*written.boundary}, Type::identity);
    if (written.session) policies.session = read({*written.session}, Type::identity);
    if (written.organization)
      policies.organization.push_back(read({*written.organization}, Type::identity));
    policies.resource_account = written.account;
    policies.resource_must_allow = written.must;
    for (int j = 0; j < 20; ++j) {
      const Request request = make.request();
      const Decision decision = evaluate(policies, request);
      ++seen[static_cast<int>(decision.kind)];
      ASSERT_EQ(static_cast<int>(decision.kind), static_cast<int>(naive_evaluate(written, request)))
          << "pair " << i << "." << j << "\n"
          << shown(written, request) << explain(decision, request);
    }
  }
  // A generator that never allows or never denies would prove nothing.
  for (const int count : seen) EXPECT_GT(count, 10'000);
}

TEST(PolicyProperty, WildcardsAgreeWithARecursiveMatcher) {
  Random random(7);
  for (int i = 0; i < 100'000; ++i) {
    const std::string pattern = random.text(random.below(8), "ab*?");
    const std::string text = random.text(random.below(9), "ab");
    ASSERT_EQ(matches(pattern, text), naive_match(plain(pattern, true), 0, text, 0))
        << pattern << " " << text;
  }
}

TEST(PolicyProperty, NoTextMakesTheParserFailInAnyOtherWay) {
  Generator make(3);
  for (int i = 0; i < 8'000; ++i) {
    const Type type = std::array{Type::identity, Type::managed, Type::resource,
                                 Type::trust}[make.random().below(4)];
    std::string text = to_json(make.policy(make.chance(50)));
    for (std::uint64_t n = 1 + make.random().below(4); n > 0; --n) {
      const std::size_t at = make.random().below(text.size());
      switch (make.random().below(4)) {
        case 0:
          text[at] = static_cast<char>(make.random().below(256));
          break;
        case 1:
          text.erase(at, 1 + make.random().below(9));
          break;
        case 2:
          text.insert(at, make.pick({"\"", "{", "[", "]", "}", "${", ":", "*", ",", "null",
                                     "\\u0000", "'", "arn:", "-1", "\xff"}));
          break;
        default:
          text.insert(at, text.substr(at, make.random().below(40)));
      }
      if (text.empty()) text = "{";
    }
    const auto document = parse(text, type);
    if (!document) {
      EXPECT_EQ(document.error().name, "MalformedPolicyDocument");
      EXPECT_FALSE(document.error().message.empty());
      continue;
    }
    Policies policies;
    policies.identity = {{"P", *document}};
    policies.resource = {{"P", *document}};
    const Request request = make.request();
    EXPECT_FALSE(explain(evaluate(policies, request), request).empty());
  }
}

}  // namespace
}  // namespace stint::policy

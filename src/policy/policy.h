// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "value/value.h"

/// The IAM policy language: parse, evaluate, explain. Pure; follows "Policy evaluation logic" and
/// "IAM JSON policy elements" of the IAM User Guide.
namespace stint::policy {

/// Condition keys of a request, lower-cased ("aws:requesttag/team"), each with its values. A key
/// that is absent is absent from the map; one with an empty list counts as absent. Binary values
/// are in base64. aws:userid, aws:username, aws:PrincipalArn, aws:PrincipalAccount,
/// aws:PrincipalIsAWSService and aws:PrincipalServiceName come from the Subject unless set here.
class Context {
 public:
  void set(std::string_view key, std::string value) { values_[fold(key)] = {std::move(value)}; }
  void set(std::string_view key, std::vector<std::string> values) {
    values_[fold(key)] = std::move(values);
  }
  const std::vector<std::string>* find(std::string_view key) const;
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  static std::string fold(std::string_view key);
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// Who asks, as far as policies can name it. A federated identity (AssumeRoleWithWebIdentity) is
/// named by the context key aws:FederatedProvider.
struct Subject {
  std::string account;         ///< "123456789012"; empty: anonymous
  std::string arn;             ///< "arn:aws:sts::...:assumed-role/R/S", a user, a root, ""
  std::string role_arn;        ///< the role (or federated user's user) behind a session, else empty
  std::string service;         ///< "ec2.amazonaws.com" when an AWS service asks, else empty
  std::string user_id;         ///< aws:userid
  std::string user_name;       ///< aws:username (users only)
  std::string canonical_user;  ///< the account's canonical user id, where S3 knows it
};

struct Request {
  Subject subject;
  std::string action;    ///< "iam:CreateRole"
  std::string resource;  ///< ARN, or "*"
  Context context;
};

struct Statement;  // policy/statement.h

/// A parsed policy. Immutable; shared by all who hold it.
struct Document {
  std::string version;  ///< "2012-10-17" or "2008-10-17" (the default; no policy variables)
  std::string id;
  std::vector<std::shared_ptr<const Statement>> statements;

  /// The statements that can bear on a service's actions, in their order.
  struct Bucket {
    std::string service;  ///< "s3", what stands before an action's colon
    std::vector<std::uint32_t> statements;
  };
  std::vector<Bucket> buckets;  ///< sorted by service; each has those of `any_service` too
  std::vector<std::uint32_t> any_service;  ///< NotAction, "*" and "*:*": bear on any action
};
using DocumentPtr = std::shared_ptr<const Document>;

/// Which elements a policy may and must have.
enum class Type {
  identity,  ///< no Principal: inline policies, session policies, service control policies
  managed,   ///< as identity, and the Version must be 2012-10-17
  resource,  ///< Principal required, Resource required
  trust,     ///< Principal required, no Resource, actions of sts only
};

/// Reads a policy. Errors: Code::invalid, name "MalformedPolicyDocument", with IAM's own texts
/// where they are known ("Syntax errors in policy.", "Policy document should not specify a
/// principal.", "Has prohibited field Resource", ...), in the order in which IAM checks.
Result<DocumentPtr> parse(std::string_view json, Type type);

/// A policy with the name that explanations give it.
struct Named {
  std::string name;  ///< ARN of a managed policy, or name of an inline one
  DocumentPtr document;
};

/// All policies that bear on one request. Empty lists mean "there is none of that kind"; a
/// boundary or session list that is present (has_value) limits even when it is empty.
struct Policies {
  std::vector<Named> identity;
  std::vector<Named> resource;
  std::optional<std::vector<Named>> boundary;
  std::optional<std::vector<Named>> session;
  std::vector<std::vector<Named>> organization;  ///< one list a level; each must allow
  std::string resource_account;  ///< owner of the resource; empty = the subject's own
  bool root = false;             ///< the account's root user: identity allows everything
  /// Role trust policies and KMS key policies: what identity-based policies allow is not enough in
  /// the same account either.
  bool resource_must_allow = false;
};

/// The outcome, with the reason in AWS's own categories.
struct Decision {
  enum class Kind { allowed, implicit_deny, explicit_deny } kind = Kind::implicit_deny;
  /// What decided: "identity-based policy", "resource-based policy", "permissions boundary",
  /// "session policy", "service control policy".
  std::string by;
  std::string policy;     ///< name of the deciding policy; empty for an implicit deny
  std::string statement;  ///< its Sid, or "#2" (1-based) without one
  bool allowed() const { return kind == Kind::allowed; }
};

/// What decided, before it is put into words: points into the policies that it was made from.
struct Outcome {
  Decision::Kind kind = Decision::Kind::implicit_deny;
  std::string_view by;            ///< as Decision::by
  const Named* policy = nullptr;  ///< null: no statement decided
  std::size_t statement = 0;
  bool allowed() const { return kind == Decision::Kind::allowed; }
};

/// evaluate() without its words: allocates nothing.
Outcome judge(const Policies& policies, const Request& request);

/// "Policy evaluation logic" of the IAM User Guide, with its rules for one and for two accounts.
/// One policy that denies decides. Services and anonymous callers have no identity-based policies:
/// for them a resource-based policy that allows is enough. `by` of an allowed request is the kind
/// of policy that granted; root has no policy: `by` is "the account's root user".
Decision evaluate(const Policies& policies, const Request& request);

/// "policy NAME, statement SID" of what decided; empty when no statement did.
std::string deciding_statement(const Decision& decision);

/// "allowed by identity-based policy NAME, statement SID" or AWS's "because no identity-based
/// policy allows the iam:CreateRole action" / "with an explicit deny in an identity-based policy".
std::string explain(const Decision& decision, const Request& request);

/// True when `pattern` (with * and ?) matches all of `text`. Case as given; ? is one UTF-8
/// character. Never goes back further than to the last *: no pattern is slow.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace stint::policy

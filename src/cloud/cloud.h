// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"
#include "aws/sigv4.h"
#include "base/random.h"
#include "base/result.h"
#include "cloud/permissions.h"
#include "cloud/principal.h"
#include "cloud/state.h"
#include "document/document.h"
#include "net/http.h"
#include "policy/policy.h"
#include "value/value.h"

namespace stint::cloud {

/// One line of the audit log.
struct AuditEntry {
  Time time{};
  std::string principal;  ///< ARN
  std::string service, operation, resource, region;
  std::string decision;  ///< "allowed", "denied", "unauthenticated", "not implemented"
  std::string reason;    ///< the statement that decided (policy::explain)
  std::string request_id;
  std::string effect;     ///< none, created, changed, deleted
  std::string error;      ///< wire code of the answer, or empty
  std::string execution;  ///< the execution on whose behalf the engine called, or empty
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("time", self.time);
    visit("principal", self.principal);
    visit("service", self.service);
    visit("operation", self.operation);
    visit("resource", self.resource);
    visit("region", self.region);
    visit("decision", self.decision);
    visit("reason", self.reason);
    visit("request_id", self.request_id);
    visit("effect", self.effect);
    visit("error", self.error);
    visit("execution", self.execution);
  }
};

/// When an access key, or a role's session, last made a call.
struct KeyUse {
  Time time{};
  std::string service, region;
};

class Cloud;
class TestMode;

/// What a handler works on: one authorised call.
struct Call {
  Cloud& cloud;
  State& state;
  const Caller& caller;
  std::string account;  ///< the caller's
  std::string region;
  Time now;
  std::string request_id;
  std::string effect = "none";  ///< the handler sets created, changed or deleted once it did it
  std::string_view service;     ///< as its table has it
  std::string_view operation;   ///< as its row has it
  std::string refused;          ///< why a further permission was denied, for the audit log

  Account& own_account() { return state.account(account); }
  Region& own_region() { return state.region(account, region); }
  /// A second permission that the operation needs (iam:PassRole, ...). Error: the service's
  /// AccessDenied with AWS's text.
  Result<void> authorise(std::string_view action, std::string_view resource,
                         policy::Context context = {});
  /// `prefix` and `length` more characters of AWS's id alphabet: new_id("AROA", 17).
  std::string new_id(std::string_view prefix, std::size_t length);
  std::string new_hex_id(std::string_view prefix, std::size_t length = 17);  ///< "iip-assoc-0..."
};

/// One operation of the embedded cloud: one row in its service's table. The row names the
/// resources that the authoriser must look at, so no handler can forget to ask.
struct Operation {
  std::string_view name;
  Result<Value> (*handle)(Call&, const Value& input);
  /// ARNs (or "*") that the caller needs the action on; all must be allowed.
  std::vector<std::string> (*resources)(const Call&, const Value& input);
  /// Condition keys of this request beyond the global ones; may be null.
  void (*context)(const Call&, const Value& input, policy::Context&) = nullptr;
  /// IAM action when it is not "service:Name" (s3:ListBucket for ListObjectsV2); empty = the
  /// default; "none" = needs no permission (sts:GetCallerIdentity).
  std::string_view action = {};
  bool reads = false;  ///< no effect: not a change whatever it answers
  /// The action of this request when it is not always the same (a version of an object); may be
  /// null. `action` is the usual one.
  std::string_view (*choose)(const Call&, const Value& input, std::string_view action) = nullptr;
};

struct ServiceTable {
  std::string_view service;               ///< boto3 client name
  std::span<const Operation> operations;  ///< sorted by name
  /// Resource policies that bear on a resource of this service (bucket policies); may be null.
  void (*resource_policies)(const State&, std::string_view action, const std::string& arn,
                            policy::Policies&) = nullptr;
  /// Condition keys of one of a call's resources (its tags, what it is); may be null.
  void (*resource_keys)(const Call&, const Value& input, std::string_view arn,
                        policy::Context&) = nullptr;
  /// How the service's denials name a resource ("role NAME" in IAM); null: its ARN.
  std::string (*shown_resource)(std::string_view action, const std::string& arn) = nullptr;
};

/// All tables, sorted by service (cloud/table.cc).
std::span<const ServiceTable> services();

/// An AWS error with its wire name and HTTP status.
inline std::unexpected<Error> fault(std::string name, std::string message, int status = 400,
                                    Code code = Code::invalid) {
  return std::unexpected(Error{code, std::move(name), std::move(message), status});
}

/// What becomes of a command that is sent to an instance (--nodes).
enum class Nodes : std::uint8_t {
  none,      ///< SendCommand is refused
  scripted,  ///< the world file has the answers
  process    ///< real processes: whoever runs them takes the orders of cloud/ssm/agent.h
};

/// The embedded AWS. Single-threaded: one call at a time.
class Cloud {
 public:
  State state;
  Nodes nodes = Nodes::none;
  /// The actions that runbooks may use, for CreateDocument; empty: actions are not checked.
  std::function<const document::ActionSpec*(std::string_view action)> find_action;
  s3::BodyStore* bodies = nullptr;  ///< where large objects lie; null: in memory
  std::vector<AuditEntry> audit;    ///< grows; whoever persists it takes lines away

  /// One call by an authenticated caller: authorises, runs the handler, writes the audit log. The
  /// input has the types of the model. Errors carry AWS's code, text and status. An operation that
  /// is not there answers "InvalidAction" / "UnknownOperationException" as its protocol has it,
  /// with Code::not_found. Without a request id it is given one.
  Result<Value> call(const Caller& caller, std::string_view region, std::string_view service,
                     std::string_view operation, const Value& input, Time now,
                     std::string_view execution = {}, std::string_view request_id = {});

  /// Is the caller allowed to? Used by handlers and by IMDS, agents, simulators.
  policy::Decision decide(const Caller& caller, std::string_view action, std::string_view resource,
                          std::string_view region, Time now, policy::Context extra = {}) const;

  /// The caller behind an access key and token. Errors: "InvalidClientTokenId",
  /// "ExpiredToken", "UnrecognizedClientException", by service. `secret` receives the key's secret.
  Result<Caller> find_caller(std::string_view access_key, std::string_view token,
                             std::string_view service, Time now, std::string* secret) const;
  /// The default account's root user, or the role session / user with this ARN (made for the
  /// engine, which runs in the same process and need not sign).
  Caller root(std::string_view account) const;
  /// An AWS service acting for an account: service("ssm.amazonaws.com", account) assumes the roles
  /// of executions.
  Caller service(std::string_view name, std::string_view account) const;
  /// sts:AssumeRole without the wire: checks trust and answers the session's caller. Root users may
  /// not assume roles; executions assume theirs as the service "ssm.amazonaws.com".
  Result<Caller> assume_role(const Caller& caller, std::string_view role_arn,
                             std::string_view session_name, Time now);
  /// A session of a role given to an AWS service on the account's behalf (EC2 for IMDS).
  Result<sts::Session> service_session(std::string_view account, std::string_view role_name,
                                       std::string_view service, std::string_view session_name,
                                       std::string_view source_instance, Duration lifetime,
                                       Time now);
  /// A caller for a session's credentials.
  Caller session_caller(const sts::Session& session) const;
  /// Whether the caller's credentials still stand for somebody: a deleted role or user and an
  /// expired session do not. Errors as find_caller.
  Result<void> check_alive(const Caller& caller, std::string_view service, Time now) const;

  /// The last call made with an access key id, or by a session of the role with this id; null: none
  /// since the program began. Not part of the state: a call that changes nothing leaves it equal.
  const KeyUse* last_use(std::string_view id) const;

  /// A request id in the form that the service gives it.
  std::string new_request_id(std::string_view service);

 private:
  friend struct Call;
  struct Asked {
    policy::Decision decision;
    policy::Request request;
    std::string owner;  ///< account of the resource, where its service's policies tell
  };
  Asked ask(const Caller& caller, std::string_view action, std::string_view resource,
            std::string_view region, Time now, policy::Context context) const;
  /// Whether a policy of the caller's has conditions.
  bool caller_asks_for_keys(const Caller& caller) const;
  Result<void> authorise(Call& call, const Operation& operation, const Value& input,
                         AuditEntry& entry) const;
  void note_use(const Principal& principal, std::string_view service, std::string_view region,
                Time now);

  /// Not the state's generator: a call that changes nothing leaves the state equal.
  Random request_ids_{2};
  std::map<std::string, KeyUse, std::less<>> uses_;
  mutable Permissions permissions_;
};

/// The HTTP side: finds service and operation, verifies the signature, decodes, calls, encodes.
/// Refuses a foreign Host header and any Origin header. `now` is what the cloud sees as the time,
/// `wall` what signatures are checked against. One thread at a time.
class FrontDoor {
 public:
  FrontDoor(Cloud& cloud, aws::Models& models);
  ~FrontDoor();
  net::Response handle(const net::Request& request, Time now, Time wall);
  /// The metadata service of one instance (IMDSv2), by its id.
  net::Response imds(std::string_view account, std::string_view region, std::string_view instance,
                     const net::Request& request, Time now);
  /// From here on for test suites (cloud/test_mode.h); the state as it is now is the start.
  void start_test_mode();

 private:
  struct Visit;  // one request on its way
  net::Response serve(Visit& visit);
  Result<void> authenticate(Visit& visit);
  Result<Value> perform(Visit& visit);
  net::Response answer_error(Visit& visit, const Error& error);

  Cloud& cloud_;
  aws::Models& models_;
  aws::SigningKeys signing_keys_;
  std::unique_ptr<TestMode> test_mode_;
};

}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "world/embedded.h"

#include "aws/protocol.h"
#include "base/log.h"
#include "cloud/ssm/documents.h"
#include "world/synthesize.h"

namespace stint::world {
namespace {

using namespace std::chrono_literals;

// Sessions of the assume role are renewed well before AWS's default hour is over.
constexpr Duration session_renewal = 50min;

/// The boto3 dict that Selectors see has ResponseMetadata (spec 4.5).
Value with_metadata(Value answer, const std::string& request_id) {
  if (!answer.is_object()) answer = Value(Object());
  answer.set("ResponseMetadata", object({{"RequestId", request_id},
                                         {"HTTPStatusCode", 200},
                                         {"HTTPHeaders", Value(Object())},
                                         {"RetryAttempts", 0}}));
  return answer;
}

}  // namespace

EmbeddedPorts::EmbeddedPorts(cloud::Cloud& cloud, ModelCalls& calls, Mocks& mocks,
                             const Clock& clock, EmbeddedOptions options)
    : cloud_(cloud), calls_(calls), mocks_(mocks), clock_(clock), options_(std::move(options)) {}

EmbeddedPorts::EmbeddedPorts(const EmbeddedPorts& other, cloud::Cloud& cloud, const Clock& clock)
    : cloud_(cloud),
      calls_(other.calls_),
      mocks_(other.mocks_),
      clock_(clock),
      options_(other.options_),
      sessions_(other.sessions_),
      root_(other.root_) {}

EmbeddedPorts::CallerPtr EmbeddedPorts::root(const std::string& account) {
  if (!root_ || root_->principal.account != account)
    root_ = std::make_shared<const cloud::Caller>(cloud_.root(account));
  return root_;
}

Result<EmbeddedPorts::CallerPtr> EmbeddedPorts::caller(const engine::ExecutionStarted& start) {
  if (start.assume_role.empty()) return root(start.account);
  const Time now = clock_.now();
  // One session a role and execution, named after the execution (C-72).
  const std::string key = start.assume_role + ' ' + start.id;
  if (auto known = sessions_.find(key); known != sessions_.end() && known->second.expires > now)
    return known->second.caller;
  // Automation is the one who assumes the role: its trust policy must name the service.
  cloud::Caller assumed = TRY(cloud_.assume_role(cloud_.service("ssm.amazonaws.com", start.account),
                                                 start.assume_role, start.id, now));
  auto session = std::make_shared<const cloud::Caller>(std::move(assumed));
  sessions_[key] = Session{.caller = session, .expires = now + session_renewal};
  return session;
}

Result<Value> EmbeddedPorts::make_call(const engine::Execution& execution,
                                       const engine::CallOrder& order) {
  const ModelCalls::Found* found = TRY(calls_.find(order.service, order.operation));
  std::vector<std::string> remarks;
  Value input = TRY(aws::convert_input(found->operation, order.input, &remarks));
  for (const std::string& remark : remarks)
    log_warning(order.service + "." + order.operation + ": " + remark);
  const CallerPtr caller = TRY(this->caller(*execution.start));
  Result<Value> answer = cloud_.call(*caller, execution.start->region, order.service,
                                     order.operation, input, clock_.now(), execution.start->id);
  if (answer)
    return with_metadata(std::move(*answer),
                         cloud_.audit.empty() ? "" : cloud_.audit.back().request_id);
  const bool missing = !cloud_.audit.empty() && cloud_.audit.back().decision == "not implemented";
  if (missing && options_.synthesize_missing)
    return with_metadata(synthesize_output(found->operation), cloud_.audit.back().request_id);
  if (missing)
    return fail(Error{.code = answer.error().code,
                      .name = answer.error().name,
                      .message = answer.error().message + " (the embedded cloud does not have " +
                                 order.service + "." + order.operation +
                                 "; give it an answer with --mocks)",
                      .status = answer.error().status});
  return answer;
}

std::optional<Result<Value>> EmbeddedPorts::call(const engine::Execution& execution, std::int64_t,
                                                 const engine::CallOrder& order) {
  std::optional<Result<Value>> answer = mocks_.answer(order.service, order.operation, order.input);
  if (!answer) answer = make_call(execution, order);
  if (recording_)
    recording_->push_back(
        object({{"call", order.service + "." + order.operation},
                {"when", order.input},
                {"answer", *answer ? **answer
                                   : object({{"error", answer->error().name},
                                             {"message", answer->error().message}})}}));
  return answer;
}

Result<engine::FoundDocument> EmbeddedPorts::find_document(const engine::Execution& parent,
                                                           const std::string& name,
                                                           const std::string& version) {
  const engine::ExecutionStarted& start = *parent.start;
  const CallerPtr caller = TRY(this->caller(start));
  cloud_.state.region(start.account, start.region);  // made when it is not there
  cloud::ssm::Documents documents(cloud_.state, start.account, start.region);
  Result<cloud::ssm::FoundDocument> found = documents.find(name, version);
  if (!found || found->type != "Automation")
    return fail(Error{.code = Code::not_found,
                      .name = "AutomationDefinitionNotFoundException",
                      .message = "Automation definition " + name + " was not found.",
                      .status = 400});
  // Spec 2.7: the version part is $DEFAULT when none is given; an Amazon-owned one has no account.
  const std::string resource =
      "arn:aws:ssm:" + start.region + ":" + (found->owner == "Amazon" ? "" : start.account) +
      ":automation-definition/" + name + ":" + (version.empty() ? "$DEFAULT" : version);
  const std::string action = "ssm:StartAutomationExecution";
  policy::Decision decision = cloud_.decide(*caller, action, resource, start.region, clock_.now());
  if (!decision.allowed()) {
    policy::Request request{.subject = {}, .action = action, .resource = resource, .context = {}};
    return fail(Error{
        .code = Code::denied,
        .name = "AccessDeniedException",
        .message = "User: " + caller->principal.arn + " is not authorized to perform: " + action +
                   " on resource: " + resource + " " + policy::explain(decision, request),
        .status = 400});
  }
  return engine::FoundDocument{.name = name,
                               .version = found->version,
                               .content = std::move(found->content),
                               .amazon_owned = found->owner == "Amazon"};
}

Result<void> EmbeddedPorts::check_role(const engine::ExecutionStarted& start) {
  if (caller(start)) return {};
  return fail(Error{
      .code = Code::denied,
      .name = "InvalidAutomationExecutionParametersException",
      .message = "The defined assume role is unable to be assumed. (" + start.assume_role + ")",
      .status = 400});
}

Result<Value> EmbeddedPorts::parameter(const engine::ExecutionStarted& start,
                                       const std::string& name) {
  Value answer = TRY(cloud_.call(*root(start.account), start.region, "ssm", "GetParameter",
                                 object({{"Name", name}}), clock_.now(), start.id));
  return answer["Parameter"]["Value"];
}

void EmbeddedPorts::collect(store::Batch& batch) {
  for (cloud::AuditEntry& entry : cloud_.audit) audit_.push_back(std::move(entry));
  cloud_.audit.clear();
  if (!options_.durable) return;
  for (std::size_t i = audit_collected_; i < audit_.size(); ++i)
    batch.audit.push_back(cloud::to_value(audit_[i]));
  if (!saved_) saved_.emplace();
  for (cloud::Change& change : cloud::diff(*saved_, cloud_.state)) {
    if (change.after.is_null()) {
      batch.entities.emplace_back(std::move(change.key), std::nullopt);
    } else {
      batch.entities.emplace_back(std::move(change.key), std::move(change.after));
    }
  }
}

void EmbeddedPorts::committed() {
  if (!options_.keep_audit) audit_.clear();
  audit_collected_ = audit_.size();
  if (options_.durable) saved_ = cloud_.state;
}

}  // namespace stint::world

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "document/document.h"
#include "engine/execution.h"

/// What an action is: a small state machine that says what to do next. Pure: no clock, no I/O.
namespace stint::engine {

/// How a call behaves when it is unknown whether it was made (spec/durability.md 1.6).
enum class CallClass : std::uint8_t {
  read,     ///< R: changes nothing; made again
  token,    ///< T: carries an idempotency token; sent again with the same one
  named,    ///< N: makes a thing with a name; looked up first
  settled,  ///< S: sets or deletes; made again, "gone already" is success
  message,  ///< M: sends something; looked for first
  unknown,  ///< U: cannot be probed; the outcome stays unknown
};
/// From the names alone; `has_token` when the model marks an idempotency token.
CallClass classify(std::string_view service, std::string_view operation, bool has_token);

struct CallInfo {
  std::string service, operation;  ///< canonical
  CallClass call_class = CallClass::unknown;
  std::string token_member;  ///< name of the idempotency token, or empty
};
/// Finds a call by the names a runbook uses. Errors: Code::not_found with a hint.
class CallTable {
 public:
  virtual ~CallTable() = default;
  virtual Result<const CallInfo*> find_call(std::string_view service, std::string_view api) = 0;
};

// What an action may ask for.
struct DoCall {
  std::string service, api;  ///< as the runbook names them
  Value input;
};
struct DoWake {
  Time at{};
};
struct DoChild {
  std::string document, version;
  Value parameters;  ///< name -> value or list
};
struct DoStopChild {
  std::string id;
};
struct Succeed {
  Value response;         ///< what Selectors look at; null: the action has none
  Value outputs;          ///< predefined outputs, object or null
  std::string next_step;  ///< aws:branch's choice; empty: by the table of 2.2
};
struct Fail {
  Status status = Status::failed;  ///< or timed_out
  Failure failure;
  Value outputs;       ///< predefined outputs of a failed step stay referable (C-24)
  bool final = false;  ///< no further attempt (C-19)
};
struct Cancelled {
  Value outputs;
};

struct Move {
  std::variant<DoCall, DoWake, DoChild, DoStopChild, Succeed, Fail, Cancelled> what;
  Value state;  ///< remembered until the next turn
};

/// What an action is told at its turn.
struct Turn {
  enum class Kind : std::uint8_t { begin, answered, woke, cancel } kind = Kind::begin;
  const Execution& execution;
  const document::Step& step;
  const Value& inputs;  ///< resolved
  const Value& state;
  Time now;
  const Result<Value>* answer = nullptr;  ///< kind answered
};

/// One action: one row of the table in `actions`.
struct Action {
  document::ActionSpec spec;
  Move (*act)(const Turn&);
  std::optional<std::int64_t> default_timeout_seconds = std::nullopt;
  std::optional<std::int64_t> cap_seconds = std::nullopt;  ///< hard cap of the service (2.6)
  /// How inputs that may hold absent references are resolved (aws:branch); null: Template::resolve.
  Result<Value> (*resolve)(const document::Template&, const document::Lookup&) = nullptr;
  /// It has something to end outside when it is cancelled: its `act` gets Turn::cancel.
  bool handles_cancel = false;
};
/// Sorted by name.
using ActionTable = std::span<const Action>;
const Action* find_action(ActionTable table, std::string_view name);

// The texts of spec 6.2.
inline constexpr std::string_view failure_tail =
    " Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";
/// "Step fails when it is validating and resolving the step inputs. CAUSE" + tail.
Fail input_failure(std::string_view cause);
/// An API error in boto3's wording, with the type that its code means.
Fail call_failure(std::string_view operation, const Error& error);
bool is_throttling(const Error& error);

}  // namespace stint::engine

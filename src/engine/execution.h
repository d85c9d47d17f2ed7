// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "document/document.h"
#include "value/value.h"

/// Executions of runbooks: what is known of one, and the records that it is the fold of.
namespace stint::engine {

/// AutomationExecutionStatus, as far as plain runbooks reach (spec 5.9). Steps use them too.
enum class Status : std::uint8_t {
  pending,
  in_progress,
  waiting,
  success,
  timed_out,
  cancelling,
  cancelled,
  failed
};
std::string_view to_string(Status status);  ///< "InProgress"
std::optional<Status> status_from(std::string_view text);
inline bool terminal(Status status) {
  return status == Status::success || status == Status::timed_out || status == Status::cancelled ||
         status == Status::failed;
}

/// FailureDetails of a step (spec 5.3).
struct Failure {
  std::string stage;    ///< InputValidation, PreVerification, Invocation, PostVerification
  std::string type;     ///< Action, Permission, Throttling, Verification, Internal
  std::string message;  ///< the whole text of 6.2
  std::string code;     ///< wire code of the API error behind it, or empty
  friend bool operator==(const Failure&, const Failure&) = default;
};
/// Shared by the record and the step: a failure is never changed. Null: none.
using FailurePtr = std::shared_ptr<const Failure>;

/// One API call as an action asked for it.
struct CallOrder {
  std::string service, operation;  ///< canonical names ("ec2", "DescribeInstances")
  Value input;
  bool reads = false;  ///< class R: may be repeated freely, needs no intent
  bool again = false;  ///< made again after a crash: "exists already", "gone already" are success
  friend bool operator==(const CallOrder&, const CallOrder&) = default;
};
/// Wake the step up again.
struct WakeOrder {
  Time at{};
  friend bool operator==(const WakeOrder&, const WakeOrder&) = default;
};
/// Start a child execution; its end is the answer.
struct ChildOrder {
  std::string id;  ///< follows from parent, step and attempt, so a restart finds the same child
  std::string document, version;
  Value parameters;
  friend bool operator==(const ChildOrder&, const ChildOrder&) = default;
};
struct StopChildOrder {
  std::string id;
  friend bool operator==(const StopChildOrder&, const StopChildOrder&) = default;
};
/// After a crash: look whether `original` was made, before it is made (again).
struct ProbeOrder {
  CallOrder probe;
  CallOrder original;
  Time intended{};  ///< when the original was intended
  friend bool operator==(const ProbeOrder&, const ProbeOrder&) = default;
};
using Order = std::variant<CallOrder, WakeOrder, ChildOrder, StopChildOrder, ProbeOrder>;
/// Shared by the record, the execution and the effect: an order is never changed. Null: none.
using OrderPtr = std::shared_ptr<const Order>;

struct StepState {
  Status status = Status::pending;
  int attempts = 0;
  std::optional<Time> started, ended;
  Value inputs;   ///< resolved, as the step got them
  Value outputs;  ///< object: name -> typed value
  FailurePtr failure;
  std::int32_t next = -1;  ///< the step that followed, for the record; -1: none
};

// --- Records: what is written down, in order. An execution is the fold of its records. ---

struct ExecutionStarted {
  std::string id, document_name, document_version, document_hash;
  Value parameters;         ///< effective
  std::string executed_by;  ///< ARN of who started it
  std::string assume_role;  ///< resolved ARN, or empty
  std::string parent, parent_step;
  std::string region, account;
  Time time{};
};
/// Shared by the record and the execution's copies.
using StartPtr = std::shared_ptr<const ExecutionStarted>;
struct StepStarted {
  std::int32_t step = 0;
  int attempt = 1;
  Value inputs;
  std::optional<Time> deadline;
  Time time{};
};
/// What is going to be done next for the running step, and what the action wants to remember.
struct Intended {
  std::int64_t serial = 0;  ///< counts the orders of an execution, from 1
  OrderPtr order;
  Value state;
  Time time{};
};
struct StepEnded {
  std::int32_t step = 0;
  Status status = Status::success;
  Value outputs;
  FailurePtr failure;
  std::int32_t next = -1;  ///< where the flow goes; -1: the end
  Time time{};
};
/// An attempt failed and there will be another, at `again`.
struct AttemptFailed {
  std::int32_t step = 0;
  std::int64_t serial = 0;  ///< of the wake-up
  Time again{};
  FailurePtr failure;
  Time time{};
};
struct CancelRequested {
  Time time{};
  Time deadline{};  ///< the cancel workflow may run until then (120 s)
};
struct ExecutionEnded {
  Status status = Status::success;
  std::string message;
  Time time{};
};
using Record = std::variant<StartPtr, StepStarted, Intended, StepEnded, AttemptFailed,
                            CancelRequested, ExecutionEnded>;

/// Everything that is known of one execution. A value: copies share what does not change.
struct Execution {
  StartPtr start;
  document::DocumentPtr document;
  Status status = Status::pending;
  std::optional<Time> ended;
  std::string failure_message;
  std::vector<StepState> steps;  ///< like document->steps

  // Where it stands.
  enum class Phase : std::uint8_t {
    ready,    ///< about to start (an attempt of) step `current`
    running,  ///< step `current` waits for order `serial`
    backoff,  ///< waits for wake-up `serial` before the next attempt
    finished  ///< terminal
  } phase = Phase::ready;
  std::int32_t current = 0;      ///< step; -1: no more, about to end
  std::int64_t serial = 0;       ///< of the last order
  OrderPtr order;                ///< open
  Time ordered{};                ///< when it was intended
  Value state;                   ///< the action's memory
  std::optional<Time> deadline;  ///< of the running attempt
  std::int32_t decided_by = -1;  ///< first critical step that failed or timed out (C-17)
  bool cancel = false;
  std::optional<Time> cancel_deadline;
  int steps_run = 0;  ///< run-away guard for cycles

  const document::Step& step() const { return document->steps[static_cast<std::size_t>(current)]; }
  StepState& step_state() { return steps[static_cast<std::size_t>(current)]; }
  const StepState& step_state() const { return steps[static_cast<std::size_t>(current)]; }
};

/// A new execution from its first record.
Execution begin(StartPtr start, document::DocumentPtr document);
/// The execution after a record. Records must come in the order they were decided.
void fold(Execution& execution, const Record& record);

/// The id of an execution's n-th run of a step, or of a child: a UUID that follows from its parts,
/// so that it is the same after a restart.
std::string derived_id(std::string_view execution, std::int32_t step, int number);

}  // namespace stint::engine

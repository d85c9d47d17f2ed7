// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// What can go wrong (spec/temporary-permissions.md E1), and how a case is written down.
namespace stint::explore {

/// At a call, counted from 1 over the calls of all executions of a run, polls and retries too.
enum class Kind : std::uint8_t {
  // The call fails and nothing is done.
  err,        ///< a fault of the service (5xx)
  denied,     ///< AccessDenied, this once
  throttled,  ///< throttled until the client gave up
  timeout,    ///< this call and the further ones of its step get no answer: the step times out
  // The call is done, the runbook does not hear of it as it should.
  lost,     ///< done, but the answer is lost: an error is seen
  retried,  ///< done, the answer is lost, and the client sends it again
  missing,  ///< done, but the answer lacks what the step's outputs select
  late,     ///< given up by the client, done some calls later (`extra`)
  stale,    ///< a read that does not see the last change yet
  script,   ///< the command's script exits with 1
  perm,     ///< this operation is denied from here on
  // The execution is stopped.
  cancel,     ///< cancelled before the call is made
  cancelled,  ///< cancelled while the call is under way
  stop,       ///< the engine dies before the call is made, and is started again
  stopped,    ///< the engine dies after the call was made, before its answer; started again
  // Somebody else.
  op_profile,    ///< an operator puts another profile on the instance
  op_stop,       ///< an operator stops the instance
  op_terminate,  ///< an operator terminates it
  op_delete,     ///< an operator deletes the profile that the instance had at the start
  same,          ///< a second execution on the same target, for `extra` calls (0: to its end)
  other,         ///< the same on another target
  // After the run.
  next,        ///< the runbook is run again on the same target
  next_other,  ///< and on another one
};

/// So many calls later: after the run.
inline constexpr int after_the_run = 1000;

struct Fault {
  Kind kind = Kind::err;
  int call = 0;   ///< 0: after the run
  int extra = 0;  ///< late: calls until it is done, or `after_the_run`; same, other: calls of the
                  ///< second execution
  friend auto operator<=>(const Fault&, const Fault&) = default;
};

/// How the world stands when the run begins.
enum class Start : std::uint8_t {
  given,       ///< as the world file says
  no_profile,  ///< the target wears no instance profile
  stopped,     ///< the target is stopped
  slow,        ///< changes take two minutes to be seen
};

struct Scenario {
  std::vector<Fault> faults;
  Start start = Start::given;
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

struct KindRow {
  Kind kind;
  std::string_view name;   ///< in ids: "lost"
  std::string_view words;  ///< "the answer to {} is lost", {}: the call
  bool writes_only;        ///< for a read it says nothing new
  bool reads_only;
};
std::span<const KindRow> kinds();  ///< in the order of the enum, which is from simple to intricate
const KindRow& row_of(Kind kind);
std::string_view name_of(Start start);   ///< "no-profile"; empty: given
std::string_view words_of(Start start);  ///< "the instance has no profile at the start"

/// "lost@7+err@9/no-profile", "late@5:2", "cancel@12+next"; "none" without faults.
std::string id_of(const Scenario& scenario);
/// The way back. Errors: Code::invalid, naming the part that does not read.
Result<Scenario> scenario_from(std::string_view id);

/// Simple before intricate: fewer faults, then the given start, then the order of kinds, then
/// calls.
bool simpler(const Scenario& a, const Scenario& b);

}  // namespace stint::explore

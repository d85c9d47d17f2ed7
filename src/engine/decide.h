// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "engine/action.h"
#include "engine/execution.h"

/// The engine's heart: what happens next. Pure, so that a restart, a replay and the explorer give
/// the same answer as the first run.
namespace stint::engine {

struct Go {};      ///< nothing new: start the next step if there is one to start
struct Answered {  ///< the answer to order `serial`
  std::int64_t serial = 0;
  Result<Value> answer;
};
struct Woke {  ///< a timer: of order `serial`, or the step's deadline
  std::int64_t serial = 0;
};
struct DeadlinePassed {};  ///< perhaps the running attempt's timeoutSeconds, or the cancel limit
struct CancelAsked {};
struct Recovered {};  ///< after a restart: what is open must be resolved
using Event = std::variant<Go, Answered, Woke, DeadlinePassed, CancelAsked, Recovered>;

/// Something to be done in the world, numbered.
struct Effect {
  std::int64_t serial = 0;
  OrderPtr order;
};

struct Decision {
  std::vector<Record> records;  ///< append first
  std::vector<Effect> effects;  ///< then do these
  bool again = false;           ///< apply the records and decide again with Go
};

struct Rules {
  ActionTable actions;
  CallTable& calls;
  bool atomic_cloud = false;  ///< calls and records are kept in one transaction: an open order was
                              ///< never done, so recovery simply does it
};

Decision decide(const Rules& rules, const Execution& execution, const Event& event, Time now);

}  // namespace stint::engine

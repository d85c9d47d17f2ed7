// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/time.h"
#include "document/template.h"
#include "engine/execution.h"

namespace stint::engine {

/// The values that an execution's references stand for at one moment. System variables are
/// resolved when the step starts, so two steps see different times (spec 4.2).
class ExecutionLookup final : public document::Lookup {
 public:
  ExecutionLookup(const Execution& execution, Time now) : execution_(execution), now_(now) {}
  const Value* find(const document::Reference& reference) const override;

 private:
  const Execution& execution_;
  Time now_;
  mutable Value system_;  ///< the last system value given out; read before the next is asked for
};

/// "global:REGION" and the like, for an execution that starts now; null for an unknown name.
Value system_value(std::string_view name, const ExecutionStarted& start, Time now);

}  // namespace stint::engine

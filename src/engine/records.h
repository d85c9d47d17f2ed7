// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "engine/execution.h"
#include "store/store.h"

/// Records in the journal.
namespace stint::engine {

Value to_value(const Record& record);
/// Errors: Code::invalid, naming what the journal lacks.
Result<Record> record_from(const Value& value);

/// The records of one turn of the engine: one entry of the journal.
struct Records final : store::Body {
  explicit Records(std::vector<Record> list) : records(std::move(list)) {}
  Value value() const override;
  const std::vector<Record> records;
};
using RecordsPtr = std::shared_ptr<const Records>;

/// The records of an entry: as they were, or read from its Value. Errors as record_from.
Result<RecordsPtr> records_of(const store::BodyPtr& body);

}  // namespace stint::engine

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/document.h"

#include "actions/table.h"
#include "targets.h"

namespace stint::fuzz {
namespace {

struct Nothing final : document::Lookup {
  const Value* find(const document::Reference&) const override { return nullptr; }
};

}  // namespace

/// A runbook that was read has steps, jumps that lead to steps, and references bound to steps.
void document(std::string_view bytes) {
  std::vector<Remark> remarks;
  const document::ParseOptions options{.source_name = "f", .find_action = actions::find_spec};
  auto read = document::parse_document(bytes, options, &remarks);
  if (!read) {
    STINT_CHECK(read.error().code == Code::invalid && !read.error().message.empty());
    return;
  }
  const document::Document& document = **read;
  const auto count = static_cast<std::int32_t>(document.steps.size());
  STINT_CHECK(count > 0);
  Value supplied = Value(Object());
  for (const document::Parameter& parameter : document.parameters)
    supplied.set(parameter.name, document::synthesize(parameter));
  auto parameters = document::effective_parameters(document, supplied, Nothing());
  for (const document::Step& step : document.steps) {
    STINT_CHECK(step.next_index < count && step.on_failure.index < count);
    for (const document::Reference* reference : step.inputs.references())
      STINT_CHECK(reference->step < count);
    (void)step.inputs.resolve(Nothing());
  }
}

}  // namespace stint::fuzz

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/command.h"
#include "targets.h"

namespace stint::fuzz {

/// A Command document that was read takes parameters, and its steps take theirs, or say why not.
void command_document(std::string_view bytes) {
  std::vector<Remark> remarks;
  auto read = document::parse_command_document(bytes, "f", &remarks);
  if (!read) {
    STINT_CHECK(read.error().code == Code::invalid && !read.error().message.empty());
    return;
  }
  std::map<std::string, std::vector<std::string>> supplied;
  for (const document::Parameter& parameter : (*read)->parameters)
    if (!parameter.default_value) supplied[parameter.name] = {"a"};
  auto parameters = document::command_parameters(**read, supplied);
  if (!parameters) return;
  for (const document::CommandStep& step : (*read)->steps)
    (void)document::command_inputs(step, *parameters);
}

}  // namespace stint::fuzz

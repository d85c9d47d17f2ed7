// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/document.h"
#include "value/value.h"

/// Command documents (schemaVersion 1.2, 2.0, 2.2): what Run Command hands to a node.
namespace stint::document {

struct CommandStep {
  std::string name;    ///< schema 1.2: the plugin's name
  std::string action;  ///< "aws:runShellScript"
  Template inputs;
  Value precondition;      ///< {"StringEquals": ["platformType", "Linux"]}, or null
  std::string on_failure;  ///< "exit" or empty
  std::optional<std::int64_t> timeout_seconds;
  int max_attempts = 1;
  Where where;
};

struct CommandDocument {
  std::string schema_version;
  std::string description;
  std::vector<Parameter> parameters;
  std::vector<CommandStep> steps;
};
using CommandDocumentPtr = std::shared_ptr<const CommandDocument>;

/// Errors and remarks as parse_document.
Result<CommandDocumentPtr> parse_command_document(std::string_view text,
                                                  std::string_view source_name,
                                                  std::vector<Remark>* remarks = nullptr);

/// Types SendCommand's lists of text, adds defaults, checks allowed values, patterns and lengths.
/// Errors: name "InvalidParameters".
Result<Value> command_parameters(const CommandDocument& document,
                                 const std::map<std::string, std::vector<std::string>>& supplied);

/// The step's inputs with `{{ name }}` replaced by the parameters' values (a text that is one
/// reference keeps the type; a list inside a list is spliced).
Result<Value> command_inputs(const CommandStep& step, const Value& parameters);

}  // namespace stint::document

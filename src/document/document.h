// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/pattern.h"
#include "document/template.h"
#include "value/selector.h"
#include "value/value.h"
#include "value/yaml.h"

/// Automation runbooks (schemaVersion 0.3): parse and check (spec/ssm-automation.md 1, 2, 4).
namespace stint::document {

enum class Type : std::uint8_t { string, string_list, integer, boolean, string_map, map_list };
std::string_view to_string(Type type);  ///< "String", "StringList", ...

struct Parameter {
  std::string name;
  std::string type_name;  ///< as written: "String", "AWS::EC2::Instance::Id", "List<...>"
  Type type = Type::string;
  std::string description;
  std::optional<Template> default_value;  ///< may hold {{ global: }}, {{ automation: }}, {{ ssm: }}
  std::vector<Value> allowed_values;
  std::string allowed_pattern;
  /// Compiled once; shared by copies of the document, never changed. Null: none, or it did not
  /// compile (a remark says so) and constrains nothing.
  std::shared_ptr<const Pattern> pattern;
  std::optional<std::int64_t> min_items, max_items, min_chars, max_chars;
  Where where;
};

struct Variable {
  std::string name;
  Type type = Type::string;
  std::optional<Value> default_value;
  Where where;
};

struct Output {
  std::string name;
  Selector selector;
  Type type = Type::string;
  Where where;
};

/// What happens after a failure or a cancel.
struct Jump {
  enum class Kind : std::uint8_t { abort, go_on, step } kind = Kind::abort;
  std::string step;         ///< kind step: its name
  std::int32_t index = -1;  ///< and its place among the steps beside it; -1: outside the loop body
};

struct Step {
  std::string name;
  std::string action;  ///< "aws:sleep"
  std::string description;
  Template inputs;  ///< an object; without aws:loop's Steps, which are in `body`
  std::vector<Output> outputs;
  Jump on_failure;
  bool on_failure_written = false;
  Jump on_cancel;
  std::optional<bool> is_critical;
  bool is_end = false;
  std::string next_step;         ///< empty: the following one
  std::int32_t next_index = -1;  ///< -1: not written
  int max_attempts = 1;
  std::optional<std::int64_t> timeout_seconds;
  std::vector<Step> body;  ///< aws:loop's Steps
  Where where;
  /// isCritical if written, else not Continue (2.3).
  bool critical() const { return is_critical.value_or(on_failure.kind != Jump::Kind::go_on); }
};

struct Document {
  std::string description;
  Template assume_role;  ///< constant null: none
  std::vector<Parameter> parameters;
  std::vector<Variable> variables;
  std::vector<Step> steps;
  std::vector<std::string> outputs;  ///< "step.Output", as written
  Value files;
  std::string source_name;  ///< file or document name, for sentences

  const Step* find_step(std::string_view name) const;
  std::int32_t step_index(std::string_view name) const;  ///< -1: none (top level only)
  const Parameter* find_parameter(std::string_view name) const;

  std::map<std::string, std::int32_t, std::less<>> index;  ///< step name -> place
};
using DocumentPtr = std::shared_ptr<const Document>;

/// What the checks must know of an action; the engine's table of actions gives it.
struct InputSpec {
  std::string_view name;
  bool required = false;
};
struct ActionSpec {
  std::string_view name;
  std::span<const InputSpec> inputs;
  bool open_inputs = false;  ///< any further key is an API member (executeAwsApi, ...)
  std::span<const std::string_view> outputs;  ///< predefined, reserved names
  /// Names of steps that the inputs jump to (aws:branch); may be null.
  std::vector<std::string> (*targets)(const Value& inputs) = nullptr;
  /// Further rules for the inputs: each problem refuses the document; may be null.
  void (*check)(const Value& inputs, std::string_view step,
                std::vector<Remark>& problems) = nullptr;
};

struct ParseOptions {
  std::string source_name = "document";                                   ///< begins each sentence
  std::function<const ActionSpec*(std::string_view action)> find_action;  ///< empty: not checked
  bool amazon_owned = false;  ///< unknown actions are tolerated (corpus-findings)
};

/// Reads and checks JSON or YAML. Errors: Code::invalid, name "InvalidDocumentContent", message
/// "FILE:LINE:COL: step NAME: sentence" (AWS's own text where spec 1.5 has one). Warnings go to
/// `remarks`.
Result<DocumentPtr> parse_document(std::string_view text, const ParseOptions& options,
                                   std::vector<Remark>* remarks = nullptr);
/// The same from a Value that was read already.
Result<DocumentPtr> document_from(const Value& content, const ParseOptions& options,
                                  std::vector<Remark>* remarks = nullptr);
/// Only for a Value itself: text, which would become a Value too, goes to the reader above.
template <std::same_as<Value> V>
Result<DocumentPtr> parse_document(const V& content, const ParseOptions& options,
                                   std::vector<Remark>* remarks = nullptr) {
  return document_from(content, options, remarks);
}

/// Checks supplied parameters and adds defaults: the effective parameters, typed, in the order of
/// the document. A supplied value is typed (from a file or RuntimeParameters) or a list of texts as
/// on the wire (C-12). `lookup` resolves references in defaults ({{ global: }}, {{ ssm: }}).
/// Errors: name "InvalidAutomationExecutionParametersException" with AWS's texts (6.1).
Result<Value> effective_parameters(const Document& document, const Value& supplied,
                                   const Lookup& lookup);

/// Invents a value of the parameter's type that passes its checks where that is possible
/// (`--params synthesize`).
Value synthesize(const Parameter& parameter);

/// The table of 4.4. None: the output is absent (null). Errors: the conversion fails.
Result<std::optional<Value>> convert_output(const Value& selected, Type type);
/// Every output is a list of text on the wire (4.4, end).
std::vector<std::string> to_wire(const Value& value);

}  // namespace stint::document

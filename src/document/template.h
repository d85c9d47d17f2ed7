// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

namespace stint::document {

/// One `{{ ... }}` of a document (spec 4.1).
struct Reference {
  enum class Kind : std::uint8_t {
    parameter,    ///< {{ name }}
    step_output,  ///< {{ step.Output }}
    variable,     ///< {{ variable:name }}
    system,       ///< {{ global:X }}, {{ automation:X }}: name is "global:X"
    ssm,          ///< {{ ssm:name }}: only in parameter defaults
  };
  Kind kind = Kind::parameter;
  std::string name;        ///< parameter, step, variable, or the whole system name
  std::string output;      ///< of a step
  std::int32_t step = -1;  ///< index of the step in Document::steps; -1: not a top-level step
  std::string text;        ///< as written between the braces, trimmed
  Where where;
};

/// Where references get their values. Answers nullptr for a value that is absent.
class Lookup {
 public:
  virtual ~Lookup() = default;
  virtual const Value* find(const Reference& reference) const = 0;
};

/// A tree of inputs with its references found once, when the document was read: constant parts are
/// shared Values, so resolving costs only what really changes.
class Template {
 public:
  Template() = default;
  /// Says which of the well-formed references count; the others stay text.
  using Filter = std::function<bool(const Reference&)>;
  /// Finds all well-formed references in `value`'s texts; other braces stay text (R7).
  static Template compile(const Value& value, const Filter& filter = {});

  bool constant() const { return kind_ == Kind::constant; }
  const Value& source() const { return source_; }  ///< as written in the document
  /// All references, in document order.
  std::vector<const Reference*> references() const;
  std::vector<Reference*> references();  ///< to bind Reference::step once the steps are known

  /// The value with rules R1-R7 and R11's list splice. Errors: Code::not_found, message
  /// "Failed to resolve input: step.Output." for the first absent reference (C-23).
  Result<Value> resolve(const Lookup& lookup) const;
  /// A whole-value reference that is absent gives none instead of an error (branch Variable).
  Result<std::optional<Value>> resolve_optional(const Lookup& lookup) const;

  /// Member of an object template / item of a list template, or nullptr.
  const Template* find(std::string_view key) const;
  const std::vector<Template>& items() const { return items_; }
  const std::vector<std::pair<std::string, Template>>& members() const { return members_; }
  bool is_list() const { return source_.is_list(); }
  bool is_object() const { return source_.is_object(); }
  /// The text is one reference and nothing else (R3), or nullptr.
  const Reference* whole_reference() const {
    return kind_ == Kind::whole ? &references_.front() : nullptr;
  }

 private:
  void compile_text(const Filter& filter);

  enum class Kind : std::uint8_t { constant, whole, text, list, object };
  Kind kind_ = Kind::constant;
  Value source_;
  std::vector<Reference> references_;                      // whole: one; text: between the pieces
  std::vector<std::string> pieces_;                        // text: references_.size() + 1
  std::vector<Template> items_;                            // list (kept for constants too)
  std::vector<std::pair<std::string, Template>> members_;  // object (kept for constants too)
};

/// A value inside longer text: decimal, true/false, compact JSON (R6, C-51).
std::string render(const Value& value);

}  // namespace stint::document

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "document/document.h"

/// What runbooks and Command documents share in reading.
namespace stint::document {

/// Makes the sentences of one document: "FILE:LINE:COL: step NAME: sentence".
class Reporter {
 public:
  Reporter(std::string source, std::vector<Remark>* remarks)
      : source_(std::move(source)), remarks_(remarks) {}
  std::unexpected<Error> error(Where where, std::string_view sentence) const;
  std::unexpected<Error> error(Where where, std::string_view step, std::string_view sentence) const;
  void remark(Where where, std::string sentence) const;
  const std::string& source() const { return source_; }

 private:
  std::string source_;
  std::vector<Remark>* remarks_;
};

struct TypeName {
  Type type;
  bool aws = false;  ///< an AWS:: type: texts are checked against its pattern
};
std::optional<TypeName> find_type(std::string_view name);
/// The pattern of an AWS:: type ("AWS::EC2::Instance::Id", "List<...>"); empty for plain types.
std::string_view aws_pattern(std::string_view type_name);

/// One entry of `parameters` (both kinds of document).
Result<Parameter> parse_parameter(const Reporter& report, const std::string& name,
                                  const Value& value, Where where);
/// Does a value have the type? JSON text counts for maps and lists of maps.
bool has_type(const Value& value, Type type);
/// A supplied value (typed, or a list of text as on the wire) as a typed one; null: it is not one.
std::optional<Value> typed_parameter(const Value& supplied, Type type);
/// allowedValues, allowedPattern, AWS:: patterns, lengths. The sentence of the first problem;
/// empty: none.
std::string parameter_problem(const Parameter& parameter, const Value& value);

/// true/false as a boolean or as text (2.1).
std::optional<bool> as_flag(const Value& value);
std::optional<std::int64_t> as_count(const Value& value);

}  // namespace stint::document

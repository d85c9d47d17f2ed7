// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "document/document.h"

/// Types of parameters, shared by Automation and Command documents.
namespace stint::document {

/// "String" ... and the AWS:: types (1.3). None: no such type. An AWS:: type that is not known
/// counts as text, or as a list of text in List<...>.
std::optional<Type> read_type(std::string_view name);
/// Whether it is one of the twelve types that 1.3 lists.
bool known_type(std::string_view name);
/// One of the six plain types, as outputs and variables have them.
std::optional<Type> read_plain_type(std::string_view name);

/// A default or a variable's value as the document writes it: exact types, but text holding JSON is
/// read for maps and lists, and numbers and booleans become text where text is wanted. None: wrong.
std::optional<Value> declared_value(const Value& written, Type type);

/// A supplied value, typed: either a list of texts as on the wire (C-12), or a value that has a
/// type already. None: it is not of that type.
std::optional<Value> supplied_value(const Value& given, Type type);

/// Checks the typed value against allowedValues, allowedPattern, lengths and the pattern of an
/// AWS:: type. The error's sentence is AWS's where one is known; it has no name yet.
Result<void> check_value(const Parameter& parameter, const Value& value);

/// All of the above for one set of supplied values: the effective parameters in the order of the
/// document. Undeclared names and missing ones are errors. `lookup` resolves defaults; null: the
/// references in them stay as they are written. `error_name` becomes the errors' wire name.
Result<Value> effective_values(const std::vector<Parameter>& parameters, const Value& supplied,
                               const Lookup* lookup, std::string_view error_name);

}  // namespace stint::document

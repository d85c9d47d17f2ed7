// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "aws/model.h"
#include "base/result.h"
#include "value/value.h"

/// XML bodies by the model, for query, ec2 and rest-xml; only src/aws/*.cc use them, and whoever
/// writes XML of another kind escape(). pugixml reads,
/// behind this header.
namespace stint::aws::xml {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Escapes text for an element or an attribute. Characters that XML 1.0 cannot hold become U+FFFD.
std::string escape(std::string_view text);
void append_escaped(std::string& out, std::string_view text);
/// `<name>escaped text</name>`
void append_element(std::string& out, std::string_view name, std::string_view text);

/// The members of a structure that belong in the body, as elements. `item_name` is what an
/// unnamed list item is called: "member", in ec2 "item".
void write_members(std::string& out, const Shape& structure, const Value& value,
                   std::string_view item_name);
/// One member as an element of that name (several for a flattened list), with its namespace.
void write_member(std::string& out, const Member& member, std::string_view name, const Value& value,
                  std::string_view item_name);

struct ReadOptions {
  /// The element below the root that holds the structure (a result wrapper), or empty: the root.
  std::string_view wrapper;
};
/// The value of a shape from the root element. An empty text is an empty structure. Errors:
/// Code::invalid without a name.
Result<Value> read(std::string_view text, const Shape& shape, const ReadOptions& options = {});

/// What an error body says, in any of the three forms (ErrorResponse/Error, Response/Errors/Error,
/// S3's bare Error); none: the text is no such body.
struct ErrorBody {
  std::string code, message;
};
std::optional<ErrorBody> read_error(std::string_view text);
/// The text of the root element, when it holds nothing else; none: it is not XML.
std::optional<std::string> read_root_text(std::string_view text);

}  // namespace stint::aws::xml

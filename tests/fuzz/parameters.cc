// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "document/document.h"
#include "targets.h"
#include "value/json.h"

namespace stint::fuzz {
namespace {

/// One parameter of each type.
const document::Document& types() {
  static const document::DocumentPtr read = [] {
    auto made = document::parse_document(
        "schemaVersion: '0.3'\n"
        "parameters:\n"
        "  S: {type: String, default: s, allowedPattern: '[a-z]+(?<!x)', maxChars: 9}\n"
        "  L: {type: StringList, default: [], maxItems: 3}\n"
        "  I: {type: Integer, default: 1}\n"
        "  B: {type: Boolean, default: false}\n"
        "  M: {type: StringMap, default: {}}\n"
        "  D: {type: MapList, default: []}\n"
        "  A: {type: 'List<AWS::EC2::Instance::Id>', default: []}\n"
        "mainSteps: [{name: s, action: 'aws:sleep', inputs: {Duration: PT1S}}]\n",
        {});
    STINT_CHECK(made.has_value());
    return *made;
  }();
  return *read;
}

struct Nothing final : document::Lookup {
  const Value* find(const document::Reference&) const override { return nullptr; }
};

}  // namespace

/// Parameters that are taken once are taken again as what they became; the conversions of outputs
/// answer on everything.
void parameters(std::string_view bytes) {
  auto given = parse_json(bytes);
  if (!given) return;
  auto typed = document::effective_parameters(types(), *given, Nothing());
  if (typed) {
    auto again = document::effective_parameters(types(), *typed, Nothing());
    STINT_CHECK(again && *again == *typed);
  }
  for (document::Type type :
       {document::Type::string, document::Type::string_list, document::Type::integer,
        document::Type::boolean, document::Type::string_map, document::Type::map_list}) {
    auto converted = document::convert_output(*given, type);
    if (converted && *converted) (void)document::to_wire(**converted);
  }
}

}  // namespace stint::fuzz

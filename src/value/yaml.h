// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "value/json.h"

namespace stint {

/// A remark about a text that was read all the same.
struct Remark {
  Where where;
  std::string message;
};

/// Reads one YAML document (yaml-cpp behind it) as the SSM service reads runbooks: YAML 1.1 core
/// scalars without timestamps; of the boolean words only true and false (C-02: yes, no, on, off
/// stay text, with a remark); duplicate keys are refused (C-03); anchors are bounded by the limits.
/// Line and column on every value and key. Errors as in parse_json.
Result<Value> parse_yaml(std::string_view text, std::vector<Remark>* remarks = nullptr,
                         const ReadLimits& limits = {});

/// JSON when the first character that is not blank is '{' or '[', else YAML.
Result<Value> parse_json_or_yaml(std::string_view text, std::vector<Remark>* remarks = nullptr,
                                 const ReadLimits& limits = {});

/// Block-style YAML that parse_yaml reads back equal; members in order.
std::string to_yaml(const Value& value);

}  // namespace stint

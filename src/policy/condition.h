// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/statement.h"

namespace stint::policy {

struct Request;

/// The operator that `name` stands for ("ForAllValues:StringLikeIfExists"), without key and values;
/// none when there is no such operator. Case counts, as in IAM.
std::optional<Condition> read_operator(std::string_view name);

/// Prepares one value of the policy for the operator; `variables`: the policy's version has them.
Operand prepare_operand(const Condition& condition, std::string_view written, bool variables);

/// "Evaluation logic" of IAM JSON policy elements: Condition:
/// - several values of the policy: any of them may match; for a negated operator none may;
/// - a key the request lacks: false, but true for a negated operator, IfExists and ForAllValues,
///   and false for ForAnyValue even when that is negated;
/// - without a set operator a key with several values matches when one of them does (a negated
///   operator: when none does).
bool holds(const Condition& condition, const Request& request);

}  // namespace stint::policy

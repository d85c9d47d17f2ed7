// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "engine/action.h"
#include "value/yaml.h"

/// The rows' functions; each is described in its .cc and in docs/actions.md.
namespace stint::actions {

engine::Move assert_aws_resource_property(const engine::Turn&);
engine::Move branch(const engine::Turn&);
engine::Move execute_automation(const engine::Turn&);
engine::Move execute_aws_api(const engine::Turn&);
engine::Move run_command(const engine::Turn&);
engine::Move sleep(const engine::Turn&);
engine::Move wait_for_aws_resource_property(const engine::Turn&);

/// Absent references become null: a comparison with them is false (spec 2.4).
Result<Value> resolve_branch(const document::Template&, const document::Lookup&);
std::vector<std::string> branch_targets(const Value& inputs);
/// Operators that there are, and two operands of And and Or (spec 1.5).
void check_branch(const Value& inputs, std::string_view step, std::vector<Remark>& problems);

}  // namespace stint::actions

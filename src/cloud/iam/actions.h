// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace stint::cloud::iam {

/// An action of some AWS service, embedded here or not. The table is made from botocore's models
/// (tools/make_actions.py), so permissions without an operation (iam:PassRole, ssmmessages:*) are
/// not in it.
struct KnownAction {
  std::string_view service;             ///< "ec2"
  std::string_view name;                ///< "StopInstances"
  std::vector<std::string_view> kinds;  ///< of what it must be told the names: "instance"
};

/// "ec2:StopInstances", ignoring case. None: no model has an operation that asks for it.
std::optional<KnownAction> find_action(std::string_view action);

/// Whether a model's actions have this prefix ("ec2"), ignoring case.
bool known_service(std::string_view prefix);

}  // namespace stint::cloud::iam

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "policy/policy.h"
#include "policy/principal.h"
#include "policy/statement.h"

/// How one statement meets one request: what evaluate() and explanations share.
namespace stint::policy {

/// The request's action in lower case, on the stack unless it is absurdly long.
class FoldedAction {
 public:
  explicit FoldedAction(std::string_view action);
  FoldedAction(const FoldedAction&) = delete;
  FoldedAction& operator=(const FoldedAction&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::array<char, 128> buffer_;
  std::string long_;
  std::string_view text_;
};

struct Asked {
  const Request& request;
  std::string_view action;  ///< in lower case
  bool bounded;             ///< a permissions boundary is set
};

bool action_fits(const Statement& statement, std::string_view action);
bool resource_fits(const Statement& statement, const Request& request);
/// Action, resource and conditions; principals are the caller's.
bool applies(const Statement& statement, const Asked& asked);
/// How far a statement with principals reaches who asks.
Reach reach_of(const Statement& statement, const Asked& asked);

}  // namespace stint::policy

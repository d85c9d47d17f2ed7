// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.h"

/// Looking into policies: what they ask for and which of their statements meet a request. For the
/// policy simulator of IAM and whoever else explains more than a decision.
namespace stint::policy {

/// The condition keys that a policy asks for, in its conditions and its variables, as written; each
/// once, ignoring case, in the order of the text.
std::vector<std::string> context_keys(const Document& document);

/// A statement that applies to a request.
struct Match {
  const Named* policy = nullptr;
  std::size_t statement = 0;
  bool deny = false;
};

/// What policies of one kind have to do with a request.
struct Inspection {
  std::vector<Match> matches;        ///< in the order of policies and statements
  std::vector<std::string> missing;  ///< keys that it took to tell and that the request lacks
};
/// `with_principals`: they are resource-based policies.
Inspection inspect(const std::vector<Named>& policies, const Request& request,
                   bool with_principals = false);

/// Where the statements of a policy's text stand, as the policy simulator counts: a statement
/// begins behind the bracket, or the statement, before it (a single one behind its own brace), and
/// ends behind its closing brace. Empty for a text that is no policy.
struct Span {
  Where start, end;
};
std::vector<Span> statement_spans(std::string_view text);

}  // namespace stint::policy

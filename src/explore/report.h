// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "explore/explore.h"

/// A report as people and other programs read it.
namespace stint::explore {

/// One screen a finding. `replay`: the command that repeats a case, but for its id.
std::string as_text(const Report& report, const std::string& replay);
/// One case, call by call.
std::string as_text(const Finding& finding);
/// interfaces.md: `cases`, `unclean`, `findings[]` at the top.
Value as_value(const Report& report);
Value as_value(const Finding& finding);
/// SARIF 2.1.0 (OASIS): one result a finding, at the step where it happens.
Value as_sarif(const Report& report, const document::Document& document, const std::string& file);
/// JUnit's XML: one test case a severity, failed by its findings.
std::string as_junit(const Report& report);
/// One page without anything from outside: the flow graph with the failing path, the findings.
std::string as_html(const Report& report, const document::Document& document);

}  // namespace stint::explore

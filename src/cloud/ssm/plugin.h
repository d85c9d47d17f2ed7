// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/ssm/agent.h"
#include "cloud/ssm/download.h"
#include "document/command.h"

/// The rules of the agent's plugins (spec/ssm-agent-protocol.md 6.3, 6.4), without any state.
namespace stint::cloud::ssm {

/// Parameters of a command, and platformType.
class PluginLookup final : public document::Lookup {
 public:
  explicit PluginLookup(const Value& parameters) : parameters_(parameters) {}
  const Value* find(const document::Reference& reference) const override;

 private:
  const Value& parameters_;
};

struct Precondition {
  bool met = true;
  bool broken = false;   ///< not a precondition that the agent knows
  std::string sentence;  ///< the condition as the agent writes it, or what is wrong with it
};
Precondition check_precondition(const Value& precondition, const PluginLookup& lookup);

/// runCommand: lines, or one text.
std::string script_text(const Value& lines);
/// 5 to 172800 s, as a number or as text; else 3600.
std::int64_t plugin_timeout(const Value& given);
/// onFailure: of the step, or among its inputs as older documents have it.
const std::string& exit_rule(const document::CommandStep& step);

/// At most 24000 characters, with the agent's mark at the end of what was cut.
std::string cut_stream(std::string_view text);

/// aws:updateSsmAgent. The agents here are part of the program: the version that there is, is the
/// newest, and there is no other to go to.
StepResult update_agent(const Value& inputs);
/// aws:configurePackage. There are no Distributor packages here, and it says so.
StepResult configure_package(const Value& inputs);

struct PluginOutcome {
  std::string status;
  int code = 0;
  std::string output, error;
  bool ends_command = false;  ///< exit codes 168 and 169: the steps that follow are skipped
};
/// What the end of a script means for its step.
PluginOutcome judge(const ProcessResult& result);

}  // namespace stint::cloud::ssm

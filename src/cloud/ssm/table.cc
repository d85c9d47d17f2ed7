// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/documents.h"
#include "cloud/ssm/operations.h"

namespace stint::cloud::ssm {
namespace {

/// Operations that name no resource ask for the account's whole Systems Manager.
Resources everything(const Call& call, const Value&) {
  return {fmt::format("arn:aws:ssm:{}:{}:*", call.region, call.account)};
}
Resources the_document(const Call& call, const Value& in) {
  const State* ssm = nullptr;
  if (auto account = call.state.accounts.find(call.account); account != call.state.accounts.end())
    if (auto region = account->second.regions.find(call.region);
        region != account->second.regions.end())
      ssm = &region->second.ssm;
  return {document_arn(ssm, call.region, call.account, in.text("Name"))};
}

constexpr Operation operations[] = {
    {"CancelCommand", cancel_command, everything},
    {"CreateDocument", create_document, the_document},
    {"DeleteDocument", delete_document, the_document},
    {"DeleteParameter", delete_parameter, parameter_resources},
    {"DescribeDocument", describe_document, the_document, nullptr, {}, true},
    {"DescribeInstanceInformation", describe_instance_information, everything, nullptr, {}, true},
    {"GetCommandInvocation", get_command_invocation, everything, nullptr, {}, true},
    {"GetDocument", get_document, the_document, nullptr, {}, true},
    {"GetParameter", get_parameter, parameter_resources, nullptr, {}, true},
    {"GetParameters", get_parameters, parameter_resources, nullptr, {}, true},
    {"ListCommandInvocations", list_command_invocations, everything, nullptr, {}, true},
    {"ListCommands", list_commands, everything, nullptr, {}, true},
    {"ListDocuments", list_documents, everything, nullptr, {}, true},
    {"PutParameter", put_parameter, parameter_resources},
    {"SendCommand", send_command, send_resources, send_context},
    {"UpdateDocument", update_document, the_document},
    {"UpdateDocumentDefaultVersion", update_document_default_version, the_document},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "ssm", .operations = operations};
}

}  // namespace stint::cloud::ssm

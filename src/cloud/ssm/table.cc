// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ssm/documents.h"
#include "cloud/ssm/operations.h"
#include "cloud/ssm/tags.h"

namespace stint::cloud::ssm {
namespace {

/// Operations that name no resource ask for the account's whole Systems Manager.
Resources everything(const Call& call, const Value&) {
  return {fmt::format("arn:aws:ssm:{}:{}:*", call.region, call.account)};
}
Resources the_document(const Call& call, const Value& in) {
  return {document_arn(look(call), call.region, call.account, in.text("Name"))};
}

/// Tags and type of the document that is named (Service Authorization Reference, "Condition keys
/// for AWS Systems Manager").
void document_context(const Call& call, const Value& in, policy::Context& out) {
  request_tags(in, out);
  if (!in.text("DocumentType").empty()) out.set("ssm:DocumentType", in.text("DocumentType"));
  const Document* document =
      find_usable(call.state, call.account, call.region, in.text("Name")).document;
  if (!document) return;
  resource_tags(document->tags, out);
  out.set("ssm:DocumentType", document->type);
}

constexpr Operation operations[] = {
    {"AddTagsToResource", add_tags_to_resource, tag_resources, tag_context},
    {"CancelCommand", cancel_command, everything},
    {"CreateDocument", create_document, the_document, document_context},
    {"DeleteDocument", delete_document, the_document, document_context},
    {"DeleteInventory", delete_inventory, everything},
    {"DeleteParameter", delete_parameter, parameter_resources, parameter_context},
    {"DeleteParameters", delete_parameters, parameter_resources},
    {"DescribeDocument", describe_document, the_document, document_context, {}, true},
    {"DescribeDocumentPermission",
     describe_document_permission,
     the_document,
     document_context,
     {},
     true},
    {"DescribeInstanceInformation", describe_instance_information, everything, nullptr, {}, true},
    {"DescribeInventoryDeletions", describe_inventory_deletions, everything, nullptr, {}, true},
    {"DescribeParameters", describe_parameters, everything, nullptr, {}, true},
    {"GetCommandInvocation", get_command_invocation, everything, nullptr, {}, true},
    {"GetConnectionStatus", get_connection_status, connection_resource, nullptr, {}, true},
    {"GetDocument", get_document, the_document, document_context, {}, true},
    {"GetInventory", get_inventory, everything, nullptr, {}, true},
    {"GetInventorySchema", get_inventory_schema, everything, nullptr, {}, true},
    {"GetParameter", get_parameter, parameter_resources, parameter_context, {}, true},
    {"GetParameterHistory",
     get_parameter_history,
     parameter_resources,
     parameter_context,
     {},
     true},
    {"GetParameters", get_parameters, parameter_resources, parameter_context, {}, true},
    {"GetParametersByPath",
     get_parameters_by_path,
     parameter_resources,
     parameter_context,
     {},
     true},
    {"GetServiceSetting", get_service_setting, setting_resources, nullptr, {}, true},
    {"LabelParameterVersion", label_parameter_version, parameter_resources, parameter_context},
    {"ListCommandInvocations", list_command_invocations, everything, nullptr, {}, true},
    {"ListCommands", list_commands, everything, nullptr, {}, true},
    {"ListComplianceItems", list_compliance_items, everything, nullptr, {}, true},
    {"ListComplianceSummaries", list_compliance_summaries, everything, nullptr, {}, true},
    {"ListDocumentMetadataHistory",
     list_document_metadata_history,
     the_document,
     document_context,
     {},
     true},
    {"ListDocumentVersions", list_document_versions, the_document, document_context, {}, true},
    {"ListDocuments", list_documents, everything, nullptr, {}, true},
    {"ListInventoryEntries", list_inventory_entries, node_resource, nullptr, {}, true},
    {"ListResourceComplianceSummaries",
     list_resource_compliance_summaries,
     everything,
     nullptr,
     {},
     true},
    {"ListTagsForResource", list_tags_for_resource, tag_resources, tag_context, {}, true},
    {"ModifyDocumentPermission", modify_document_permission, the_document, document_context},
    {"PutComplianceItems", put_compliance_items, everything},
    {"PutInventory", put_inventory, node_resource},
    {"PutParameter", put_parameter, parameter_resources, parameter_context},
    {"RemoveTagsFromResource", remove_tags_from_resource, tag_resources, tag_context},
    {"ResetServiceSetting", reset_service_setting, setting_resources},
    {"SendCommand", send_command, send_resources, send_context},
    {"UnlabelParameterVersion", unlabel_parameter_version, parameter_resources, parameter_context},
    {"UpdateDocument", update_document, the_document, document_context},
    {"UpdateDocumentDefaultVersion", update_document_default_version, the_document,
     document_context},
    {"UpdateDocumentMetadata", update_document_metadata, the_document, document_context},
    {"UpdateServiceSetting", update_service_setting, setting_resources},
};
static_assert(std::ranges::is_sorted(operations, {}, &Operation::name));

}  // namespace

ServiceTable table() {
  return {.service = "ssm", .operations = operations};
}

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/cloud.h"

/// The operations of Systems Manager, for its table.
namespace stint::cloud::ssm {

using Resources = std::vector<std::string>;

// documents.cc
Result<Value> create_document(Call& call, const Value& in);
Result<Value> delete_document(Call& call, const Value& in);
Result<Value> describe_document(Call& call, const Value& in);
Result<Value> get_document(Call& call, const Value& in);
Result<Value> update_document(Call& call, const Value& in);
Result<Value> update_document_default_version(Call& call, const Value& in);

// document_lists.cc
Result<Value> list_document_versions(Call& call, const Value& in);
Result<Value> list_documents(Call& call, const Value& in);

// document_reviews.cc
Result<Value> list_document_metadata_history(Call& call, const Value& in);
Result<Value> update_document_metadata(Call& call, const Value& in);

// document_sharing.cc
Result<Value> describe_document_permission(Call& call, const Value& in);
Result<Value> modify_document_permission(Call& call, const Value& in);

// commands.cc
Result<Value> cancel_command(Call& call, const Value& in);
Result<Value> send_command(Call& call, const Value& in);
Resources send_resources(const Call& call, const Value& in);
void send_context(const Call& call, const Value& in, policy::Context& out);

// invocations.cc
Result<Value> get_command_invocation(Call& call, const Value& in);
Result<Value> list_command_invocations(Call& call, const Value& in);
Result<Value> list_commands(Call& call, const Value& in);

// node_lists.cc
Result<Value> describe_instance_information(Call& call, const Value& in);
Result<Value> get_connection_status(Call& call, const Value& in);
Resources connection_resource(const Call& call, const Value& in);

// parameters.cc
Result<Value> delete_parameter(Call& call, const Value& in);
Result<Value> delete_parameters(Call& call, const Value& in);
Result<Value> label_parameter_version(Call& call, const Value& in);
Result<Value> put_parameter(Call& call, const Value& in);
Result<Value> unlabel_parameter_version(Call& call, const Value& in);

// parameter_names.cc
Resources parameter_resources(const Call& call, const Value& in);
void parameter_context(const Call& call, const Value& in, policy::Context& out);

// parameter_reads.cc
Result<Value> describe_parameters(Call& call, const Value& in);
Result<Value> get_parameter(Call& call, const Value& in);
Result<Value> get_parameter_history(Call& call, const Value& in);
Result<Value> get_parameters(Call& call, const Value& in);
Result<Value> get_parameters_by_path(Call& call, const Value& in);

// settings.cc
Result<Value> get_service_setting(Call& call, const Value& in);
Result<Value> reset_service_setting(Call& call, const Value& in);
Result<Value> update_service_setting(Call& call, const Value& in);
Resources setting_resources(const Call& call, const Value& in);

// tags.cc
Result<Value> add_tags_to_resource(Call& call, const Value& in);
Result<Value> list_tags_for_resource(Call& call, const Value& in);
Result<Value> remove_tags_from_resource(Call& call, const Value& in);
Resources tag_resources(const Call& call, const Value& in);
void tag_context(const Call& call, const Value& in, policy::Context& out);

// inventory_deletions.cc
Result<Value> delete_inventory(Call& call, const Value& in);
Result<Value> describe_inventory_deletions(Call& call, const Value& in);

// inventory.cc, inventory_lists.cc
Result<Value> get_inventory(Call& call, const Value& in);
Result<Value> get_inventory_schema(Call& call, const Value& in);
Result<Value> list_inventory_entries(Call& call, const Value& in);
Result<Value> put_inventory(Call& call, const Value& in);
Resources node_resource(const Call& call, const Value& in);

// compliance.cc, compliance_summaries.cc
Result<Value> list_compliance_items(Call& call, const Value& in);
Result<Value> list_compliance_summaries(Call& call, const Value& in);
Result<Value> list_resource_compliance_summaries(Call& call, const Value& in);
Result<Value> put_compliance_items(Call& call, const Value& in);

}  // namespace stint::cloud::ssm

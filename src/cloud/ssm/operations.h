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
Result<Value> list_documents(Call& call, const Value& in);
Result<Value> update_document(Call& call, const Value& in);
Result<Value> update_document_default_version(Call& call, const Value& in);

// commands.cc
Result<Value> cancel_command(Call& call, const Value& in);
Result<Value> send_command(Call& call, const Value& in);
Resources send_resources(const Call& call, const Value& in);
void send_context(const Call& call, const Value& in, policy::Context& out);

// invocations.cc
Result<Value> get_command_invocation(Call& call, const Value& in);
Result<Value> list_command_invocations(Call& call, const Value& in);
Result<Value> list_commands(Call& call, const Value& in);

// nodes.cc
Result<Value> describe_instance_information(Call& call, const Value& in);

// parameters.cc
Result<Value> delete_parameter(Call& call, const Value& in);
Result<Value> get_parameter(Call& call, const Value& in);
Result<Value> get_parameters(Call& call, const Value& in);
Result<Value> put_parameter(Call& call, const Value& in);
Resources parameter_resources(const Call& call, const Value& in);

}  // namespace stint::cloud::ssm

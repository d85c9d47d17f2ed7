// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "cloud/cloud.h"

namespace stint::cloud::ssm {

/// What a document's content must be before SSM takes it: text of its format, and a document of its
/// type. Answers the content as a Value. Errors: InvalidDocumentContent,
/// InvalidDocumentSchemaVersion.
Result<Value> check_document(const Call& call, const std::string& name, const std::string& type,
                             const std::string& format, const std::string& content);

}  // namespace stint::cloud::ssm

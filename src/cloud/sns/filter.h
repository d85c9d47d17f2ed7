// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "value/value.h"

/// Filter policies of subscriptions (SNS Developer Guide, "Amazon SNS message filtering").
namespace stint::cloud::sns {

/// Errors: InvalidParameter.
Result<void> check_filter(const std::string& policy);

/// Whether a message passes: its attributes ({name: {DataType, StringValue}}), or for the scope
/// MessageBody the JSON of its text.
bool passes_filter(const std::string& policy, bool of_body, const Value& attributes,
                   const std::string& message);

}  // namespace stint::cloud::sns

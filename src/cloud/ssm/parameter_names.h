// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// How parameters are named and found.
namespace stint::cloud::ssm {

/// What a name in a request means: "name", "name:3", "name:label", or an ARN of these.
struct Wanted {
  std::string name;
  std::string selector;  ///< version or label; empty: the newest
};
Wanted read_name(std::string_view given);

/// "arn:aws:ssm:REGION:ACCOUNT:parameter/NAME"; public ones have no account.
std::string parameter_arn(const Call& call, std::string_view name);

/// Whether a new parameter may have the name (Systems Manager User Guide, "Requirements and
/// constraints for parameter names"). Errors: ValidationException, AccessDeniedException for
/// AWS's own, HierarchyLevelLimitExceededException.
Result<void> check_name(const Call& call, const std::string& name);

/// The account's own parameter, unless its Expiration policy has ended it, or a public one.
std::shared_ptr<const Parameter> find_parameter(Call& call, std::string_view name);
inline bool expired(const Parameter& parameter, Time now) {
  return parameter.newest().expires && now >= *parameter.newest().expires;
}

/// The version that a selector means, or nullptr.
const ParameterVersion* select_version(const Parameter& parameter, std::string_view selector);

/// The public parameters that a Region has below "/aws/service/": the images of Amazon Linux.
std::shared_ptr<const Parameter> public_parameter(std::string_view region, std::string_view name);
std::vector<std::string> public_names();

/// A parameter as GetParameter shows it. A SecureString that is to be decrypted needs kms:Decrypt
/// when its key is not the account's default one. Errors: AccessDeniedException, InvalidKeyId.
Result<Value> show_parameter(Call& call, const Parameter& parameter,
                             const ParameterVersion& version, std::string_view selector,
                             bool decrypt);
/// Value of a version, as show_parameter has it.
Result<std::string> shown_value(Call& call, const Parameter& parameter,
                                const ParameterVersion& version, bool decrypt);
/// Policies[] of a version; a null value when there are none.
Value shown_policies(const ParameterVersion& version);

/// A parameter's key, as kms:Decrypt and kms:Encrypt are asked for it; empty: the default one.
std::string key_resource(const Call& call, const std::string& key_id);

std::unexpected<Error> no_parameter(std::string_view name);
std::unexpected<Error> no_parameter_version(std::string_view name, std::string_view selector);

}  // namespace stint::cloud::ssm

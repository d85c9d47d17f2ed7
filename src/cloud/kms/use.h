// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/kms/keys.h"

/// What other services ask of KMS on their callers' behalf.
namespace stint::cloud::kms {

/// A new symmetric key with material from the state's generator; not yet in any table.
Key new_key(Call& call, const Place& place, std::string policy);
std::string random_bytes(Call& call, std::size_t count);

/// Makes the key that AWS manages for a service in the caller's account when `given` names it
/// ("alias/aws/s3", or its ARN) and it is not there yet. Anything else is left alone.
Result<void> make_service_key(Call& call, std::string_view given);

/// The ARN of the key that `given` names for a service ("s3", "ssm", "ebs"); empty: the one that
/// AWS manages, made on first use. Errors: as find_key.
Result<std::string> service_key(Call& call, std::string_view service, std::string_view given);

/// May the caller use the key through the service, and is it in a state to be used? `action` is
/// "kms:GenerateDataKey", "kms:Decrypt", ... Errors: AccessDenied as the calling service spells it,
/// NotFoundException, DisabledException, KMSInvalidStateException.
Result<void> use_key(Call& call, std::string_view arn, std::string_view action,
                     std::string_view service, const Pairs& context);

/// Encrypts with a key that use_key allowed.
Result<std::string> encrypt_for(Call& call, std::string_view arn, std::string_view plaintext,
                                const Pairs& context);

}  // namespace stint::cloud::kms

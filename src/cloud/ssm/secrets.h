// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "cloud/ssm/state.h"

/// SecureString values: in the state they are only ever sealed, with a key of the account.
namespace stint::cloud::ssm {

/// What the state holds of a SecureString, in base64. It looks like a ciphertext of KMS, and is
/// what a caller sees that does not ask WithDecryption. Makes the account's key if there is none.
std::string seal_value(State& ssm, Random& random, std::string_view name, int version,
                       std::string_view value);

/// The value again. Errors: InvalidKeyId, when the key is not the one it was sealed with.
Result<std::string> open_value(const State& ssm, std::string_view name,
                               const ParameterVersion& version);

}  // namespace stint::cloud::ssm

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/hash.h"

namespace stint {

/// `plain`, encrypted and authenticated (AES-256-GCM): nonce, ciphertext, tag. `context` is not
/// part of it, but must be the same to open it. The nonce follows from what is sealed, so the same
/// seal comes out each time and no nonce meets two texts under one key.
std::string seal(const Sha256& key, std::string_view plain, std::string_view context);
/// Errors: Code::invalid; it was sealed with another key or context, or was changed.
Result<std::string> unseal(const Sha256& key, std::string_view sealed, std::string_view context);

}  // namespace stint

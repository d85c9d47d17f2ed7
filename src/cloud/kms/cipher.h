// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/kms/keys.h"

/// AES-256-GCM, and what a CiphertextBlob is made of: the key's ARN, the initialisation vector, the
/// tag and the encrypted bytes. The encryption context and the ARN are authenticated with them.
namespace stint::cloud::kms {

/// A blob. `iv` has 12 bytes and is used once a key.
std::string seal(const Key& key, std::string_view iv, std::string_view plaintext,
                 const Pairs& context);

/// The ARN of the key that a blob was made with. Errors: InvalidCiphertextException.
Result<std::string> key_of_blob(std::string_view blob);
/// The bytes. Errors: InvalidCiphertextException (damaged, or of another context).
Result<std::string> unseal(const Key& key, std::string_view blob, const Pairs& context);

std::unexpected<Error> invalid_ciphertext();

}  // namespace stint::cloud::kms

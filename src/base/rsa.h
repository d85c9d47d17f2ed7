// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace stint {

/// Whether `signature` is RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3) of `data` by
/// the holder of a public key in PEM ("-----BEGIN PUBLIC KEY-----"). False for anything else, also
/// for a key of another kind or of fewer than 2048 bits.
bool verify_rs256(std::string_view public_pem, std::string_view data, std::string_view signature);

/// The PEM of a public key given as a JSON Web Key's modulus and exponent (raw bytes). Error:
/// Code::invalid.
Result<std::string> rsa_public_pem(std::string_view modulus, std::string_view exponent);

/// Whether a text is a public RSA key in PEM that verify_rs256 takes.
bool is_rsa_public_pem(std::string_view text);

}  // namespace stint

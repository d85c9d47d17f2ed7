// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace stint {

/// A key pair for SSH. As good as the generator that it came from: not for anything real.
struct SshKey {
  std::string private_pem;  ///< PKCS #1 for RSA, OpenSSH's own form for Ed25519
  std::string public_key;   ///< "ssh-rsa AAAA..."
  std::string fingerprint;  ///< as EC2 shows that of a key it made
};
/// 2048 bits; takes tens of milliseconds.
SshKey make_rsa_key(Random& random);
SshKey make_ed25519_key(Random& random);

/// "rsa" or "ed25519" and the fingerprint that EC2 gives an imported key (MD5 of the public key in
/// DER; for Ed25519 SHA-256 of the key as SSH has it). Errors: Code::invalid for anything else.
struct ImportedKey {
  std::string type, fingerprint;
};
Result<ImportedKey> read_ssh_public_key(std::string_view text);

}  // namespace stint

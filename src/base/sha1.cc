// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/sha1.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace stint {

std::string sha1(std::string_view data) {
  std::string digest(20, '\0');
  STINT_CHECK(EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()),
                         nullptr, EVP_sha1(), nullptr));
  return digest;
}

}  // namespace stint

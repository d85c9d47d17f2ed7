// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/seal.h"

#include <openssl/evp.h>

#include <memory>

#include "base/bytes.h"
#include "base/check.h"

namespace stint {
namespace {

constexpr std::size_t nonce_size = 12, tag_size = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

std::string_view text_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string seal(const Sha256& key, std::string_view plain, std::string_view context) {
  // Lengths first, so that no two pairs of context and text look alike.
  const std::string named = std::to_string(context.size()) + ':' + std::string(context);
  const Sha256 digest = hmac_sha256(text_of(key), named + std::string(plain));
  std::string out(text_of(digest).substr(0, nonce_size));
  std::string text(plain.size(), '\0'), tag(tag_size, '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  STINT_CHECK(cipher && EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                           bytes_of(std::string_view(out))));
  STINT_CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes_of(context),
                                static_cast<int>(context.size())));
  STINT_CHECK(EVP_EncryptUpdate(cipher.get(), bytes_of(text), &length, bytes_of(plain),
                                static_cast<int>(plain.size())));
  STINT_CHECK(EVP_EncryptFinal_ex(cipher.get(), bytes_of(tag), &length));
  STINT_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size),
                                  tag.data()));
  return out + text + tag;
}

Result<std::string> unseal(const Sha256& key, std::string_view sealed, std::string_view context) {
  const auto broken = [] { return fail(Code::invalid, "the seal is broken"); };
  if (sealed.size() < nonce_size + tag_size) return broken();
  const std::string_view nonce = sealed.substr(0, nonce_size);
  const std::string_view text = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
  std::string tag(sealed.substr(sealed.size() - tag_size)), plain(text.size(), '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  STINT_CHECK(cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                           bytes_of(nonce)));
  if (!EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes_of(context),
                         static_cast<int>(context.size())) ||
      !EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &length, bytes_of(text),
                         static_cast<int>(text.size())) ||
      !EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size),
                           tag.data()))
    return broken();
  std::string rest(tag_size, '\0');
  if (EVP_DecryptFinal_ex(cipher.get(), bytes_of(rest), &length) <= 0) return broken();
  return plain;
}

}  // namespace stint

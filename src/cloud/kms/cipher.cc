// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/kms/cipher.h"

#include <openssl/evp.h>

#include <memory>

#include "base/check.h"
#include "base/hash.h"

namespace stint::cloud::kms {
namespace {

constexpr std::string_view magic("\x01\x02\x02\x00", 4);
constexpr std::size_t iv_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t longest_arn = 2048;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void append_sized(std::string& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>((text.size() >> shift) & 0xFF);
  out += text;
}

/// Each part with its length, so that no two contexts read alike.
std::string authenticated(const Key& key, const Pairs& context) {
  std::string out(magic);
  append_sized(out, key.arn);
  for (const auto& [name, value] : context) {
    append_sized(out, name);
    append_sized(out, value);
  }
  return out;
}

std::string material_of(const Key& key) {
  auto material = from_base64(key.material);
  // A world file may hold anything as material.
  if (material && material->size() == 32) return *material;
  const Sha256 digest = sha256(key.material);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct Blob {
  std::string_view arn, iv, tag, text;
};

Result<Blob> read(std::string_view blob) {
  if (!blob.starts_with(magic)) return invalid_ciphertext();
  blob.remove_prefix(magic.size());
  if (blob.size() < 2) return invalid_ciphertext();
  const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(blob[0])) << 8 |
                             static_cast<unsigned char>(blob[1]);
  blob.remove_prefix(2);
  if (length > longest_arn || blob.size() < length + iv_size + tag_size)
    return invalid_ciphertext();
  Blob out;
  out.arn = blob.substr(0, length);
  out.iv = blob.substr(length, iv_size);
  out.tag = blob.substr(length + iv_size, tag_size);
  out.text = blob.substr(length + iv_size + tag_size);
  return out;
}

}  // namespace

std::unexpected<Error> invalid_ciphertext() {
  return fault("InvalidCiphertextException", "");
}

std::string seal(const Key& key, std::string_view iv, std::string_view plaintext,
                 const Pairs& context) {
  STINT_CHECK(iv.size() == iv_size);
  const std::string material = material_of(key), aad = authenticated(key, context);
  std::string text(plaintext.size(), '\0'), tag(tag_size, '\0');
  CipherContext cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  STINT_CHECK(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(material),
                                 bytes_of(iv)) == 1);
  STINT_CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes_of(aad),
                                static_cast<int>(aad.size())) == 1);
  STINT_CHECK(EVP_EncryptUpdate(cipher.get(), bytes_of(text), &length, bytes_of(plaintext),
                                static_cast<int>(plaintext.size())) == 1);
  STINT_CHECK(EVP_EncryptFinal_ex(cipher.get(), bytes_of(text) + length, &length) == 1);
  STINT_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1);
  std::string out(magic);
  out += static_cast<char>(key.arn.size() >> 8);
  out += static_cast<char>(key.arn.size() & 0xFF);
  out += key.arn;
  out += iv;
  out += tag;
  return out + text;
}

Result<std::string> key_of_blob(std::string_view blob) {
  const Blob parts = TRY(read(blob));
  return std::string(parts.arn);
}

Result<std::string> unseal(const Key& key, std::string_view blob, const Pairs& context) {
  const Blob parts = TRY(read(blob));
  const std::string material = material_of(key), aad = authenticated(key, context);
  std::string text(parts.text.size(), '\0'), tag(parts.tag);
  CipherContext cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  STINT_CHECK(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(material),
                                 bytes_of(parts.iv)) == 1);
  STINT_CHECK(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes_of(aad),
                                static_cast<int>(aad.size())) == 1);
  STINT_CHECK(EVP_DecryptUpdate(cipher.get(), bytes_of(text), &length, bytes_of(parts.text),
                                static_cast<int>(parts.text.size())) == 1);
  STINT_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), bytes_of(text) + length, &length) != 1)
    return invalid_ciphertext();
  return text;
}

}  // namespace stint::cloud::kms

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "base/check.h"

namespace stint {
namespace {
constexpr char hex_digits[] = "0123456789abcdef";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// -1: not a digit of base64.
constexpr std::array<std::int8_t, 256> base64_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 64; ++i)
    values[static_cast<unsigned char>(base64_digits[i])] = static_cast<std::int8_t>(i);
  return values;
}();

/// OpenSSL 3 looks an algorithm up by its name at every use of EVP_sha256(), which costs more than
/// hashing a short text does; this one was looked up once. A constant of the program.
const EVP_MD* sha256_method() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  STINT_CHECK(found);
  return found;
}

struct FreeHashing {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// The hash of two texts, one after the other.
void hash_both(EVP_MD_CTX* context, std::string_view first, std::string_view second,
               Sha256& digest) {
  STINT_CHECK(EVP_DigestInit_ex2(context, sha256_method(), nullptr) &&
              EVP_DigestUpdate(context, first.data(), first.size()) &&
              EVP_DigestUpdate(context, second.data(), second.size()) &&
              EVP_DigestFinal_ex(context, digest.data(), nullptr));
}

std::string_view digest_text(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
}  // namespace

Sha256 sha256(std::string_view data) {
  Sha256 digest{};
  STINT_CHECK(
      EVP_Digest(data.data(), data.size(), digest.data(), nullptr, sha256_method(), nullptr));
  return digest;
}

/// RFC 2104, on the hash itself: OpenSSL's HMAC() looks up three algorithms by their names.
Sha256 hmac_sha256(std::string_view key, std::string_view data) {
  constexpr std::size_t block = 64;
  const Sha256 short_key = key.size() > block ? sha256(key) : Sha256{};
  if (key.size() > block) key = digest_text(short_key);
  std::array<char, block> inner, outer;
  for (std::size_t i = 0; i < block; ++i) {
    const auto byte = static_cast<unsigned char>(i < key.size() ? key[i] : 0);
    inner[i] = static_cast<char>(byte ^ 0x36);
    outer[i] = static_cast<char>(byte ^ 0x5c);
  }
  const std::unique_ptr<EVP_MD_CTX, FreeHashing> context(EVP_MD_CTX_new());
  STINT_CHECK(context);
  Sha256 digest{};
  hash_both(context.get(), {inner.data(), block}, data, digest);
  const Sha256 first = digest;
  hash_both(context.get(), {outer.data(), block}, digest_text(first), digest);
  OPENSSL_cleanse(inner.data(), block);
  OPENSSL_cleanse(outer.data(), block);
  return digest;
}

std::string md5(std::string_view data) {
  std::string digest(16, '\0');
  STINT_CHECK(EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()),
                         nullptr, EVP_md5(), nullptr));
  return digest;
}

std::string hex(std::string_view bytes) {
  std::string out(bytes.size() * 2, '\0');
  char* to = out.data();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *to++ = hex_digits[byte >> 4];
    *to++ = hex_digits[byte & 15];
  }
  return out;
}

std::string hex(const Sha256& digest) {
  return hex(digest_text(digest));
}

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < have ? bytes_of(bytes)[i + j] : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      out += j <= have ? base64_digits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  const auto bad = [] { return fail(Code::invalid, "the text is not well-formed base64"); };
  if (text.size() % 4 != 0) return bad();
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t padding = !last ? 0 : text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const int value =
          j < 4 - padding ? base64_values[static_cast<unsigned char>(text[i + j])] : 0;
      if (value < 0) return bad();
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    // Bits that the padding drops must be zero: otherwise two texts stand for the same bytes.
    if (padding && (group & ((1u << (8 * padding)) - 1))) return bad();
    for (std::size_t j = 0; j < 3 - padding; ++j)
      out += static_cast<char>(group >> (16 - 8 * j) & 255);
  }
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint64_t fnv1a(std::string_view data) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : data) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  return hash;
}

}  // namespace stint

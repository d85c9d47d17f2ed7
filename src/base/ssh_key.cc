// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// PKCS #1 and PKCS #8 (RFC 8017, RFC 5958), SSH's forms (RFC 4253, OpenSSH PROTOCOL.key).
#include "base/ssh_key.h"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "base/sha1.h"
#include "base/text.h"

namespace stint {
namespace {

struct FreeNumber {
  void operator()(BIGNUM* n) const { BN_clear_free(n); }
};
struct FreeContext {
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};
struct FreeKey {
  void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;
using Context = std::unique_ptr<BN_CTX, FreeContext>;

Number number() {
  return Number(BN_new());
}

std::string random_bytes(Random& random, std::size_t count) {
  std::string out;
  while (out.size() < count) {
    std::uint64_t next = random.next();
    for (int i = 0; i < 8 && out.size() < count; ++i, next >>= 8)
      out += static_cast<char>(next & 0xff);
  }
  return out;
}

/// DER: tag, length, content.
std::string der(char tag, std::string_view content) {
  std::string out(1, tag);
  if (content.size() < 128) {
    out += static_cast<char>(content.size());
  } else {
    std::string length;
    for (std::size_t rest = content.size(); rest; rest >>= 8)
      length.insert(length.begin(), static_cast<char>(rest & 0xff));
    out += static_cast<char>(0x80 | length.size());
    out += length;
  }
  return out.append(content);
}

/// Big-endian, with a zero in front when it would look negative.
std::string signed_bytes(const BIGNUM* n) {
  std::string out(static_cast<std::size_t>(BN_num_bytes(n)), '\0');
  BN_bn2bin(n, reinterpret_cast<unsigned char*>(out.data()));
  if (out.empty() || (out[0] & 0x80)) out.insert(out.begin(), '\0');
  return out;
}

std::string pem(std::string_view name, std::string_view bytes) {
  std::string out = "-----BEGIN " + std::string(name) + "-----\n";
  const std::string text = base64(bytes);
  for (std::size_t at = 0; at < text.size(); at += 64) out += text.substr(at, 64) + "\n";
  return out + "-----END " + std::string(name) + "-----";
}

std::string with_colons(std::string_view bytes) {
  const std::string digits = hex(bytes);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    out += (out.empty() ? "" : ":") + digits.substr(i, 2);
  return out;
}

std::string ssh_string(std::string_view text) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(text.size() >> shift & 0xff);
  return out.append(text);
}

/// The identifier of RSA, and the same for a public key.
std::string rsa_algorithm() {
  return der(0x30, std::string("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 13));
}

Number random_prime(Random& random, BN_CTX* context) {
  constexpr std::size_t bytes = 128;
  while (true) {
    std::string candidate = random_bytes(random, bytes);
    candidate.front() = static_cast<char>(candidate.front() | 0xc0);
    candidate.back() = static_cast<char>(candidate.back() | 1);
    Number prime(BN_bin2bn(reinterpret_cast<const unsigned char*>(candidate.data()),
                           static_cast<int>(candidate.size()), nullptr));
    if (BN_mod_word(prime.get(), 65537) == 1) continue;
    if (BN_check_prime(prime.get(), context, nullptr) == 1) return prime;
  }
}

/// Takes a string off an SSH blob; none: it is too short.
std::optional<std::string_view> take(std::string_view& blob) {
  if (blob.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(blob[i]);
  if (blob.size() - 4 < size) return std::nullopt;
  std::string_view out = blob.substr(4, size);
  blob.remove_prefix(4 + size);
  return out;
}

std::string ed25519_fingerprint(std::string_view blob) {
  const Sha256 digest = sha256(blob);
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

SshKey make_rsa_key(Random& random) {
  Context context(BN_CTX_new());
  Number p = random_prime(random, context.get()), q = random_prime(random, context.get());
  if (BN_cmp(p.get(), q.get()) < 0) std::swap(p, q);
  Number n = number(), e = number(), phi = number(), p1 = number(), q1 = number(), dp = number(),
         dq = number();
  BN_set_word(e.get(), 65537);
  BN_mul(n.get(), p.get(), q.get(), context.get());
  BN_sub(p1.get(), p.get(), BN_value_one());
  BN_sub(q1.get(), q.get(), BN_value_one());
  BN_mul(phi.get(), p1.get(), q1.get(), context.get());
  Number d(BN_mod_inverse(nullptr, e.get(), phi.get(), context.get()));
  Number inverse(BN_mod_inverse(nullptr, q.get(), p.get(), context.get()));
  STINT_CHECK(d && inverse);
  BN_mod(dp.get(), d.get(), p1.get(), context.get());
  BN_mod(dq.get(), d.get(), q1.get(), context.get());
  std::string members = der(0x02, std::string(1, '\0'));
  for (const Number* part : {&n, &e, &d, &p, &q, &dp, &dq, &inverse})
    members += der(0x02, signed_bytes(part->get()));
  const std::string pkcs1 = der(0x30, members);
  const std::string pkcs8 =
      der(0x30, der(0x02, std::string(1, '\0')) + rsa_algorithm() + der(0x04, pkcs1));
  const std::string blob =
      ssh_string("ssh-rsa") + ssh_string(signed_bytes(e.get())) + ssh_string(signed_bytes(n.get()));
  return {.private_pem = pem("RSA PRIVATE KEY", pkcs1),
          .public_key = "ssh-rsa " + base64(blob),
          .fingerprint = with_colons(sha1(pkcs8))};
}

SshKey make_ed25519_key(Random& random) {
  const std::string seed = random_bytes(random, 32);
  std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(seed.data()), 32));
  std::string open(32, '\0');
  std::size_t size = open.size();
  STINT_CHECK(key && EVP_PKEY_get_raw_public_key(
                         key.get(), reinterpret_cast<unsigned char*>(open.data()), &size) == 1);
  const std::string blob = ssh_string("ssh-ed25519") + ssh_string(open);
  const std::string check = random_bytes(random, 4);
  std::string secret = check + check + blob + ssh_string(seed + open) + ssh_string("");
  for (char pad = 1; secret.size() % 8; ++pad) secret += pad;
  const std::string whole = std::string("openssh-key-v1\0", 15) + ssh_string("none") +
                            ssh_string("none") + ssh_string("") + std::string("\0\0\0\1", 4) +
                            ssh_string(blob) + ssh_string(secret);
  return {.private_pem = pem("OPENSSH PRIVATE KEY", whole),
          .public_key = "ssh-ed25519 " + base64(blob),
          .fingerprint = ed25519_fingerprint(blob)};
}

Result<ImportedKey> read_ssh_public_key(std::string_view text) {
  const auto bad = [] { return fail(Code::invalid, "This is no public key of SSH."); };
  const std::vector<std::string_view> words = split(trim(text), ' ');
  if (words.size() < 2) return bad();
  const auto blob = from_base64(words[1]);
  if (!blob) return bad();
  std::string_view rest = *blob;
  const auto kind = take(rest);
  if (!kind || *kind != words[0]) return bad();
  if (*kind == "ssh-ed25519") {
    const auto open = take(rest);
    if (!open || open->size() != 32 || !rest.empty()) return bad();
    return ImportedKey{"ed25519", ed25519_fingerprint(*blob)};
  }
  const auto e = take(rest);
  const auto n = take(rest);
  if (*kind != "ssh-rsa" || !e || !n || e->empty() || n->size() < 128 || !rest.empty())
    return bad();
  const std::string key = der(0x30, der(0x02, *n) + der(0x02, *e));
  const std::string info = der(0x30, rsa_algorithm() + der(0x03, std::string(1, '\0') + key));
  return ImportedKey{"rsa", with_colons(md5(info))};
}

}  // namespace stint

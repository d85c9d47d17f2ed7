// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/ssh_key.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/hash.h"

namespace stint {
namespace {

TEST(SshKey, AnRsaKeyIsGoodAndTheSameForTheSameGenerator) {
  Random one(7), two(7), three(8);
  const SshKey key = make_rsa_key(one);
  EXPECT_EQ(make_rsa_key(two).private_pem, key.private_pem);
  EXPECT_NE(make_rsa_key(three).private_pem, key.private_pem);
  BIO* text = BIO_new_mem_buf(key.private_pem.data(), static_cast<int>(key.private_pem.size()));
  EVP_PKEY* read = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(EVP_PKEY_get_bits(read), 2048);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(read, nullptr);
  EXPECT_EQ(EVP_PKEY_check(context), 1) << "all parts of the key fit together";
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(read);
  BIO_free(text);
}

TEST(SshKey, PublicKeysAreReadBack) {
  Random random(7);
  const SshKey rsa = make_rsa_key(random), small = make_ed25519_key(random);
  auto imported = read_ssh_public_key(rsa.public_key + " name");
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->type, "rsa");
  EXPECT_EQ(imported->fingerprint.size(), 47u);
  imported = read_ssh_public_key(small.public_key);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->type, "ed25519");
  EXPECT_EQ(imported->fingerprint, small.fingerprint);
}

TEST(SshKey, TextsThatAreNoKeyAreRefused) {
  Random random(7);
  const std::string good = make_rsa_key(random).public_key;
  const std::string blob = from_base64(good.substr(good.find(' ') + 1)).value();
  for (const std::string& text :
       {std::string(), std::string("ssh-rsa"), std::string("ssh-rsa !"),
        std::string("ssh-dss AAAA"), "ssh-ed25519 " + base64(blob),
        "ssh-rsa " + base64(blob.substr(0, blob.size() - 1)), "ssh-rsa " + base64(blob + "x"),
        "ssh-rsa " + base64(std::string(4, '\xff'))})
    EXPECT_FALSE(read_ssh_public_key(text)) << text;
}

}  // namespace
}  // namespace stint

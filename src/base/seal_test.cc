// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/seal.h"

#include <gtest/gtest.h>

namespace stint {
namespace {

TEST(Seal, OpensOnlyWithTheSameKeyAndContextAndUnchanged) {
  const Sha256 key = sha256("key");
  for (const std::string& plain : {std::string(), std::string("secret"), std::string(9000, 'x')}) {
    const std::string sealed = seal(key, plain, "name:1");
    auto opened = unseal(key, sealed, "name:1");
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, plain);
    EXPECT_FALSE(unseal(sha256("other"), sealed, "name:1"));
    EXPECT_FALSE(unseal(key, sealed, "name:2"));
    for (std::size_t at : {std::size_t{0}, sealed.size() / 2, sealed.size() - 1}) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      EXPECT_FALSE(unseal(key, changed, "name:1")) << at;
    }
    EXPECT_FALSE(unseal(key, sealed.substr(1), "name:1"));
  }
  EXPECT_FALSE(unseal(key, "", ""));
}

TEST(Seal, ShowsNothingOfTheTextAndGivesEachItsOwnNonce) {
  const Sha256 key = sha256("key");
  const std::string sealed = seal(key, "a secret text", "a");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_EQ(seal(key, "a secret text", "a"), sealed);
  // What would be the same bytes in a row is told apart.
  EXPECT_NE(seal(key, "bc", "a").substr(0, 12), seal(key, "c", "ab").substr(0, 12));
  EXPECT_NE(seal(key, "a secret texu", "a").substr(0, 12), sealed.substr(0, 12));
}

}  // namespace
}  // namespace stint

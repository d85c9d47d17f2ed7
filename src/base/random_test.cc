// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace stint {
namespace {

TEST(Random, GivesTheSameNumbersForTheSameSeedOnEveryMachine) {
  Random a(42), b(42), c(43);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_EQ(a, b);
  EXPECT_NE(b.next(), c.next());
  Random copy = a;
  EXPECT_EQ(a.uuid(), copy.uuid());
}

TEST(Random, StaysBelowItsBoundAndReachesEveryValue) {
  Random random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = random.below(7);
    ASSERT_LT(value, 7u);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, WritesUuidsOfVersionFour) {
  Random random(7);
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = random.uuid();
    ASSERT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[8], '-');
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos);
  }
  EXPECT_EQ(random.hex(17).size(), 17u);
}

TEST(Random, GoesOnWhereItsSavedTextStopped) {
  Random random(99);
  random.next();
  const std::string saved = random.save();
  Random other(0);
  ASSERT_TRUE(other.restore(saved));
  EXPECT_EQ(other, random);
  EXPECT_EQ(other.next(), random.next());
  const Random before = other;
  for (const char* text : {"", "1-2-3", "0-0-0-0", "1-2-3-g", "1-2-3-4-5", "1-2-3-4 "})
    EXPECT_FALSE(other.restore(text)) << text;
  EXPECT_EQ(other, before) << "a refused text changes nothing";
}

TEST(Random, FromTheSystemIsNotTheSameTwice) {
  EXPECT_NE(Random::from_entropy(), Random::from_entropy());
}

TEST(Random, UuidsVaryInEveryDigitButVersionAndVariant) {
  Random random(5);
  std::string first = random.uuid();
  std::string varies(36, ' ');
  for (int i = 0; i < 200; ++i) {
    const std::string uuid = random.uuid();
    for (std::size_t at = 0; at < 36; ++at)
      if (uuid[at] != first[at]) varies[at] = 'x';
  }
  EXPECT_EQ(varies, "xxxxxxxx xxxx  xxx xxxx xxxxxxxxxxxx");
}

}  // namespace
}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/endings.h"

#include <gtest/gtest.h>

namespace stint::explore {
namespace {

Standing at(std::uint64_t where, std::string_view decided_at = {}, std::string_view denied = {}) {
  Standing out{.key = {where, 1}, .whole = {where, denied.empty() ? 1u : 2u}};
  if (!denied.empty()) out.denied = bit_of(denied);
  out.decided_at = decided_at;
  return out;
}

/// Two operations that do not share a bit.
constexpr std::string_view created = "CreateRole", deleted = "DeleteRole";

TEST(Endings, ACaseThatComesToWhereAnotherHasBeenEndsAsThatOne) {
  Endings endings;
  const Ending lost = endings.ending(Severity::lost, "lost|-profile", "Attach");
  endings.add({{at(1)}, {at(2)}}, {.ending = lost});
  ASSERT_TRUE(endings.find(at(1)));
  ASSERT_TRUE(endings.find(at(2)));
  EXPECT_EQ(endings.find(at(2))->ending, lost);
  EXPECT_EQ(endings.signature(lost), "lost|-profile@Attach");
  EXPECT_FALSE(endings.find(at(3)));
}

// The keys say that it is decided, not where: two cases that are alike but for that share the rest.
TEST(Endings, WhatWasDecidedBeforeIsEachCasesOwn) {
  Endings endings;
  const Ending left = endings.ending(Severity::latent, "latent|+role", "First");
  endings.add({{at(1)}, {at(2, "First")}}, {.ending = left});
  const auto other = endings.find(at(2, "Second"));
  ASSERT_TRUE(other);
  EXPECT_EQ(endings.signature(other->ending), "latent|+role@Second");
  // Before it was decided there is one place that it comes to.
  EXPECT_EQ(endings.signature(endings.find(at(1))->ending), "latent|+role@First");
}

TEST(Endings, ADenialMattersOnlyWhereTheOperationIsCalled) {
  ASSERT_NE(bit_of(created), bit_of(deleted));
  Endings endings;
  const Ending good = endings.ending(Severity::none, "", "");
  endings.add({{at(1), bit_of(created)}, {at(2), bit_of(deleted)}}, {.ending = good});
  EXPECT_FALSE(endings.find(at(1, "", deleted)));
  EXPECT_FALSE(endings.find(at(1, "", created)));
  EXPECT_TRUE(endings.find(at(2, "", created)));
  // What a denial has led to is known for the same denial, and for nobody else.
  const Ending left = endings.ending(Severity::latent, "latent|+role", "Delete");
  endings.add({{at(7, "", deleted), bit_of(deleted)}}, {.ending = left});
  EXPECT_TRUE(endings.find(at(7, "", deleted)));
  EXPECT_FALSE(endings.find(at(7)));
}

TEST(Endings, CleanCasesAreAllAlike) {
  Endings endings;
  EXPECT_EQ(endings.ending(Severity::none, "", "One"), endings.ending(Severity::none, "", "Two"));
  EXPECT_EQ(endings.signature(endings.ending(Severity::none, "", "One")), "");
}

}  // namespace
}  // namespace stint::explore

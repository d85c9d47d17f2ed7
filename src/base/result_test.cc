// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace stint {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2) return fail(Code::invalid, "odd");
  return std::make_unique<int>(number / 2);
}
Result<int> quarter(int number) {
  std::unique_ptr<int> once = TRY(half(number));
  std::unique_ptr<int> twice = TRY(half(*once));
  return *twice;
}
Result<void> checked(int number) {
  TRY(quarter(number));
  return {};
}

TEST(Result, TryTakesTheValueOrReturnsTheError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_TRUE(checked(4));
  EXPECT_EQ(checked(2).error(), (Error{Code::invalid, {}, "odd", 0}));
}

}  // namespace
}  // namespace stint

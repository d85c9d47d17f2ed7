// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stint {

/// A seeded generator (xoshiro256**, Blackman and Vigna 2018): a value, so a world that is copied
/// goes on with the same numbers. Not for keys that guard anything real.
class Random {
 public:
  /// Spreads the seed with splitmix64, so that neighbouring seeds do not give alike numbers.
  explicit Random(std::uint64_t seed);
  /// Seeded from the operating system.
  static Random from_entropy();

  std::uint64_t next();
  /// Even over [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// `length` characters, each drawn from `alphabet`.
  std::string text(std::size_t length, std::string_view alphabet);
  /// Lower-case hexadecimal digits.
  std::string hex(std::size_t length) { return text(length, "0123456789abcdef"); }
  /// A random UUID (RFC 9562, version 4), 36 characters.
  std::string uuid();

  /// The state as text, to keep in a journal, and back (false: not such a text).
  std::string save() const;
  bool restore(std::string_view saved);

  friend bool operator==(const Random&, const Random&) = default;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace stint

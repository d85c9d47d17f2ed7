// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <sys/random.h>

#include <bit>
#include <charconv>

#include "base/check.h"
#include "base/text.h"

namespace stint {
namespace {
/// One step of splitmix64 (Steele, Lea and Flood 2014).
std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix(seed);
}

Random Random::from_entropy() {
  Random random(0);
  do {
    // Requests of up to 256 bytes are never cut short once the system's pool is ready.
    STINT_CHECK(getrandom(random.state_.data(), sizeof random.state_, 0) == sizeof random.state_);
  } while (random.state_ == std::array<std::uint64_t, 4>{});  // the one state that never moves on
  return random;
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  STINT_CHECK(bound > 0);
  // Lemire 2019: multiply instead of divide, and reject the few values that would be uneven.
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(next()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t uneven = -bound % bound;
    while (static_cast<std::uint64_t>(product) < uneven)
      product = static_cast<Wide>(next()) * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::string Random::text(std::size_t length, std::string_view alphabet) {
  std::string out(length, '\0');
  for (char& c : out) c = alphabet[below(alphabet.size())];
  return out;
}

std::string Random::uuid() {
  constexpr char digits[] = "0123456789abcdef";
  const std::uint64_t words[2] = {(next() & ~0xf000ull) | 0x4000ull,        // version 4
                                  (next() & (~0ull >> 2)) | (1ull << 63)};  // variant 10
  std::string out = "00000000-0000-0000-0000-000000000000";
  char* to = out.data();
  for (int i = 0; i < 32; ++i) {
    if (*to == '-') ++to;
    *to++ = digits[words[i / 16] >> (60 - 4 * (i % 16)) & 15];
  }
  return out;
}

std::string Random::save() const {
  std::string out;
  for (const std::uint64_t word : state_) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + 16, word, 16).ptr;
    if (!out.empty()) out += '-';
    out.append(digits, end);
  }
  return out;
}

bool Random::restore(std::string_view saved) {
  const auto parts = split(saved, '-');
  if (parts.size() != 4) return false;
  std::array<std::uint64_t, 4> read{};
  for (std::size_t i = 0; i < 4; ++i) {
    const char* end = parts[i].data() + parts[i].size();
    const auto [stop, error] = std::from_chars(parts[i].data(), end, read[i], 16);
    if (error != std::errc{} || stop != end) return false;
  }
  if (read == std::array<std::uint64_t, 4>{}) return false;
  state_ = read;
  return true;
}

}  // namespace stint

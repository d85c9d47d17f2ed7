// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "value/value.h"

namespace stint {

/// Two 64-bit hashes of one row of parts, so that a chance collision does not happen: for maps of
/// what was seen within one process. Not for security, and not for files.
class Digest {
 public:
  void add(std::uint64_t number) {
    a_ = (a_ ^ number) * 0x9fb21c651e98df25u;
    a_ ^= a_ >> 32;
    b_ = (b_ + number) * 0x9e3779b97f4a7c15u;
    b_ ^= b_ >> 29;
  }
  void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    while (!text.empty()) {
      std::uint64_t part = 0;
      const std::size_t size = text.size() < sizeof part ? text.size() : sizeof part;
      std::memcpy(&part, text.data(), size);
      add(part);
      text.remove_prefix(size);
    }
  }
  void add(const Value& value);
  std::pair<std::uint64_t, std::uint64_t> value() const { return {a_, b_}; }

 private:
  std::uint64_t a_ = 0xcbf29ce484222325u, b_ = 0x2545f4914f6cdd1du;
};

}  // namespace stint

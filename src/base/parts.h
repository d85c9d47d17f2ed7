// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/text.h"

namespace stint {

/// Whether percent_decode(text, plus_is_blank) is `plain`; most names have nothing to decode.
inline bool decodes_to(std::string_view text, std::string_view plain, bool plus_is_blank) {
  if (text.find_first_of("%+") == std::string_view::npos) return text == plain;
  return percent_decode(text, plus_is_blank) == plain;
}

/// Calls `take` with each part of split(text, separator), in order, without making a list of them.
/// Where `take` answers a bool, false ends the walk.
template <class Take>
void each_part(std::string_view text, char separator, Take&& take) {
  for (;;) {
    const auto end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    if constexpr (requires { static_cast<bool>(take(part)); }) {
      if (!take(part)) return;
    } else {
      take(part);
    }
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include "targets.h"

namespace stint::fuzz {

/// A time that was read is written so that it reads back equal; a duration is not negative.
void times(std::string_view bytes) {
  if (auto time = parse_time(bytes)) {
    auto again = parse_time(iso8601(*time, true));
    STINT_CHECK(again && *again == *time);
    STINT_CHECK(!http_date(*time).empty());
  }
  if (auto length = parse_iso_duration(bytes)) STINT_CHECK(length->count() >= 0);
  if (auto length = parse_short_duration(bytes)) STINT_CHECK(length->count() >= 0);
}

}  // namespace stint::fuzz

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/operand.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/text.h"

namespace stint::policy {
namespace {

/// Takes decimal digits from the front of a text.
class OperandReader {
 public:
  explicit OperandReader(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || !equals_ignore_case(rest_.substr(0, 1), {&c, 1})) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A number of at least one and at most `most` digits within [low, high].
  std::optional<std::int64_t> number(std::size_t most, std::int64_t low, std::int64_t high) {
    const auto end =
        std::find_if(rest_.begin(), rest_.end(), [](char c) { return c < '0' || c > '9'; });
    const auto digits = static_cast<std::size_t>(end - rest_.begin());
    if (digits == 0 || digits > most) return std::nullopt;
    std::int64_t value = 0;
    const auto [_, error] = std::from_chars(rest_.data(), rest_.data() + digits, value);
    if (error != std::errc() || value < low || value > high) return std::nullopt;
    rest_.remove_prefix(digits);
    digits_ = digits;
    return value;
  }
  std::size_t digits() const { return digits_; }  ///< of the last number

 private:
  std::string_view rest_;
  std::size_t digits_ = 0;
};

/// std::chrono's years end at 32767, IAM's do not: the proleptic Gregorian calendar repeats every
/// 400 years of 146097 days, so the year is brought into range first.
std::int64_t days_since_1970(std::int64_t year, unsigned month, unsigned day) {
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(year - era * 400 + 2000)), std::chrono::month(month),
      std::chrono::day(1)};
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count() + day - 1;
  return days + (era - 5) * 146097;
}

/// Seconds east of UTC: "Z", "+hh", "+hh:mm", "+hhmm", or nothing.
std::optional<std::int64_t> read_offset(OperandReader& in) {
  if (in.done() || in.take('z')) return 0;
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  const auto hours = in.number(4, 0, 2359);
  if (!hours) return std::nullopt;
  std::int64_t minutes = 0;
  if (in.digits() == 4) {
    minutes = *hours / 100 * 60 + *hours % 100;
    if (*hours % 100 > 59) return std::nullopt;
  } else if (in.digits() == 2 && *hours <= 23) {
    minutes = *hours * 60;
    if (in.take(':')) {
      const auto more = in.number(2, 0, 59);
      if (!more || in.digits() != 2) return std::nullopt;
      minutes += *more;
    }
  } else {
    return std::nullopt;
  }
  return west ? -minutes * 60 : minutes * 60;
}

/// The time of day and the offset, added to `instant`.
bool read_clock(OperandReader& in, Instant& instant) {
  if (in.done()) return true;
  const auto hours = in.number(2, 0, 23);
  if (!hours) return false;
  instant.seconds += *hours * 3600;
  if (in.take(':')) {
    const auto minutes = in.number(2, 0, 59);
    if (!minutes) return false;
    instant.seconds += *minutes * 60;
    if (in.take(':')) {
      const auto seconds = in.number(2, 0, 59);
      if (!seconds) return false;
      instant.seconds += *seconds;
      if (in.take('.')) {
        auto fraction = in.number(9, 0, 999'999'999);
        if (!fraction) return false;
        for (std::size_t i = in.digits(); i < 9; ++i) *fraction *= 10;
        instant.nanos = static_cast<std::int32_t>(*fraction);
      }
    }
  }
  const auto offset = read_offset(in);
  if (!offset) return false;
  instant.seconds -= *offset;
  return in.done();
}

}  // namespace

std::optional<Instant> read_instant(std::string_view text) {
  OperandReader in(text);
  // Four digits are a year and not the first hours of 1970.
  const bool iso = text.find_first_of("tT-") != std::string_view::npos || text.size() == 4;
  if (!iso) {
    const auto seconds = in.number(19, 0, INT64_MAX);
    if (!seconds || !in.done()) return std::nullopt;
    return Instant{*seconds, 0};
  }
  const bool before_christ = in.take('-');
  const auto year = in.number(9, 0, before_christ ? 292'275'054 : 292'278'993);
  if (!year) return std::nullopt;
  std::optional<std::int64_t> month = 1, day = 1;
  if (in.take('-')) {
    month = in.number(2, 1, 12);
    if (month && in.take('-')) day = in.number(2, 1, 31);
    if (!month || !day) return std::nullopt;
  }
  Instant instant;
  instant.seconds =
      86'400 * days_since_1970(before_christ ? -*year : *year, static_cast<unsigned>(*month),
                               static_cast<unsigned>(*day));
  if (in.done()) return instant;
  if (!in.take('t') || !read_clock(in, instant)) return std::nullopt;
  return instant;
}

std::optional<Network> read_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  char buffer[INET6_ADDRSTRLEN + 1];
  if (address.size() >= sizeof buffer) return std::nullopt;
  *std::copy(address.begin(), address.end(), buffer) = '\0';
  Network network;
  if (inet_pton(AF_INET, buffer, network.address.data()) == 1)
    network.prefix = 32;
  else if (inet_pton(AF_INET6, buffer, network.address.data()) == 1)
    network.v6 = true, network.prefix = 128;
  else
    return std::nullopt;
  if (slash != std::string_view::npos) {
    OperandReader in(text.substr(slash + 1));
    const auto prefix = in.number(3, 0, network.prefix);
    if (!prefix || !in.done()) return std::nullopt;
    network.prefix = static_cast<int>(*prefix);
  }
  return network;
}

bool contains(const Network& network, const Network& address) {
  if (network.v6 != address.v6) return false;
  const auto whole = static_cast<std::size_t>(network.prefix / 8);
  if (!std::equal(network.address.begin(), network.address.begin() + network.prefix / 8,
                  address.address.begin()))
    return false;
  const int bits = network.prefix % 8;
  if (bits == 0) return true;
  const int mask = 0xFF << (8 - bits) & 0xFF;
  return ((network.address[whole] ^ address.address[whole]) & mask) == 0;
}

std::optional<double> read_decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos)
    return std::nullopt;  // from_chars would take "inf" and "nan"
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> read_boolean(std::string_view text) {
  if (equals_ignore_case(text, "true")) return true;
  if (equals_ignore_case(text, "false")) return false;
  return std::nullopt;
}

}  // namespace stint::policy

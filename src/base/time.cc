// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace stint {
namespace {
using namespace std::chrono;

constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Civil {
  year_month_day date;
  hh_mm_ss<milliseconds> clock;
  explicit Civil(Time time) : date(floor<days>(time)), clock(time - floor<days>(time)) {}
  int year() const { return static_cast<int>(date.year()); }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned day() const { return static_cast<unsigned>(date.day()); }
  long hour() const { return clock.hours().count(); }
  long minute() const { return clock.minutes().count(); }
  long second() const { return clock.seconds().count(); }
  long millis() const { return clock.subseconds().count(); }
};

/// Writes a number right-aligned over zeros. Times are written with every call that is made, and by
/// the thousand in a listing: a general formatter costs ten times as much.
void put_digits(std::string& out, std::size_t at, std::size_t width, long number) {
  for (std::size_t i = width; i > 0 && number > 0; number /= 10)
    out[at + --i] = static_cast<char>('0' + number % 10);
}

/// A year; one that a time zone carried beyond four digits, too.
std::string four_digits(int year) {
  if (year < 0 || year > 9999) return fmt::format("{:04}", year);
  std::string out = "0000";
  put_digits(out, 0, 4, year);
  return out;
}

/// Reads a text from the left; every reader says whether it found what it wants.
struct Cursor {
  std::string_view rest;

  bool done() const { return rest.empty(); }
  bool eat(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  bool eat(std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
  }
  /// Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  /// A fraction without its point, cut to milliseconds.
  std::optional<int> fraction() {
    int value = 0;
    std::size_t length = 0;
    for (; length < rest.size() && rest[length] >= '0' && rest[length] <= '9'; ++length)
      if (length < 3) value = value * 10 + (rest[length] - '0');
    if (length == 0) return std::nullopt;
    for (std::size_t i = length; i < 3; ++i) value *= 10;
    rest.remove_prefix(length);
    return value;
  }
  std::optional<unsigned> month_name() {
    for (unsigned i = 0; i < month_names.size(); ++i)
      if (eat(month_names[i])) return i + 1;
    return std::nullopt;
  }
};

std::optional<Time> make_time(int y, unsigned m, unsigned d, int hour, int minute, int second,
                              int millis) {
  const year_month_day date{year{y}, month{m}, day{d}};
  // 60: a leap second, which belongs to the next minute.
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Time(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) +
         milliseconds(millis);
}

/// Z, +hh:mm, +hhmm, +hh or nothing (UTC).
std::optional<minutes> read_offset(Cursor& in) {
  if (in.done() || in.eat('Z') || in.eat('z')) return minutes(0);
  const bool minus = in.rest.starts_with('-');
  if (!in.eat('+') && !in.eat('-')) return std::nullopt;
  const auto hour = in.digits(2);
  if (!hour || *hour > 23) return std::nullopt;
  int minute = 0;
  if (!in.done()) {
    in.eat(':');
    const auto read = in.digits(2);
    if (!read || *read > 59) return std::nullopt;
    minute = *read;
  }
  const minutes offset = hours(*hour) + minutes(minute);
  return minus ? -offset : offset;
}

std::optional<Time> read_iso(Cursor in) {
  const auto y = in.digits(4);
  if (!y) return std::nullopt;
  const bool extended = in.eat('-');
  const auto m = in.digits(2);
  if (!m || (extended && !in.eat('-'))) return std::nullopt;
  const auto d = in.digits(2);
  if (!d) return std::nullopt;
  int hour = 0, minute = 0, second = 0, millis = 0;
  minutes offset{0};
  if (!in.done()) {
    if (!in.eat('T') && !in.eat('t') && !in.eat(' ')) return std::nullopt;
    const auto h = in.digits(2);
    if (!h) return std::nullopt;
    hour = *h;
    const bool colon = in.eat(':');
    const auto min = in.digits(2);
    if (!min) return std::nullopt;
    minute = *min;
    if (colon ? in.eat(':') : !in.done() && in.rest[0] >= '0' && in.rest[0] <= '9') {
      const auto s = in.digits(2);
      if (!s) return std::nullopt;
      second = *s;
      if (in.eat('.') || in.eat(',')) {
        const auto f = in.fraction();
        if (!f) return std::nullopt;
        millis = *f;
      }
    }
    const auto read = read_offset(in);
    if (!read || !in.done()) return std::nullopt;
    offset = *read;
  }
  const auto local = make_time(*y, static_cast<unsigned>(*m), static_cast<unsigned>(*d), hour,
                               minute, second, millis);
  if (!local) return std::nullopt;
  return *local - offset;
}

struct ClockTime {
  int hour, minute, second;
};
std::optional<ClockTime> read_clock(Cursor& in) {
  const auto h = in.digits(2);
  if (!h || !in.eat(':')) return std::nullopt;
  const auto m = in.digits(2);
  if (!m || !in.eat(':')) return std::nullopt;
  const auto s = in.digits(2);
  if (!s) return std::nullopt;
  return ClockTime{*h, *m, *s};
}

/// The three forms of RFC 9110 section 5.6.7; the name of the day is not checked.
std::optional<Time> read_http(Cursor in) {
  const auto comma = in.rest.find(',');
  if (comma != std::string_view::npos) {
    in.rest.remove_prefix(comma + 1);
    in.eat(' ');
    const auto d = in.digits(2);
    if (!d || (!in.eat(' ') && !in.eat('-'))) return std::nullopt;
    const auto m = in.month_name();
    if (!m) return std::nullopt;
    int y = 0;
    if (in.eat('-')) {
      const auto read = in.digits(2);  // RFC 850
      if (!read) return std::nullopt;
      y = *read < 70 ? 2000 + *read : 1900 + *read;
    } else {
      in.eat(' ');
      const auto read = in.digits(4);
      if (!read) return std::nullopt;
      y = *read;
    }
    if (!in.eat(' ')) return std::nullopt;
    const auto clock = read_clock(in);
    if (!clock || !(in.eat(" GMT") || in.eat(" UTC")) || !in.done()) return std::nullopt;
    return make_time(y, *m, static_cast<unsigned>(*d), clock->hour, clock->minute, clock->second,
                     0);
  }
  if (in.rest.size() < 4 || !in.eat(in.rest.substr(0, 3)) || !in.eat(' ')) return std::nullopt;
  const auto m = in.month_name();  // asctime: "Sun Nov  6 08:49:37 1994"
  if (!m || !in.eat(' ')) return std::nullopt;
  const auto d = in.digits(in.eat(' ') ? 1 : 2);
  if (!d || !in.eat(' ')) return std::nullopt;
  const auto clock = read_clock(in);
  if (!clock || !in.eat(' ')) return std::nullopt;
  const auto y = in.digits(4);
  if (!y || !in.done()) return std::nullopt;
  return make_time(*y, *m, static_cast<unsigned>(*d), clock->hour, clock->minute, clock->second, 0);
}

/// Ten thousand years: longer is an error of the writer, and far from overflow.
constexpr double longest_ms = 1e4 * 366 * 86400 * 1e3;

/// Digits with an optional fraction, in milliseconds of the unit given later.
std::optional<double> read_decimal(Cursor& in) {
  std::size_t length = 0;
  while (length < in.rest.size() &&
         ((in.rest[length] >= '0' && in.rest[length] <= '9') || in.rest[length] == '.'))
    ++length;
  const auto text = in.rest.substr(0, length);
  if (text.empty() || text.front() == '.' || text.back() == '.') return std::nullopt;
  const auto value = to_number(text);
  if (value) in.rest.remove_prefix(length);
  return value;
}

Result<Duration> to_duration(double ms, std::string_view text) {
  if (ms > longest_ms)
    return fail(Code::invalid, fmt::format("the duration \"{}\" is too long", text));
  return Duration(std::llround(ms));
}

}  // namespace

std::string iso8601(Time time, bool millis) {
  const Civil c(time);
  std::string out = four_digits(c.year());
  const std::size_t at = out.size();
  out += millis ? "-00-00T00:00:00.000Z" : "-00-00T00:00:00Z";
  put_digits(out, at + 1, 2, c.month());
  put_digits(out, at + 4, 2, c.day());
  put_digits(out, at + 7, 2, c.hour());
  put_digits(out, at + 10, 2, c.minute());
  put_digits(out, at + 13, 2, c.second());
  if (millis) put_digits(out, at + 16, 3, c.millis());
  return out;
}

std::string iso8601_basic(Time time) {
  const Civil c(time);
  std::string out = four_digits(c.year());
  const std::size_t at = out.size();
  out += "0000T000000Z";
  put_digits(out, at, 2, c.month());
  put_digits(out, at + 2, 2, c.day());
  put_digits(out, at + 5, 2, c.hour());
  put_digits(out, at + 7, 2, c.minute());
  put_digits(out, at + 9, 2, c.second());
  return out;
}

std::string http_date(Time time) {
  const Civil c(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     day_names[weekday(floor<days>(time)).c_encoding()], c.day(),
                     month_names[c.month() - 1], c.year(), c.hour(), c.minute(), c.second());
}

Result<Time> parse_time(std::string_view text) {
  const std::string_view trimmed = trim(text);
  const bool iso = !trimmed.empty() && trimmed[0] >= '0' && trimmed[0] <= '9';
  const auto time = iso ? read_iso({trimmed}) : read_http({trimmed});
  if (!time)
    return fail(Code::invalid, fmt::format("\"{}\" is not a time: expected a form such as "
                                           "2026-11-24T11:18:00Z",
                                           clip_utf8(text, 60)));
  return *time;
}

Result<Duration> parse_iso_duration(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(Code::invalid,
                fmt::format("\"{}\" is not an ISO 8601 duration: {}", clip_utf8(text, 60), why));
  };
  Cursor in{trim(text)};
  if (in.rest.starts_with('-')) return bad("it must not be negative");
  in.eat('+');
  if (!in.eat('P')) return bad("expected a form such as PT10M");
  // The units in the order in which they may stand; a fraction only in the last one written.
  struct Unit {
    char letter;
    double ms;
    bool clock;
  };
  constexpr Unit units[] = {{'W', 7 * 86400e3, false},
                            {'D', 86400e3, false},
                            {'H', 3600e3, true},
                            {'M', 60e3, true},
                            {'S', 1e3, true}};
  double total = 0;
  bool clock = false, any = false, fraction = false;
  std::size_t next = 0;
  while (!in.done()) {
    if (!clock && in.eat('T')) {
      clock = true;
      if (in.done()) return bad("nothing follows the T");
      continue;
    }
    const std::string_view before = in.rest;
    const auto count = read_decimal(in);
    if (!count || in.done()) return bad("expected a form such as PT10M");
    if (fraction) return bad("only its last part may have a fraction");
    fraction = before.substr(0, before.size() - in.rest.size()).find('.') != before.npos;
    const char letter = in.rest[0];
    if (!clock && (letter == 'Y' || letter == 'M'))
      return bad("years and months have no fixed length");
    const auto* unit = std::find_if(std::begin(units) + next, std::end(units), [&](const Unit& u) {
      return u.letter == letter && u.clock == clock;
    });
    if (unit == std::end(units)) return bad("expected a form such as PT10M");
    in.eat(letter);
    next = static_cast<std::size_t>(unit - units) + 1;
    total += *count * unit->ms;
    any = true;
  }
  if (!any) return bad("expected a form such as PT10M");
  return to_duration(total, text);
}

Result<Duration> parse_short_duration(std::string_view text) {
  Cursor in{trim(text)};
  const auto count = read_decimal(in);
  const double unit = in.rest == "ms"                     ? 1
                      : in.rest.empty() || in.rest == "s" ? 1e3
                      : in.rest == "m"                    ? 60e3
                      : in.rest == "h"                    ? 3600e3
                      : in.rest == "d"                    ? 86400e3
                                                          : -1;
  if (!count || unit < 0)
    return fail(Code::invalid,
                fmt::format("\"{}\" is not a duration: expected a form such as 500ms, 8s, 2m "
                            "or 1h",
                            clip_utf8(text, 60)));
  return to_duration(*count * unit, text);
}

std::string human(Duration duration) {
  if (duration < Duration::zero()) return "-" + human(-duration);
  const auto ms = duration.count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 59'950) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1e3);
  const auto s = (ms + 500) / 1000;
  const auto two = [](std::int64_t big, std::string_view big_unit, std::int64_t small,
                      std::string_view small_unit) {
    return small ? fmt::format("{} {} {} {}", big, big_unit, small, small_unit)
                 : fmt::format("{} {}", big, big_unit);
  };
  if (s < 3600) return two(s / 60, "min", s % 60, "s");
  if (s < 86400) return two(s / 3600, "h", s % 3600 / 60, "min");
  return two(s / 86400, "d", s % 86400 / 3600, "h");
}

double epoch_seconds(Time time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

Time from_epoch_seconds(double seconds) {
  // Years 0 to 9999, so that every Time can be written as text.
  const double clamped =
      std::isnan(seconds) ? 0 : std::clamp(seconds, -62167219200.0, 253402300799.0);
  return Time(milliseconds(std::llround(clamped * 1000.0)));
}

}  // namespace stint

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "value/json.h"

#include <fmt/core.h>

#include <charconv>
#include <cstring>
#include <unordered_set>

#include "base/text.h"

namespace stint {
namespace {

/// A recursive descent reader. Its functions answer false after they have set the error: a plain
/// bool in the inner loops costs less than moving Results around.
class JsonReader {
 public:
  JsonReader(std::string_view text, const ReadLimits& limits)
      : limits_(limits),
        p_(text.data()),
        end_(text.data() + text.size()),
        line_start_(text.data()) {}

  Result<Value> read() {
    if (static_cast<std::size_t>(end_ - p_) > limits_.bytes)
      return fail(Code::invalid, fmt::format("the text is larger than {} bytes", limits_.bytes));
    if (std::string_view(p_, end_).starts_with("\xEF\xBB\xBF")) line_start_ = p_ += 3;
    Value value;
    skip_blanks();
    if (!read_value(value, 0)) return std::unexpected(std::move(error_));
    skip_blanks();
    if (p_ != end_) {
      expected("the end of the text");
      return std::unexpected(std::move(error_));
    }
    return value;
  }

 private:
  Where here() const {
    // Continuation bytes make no column of their own: a column is what an editor shows.
    return {line_, static_cast<std::uint32_t>(p_ - line_start_ - hidden_) + 1};
  }

  bool error_at(Where where, std::string_view sentence) {
    error_ = {Code::invalid,
              {},
              fmt::format("line {}, column {}: {}", where.line, where.column, sentence),
              0};
    return false;
  }
  bool error(std::string_view sentence) { return error_at(here(), sentence); }

  bool expected(std::string_view what) {
    if (p_ == end_) return error(fmt::format("expected {} but the text ends", what));
    const std::string_view rest(p_, end_);
    const std::size_t length = utf8_length(rest);
    if (length == 0 || static_cast<unsigned char>(*p_) < 0x20)
      return error(fmt::format("expected {} but found the byte 0x{:02X}", what,
                               static_cast<unsigned char>(*p_)));
    return error(fmt::format("expected {} but found '{}'", what, rest.substr(0, length)));
  }

  void skip_blanks() {
    for (; p_ != end_; ++p_) {
      if (*p_ == '\n') {
        ++line_;
        line_start_ = p_ + 1;
        hidden_ = 0;
      } else if (*p_ != ' ' && *p_ != '\t' && *p_ != '\r') {
        return;
      }
    }
  }

  bool read_value(Value& out, int depth) {
    const Where where = here();
    if (p_ == end_) return expected("a value");
    switch (*p_) {
      case '{':
        if (!read_object(out, depth)) return false;
        break;
      case '[':
        if (!read_list(out, depth)) return false;
        break;
      case '"': {
        std::string text;
        if (!read_text(text)) return false;
        out = Value(std::move(text));
        break;
      }
      case 't':
        if (!word("true")) return false;
        out = Value(true);
        break;
      case 'f':
        if (!word("false")) return false;
        out = Value(false);
        break;
      case 'n':
        if (!word("null")) return false;
        out = Value();
        break;
      default:
        if (*p_ != '-' && !digit()) return expected("a value");
        if (!read_number(out)) return false;
    }
    out.at(where);
    return true;
  }

  bool too_deep(int depth) {
    if (depth < limits_.depth) return false;
    error(fmt::format("the text is nested deeper than {} levels", limits_.depth));
    return true;
  }

  bool read_list(Value& out, int depth) {
    if (too_deep(depth)) return false;
    ++p_;
    Value::List items;
    skip_blanks();
    if (p_ != end_ && *p_ == ']') {
      ++p_;
      out = Value(std::move(items));
      return true;
    }
    for (;;) {
      if (!read_value(items.emplace_back(), depth + 1)) return false;
      skip_blanks();
      if (p_ == end_ || (*p_ != ',' && *p_ != ']')) return expected("',' or ']'");
      if (*p_++ == ']') break;
      skip_blanks();
    }
    out = Value(std::move(items));
    return true;
  }

  bool read_object(Value& out, int depth) {
    if (too_deep(depth)) return false;
    ++p_;
    Object members;
    // Scanning is quicker for the usual few members; beyond that it would be quadratic.
    constexpr std::size_t scan_limit = 16;
    std::unordered_set<std::string> seen;
    skip_blanks();
    if (p_ != end_ && *p_ == '}') {
      ++p_;
      out = Value(std::move(members));
      return true;
    }
    for (;;) {
      const Where key_where = here();
      if (p_ == end_ || *p_ != '"') return expected("a key in double quotes");
      std::string key;
      if (!read_text(key)) return false;
      if (members.size() == scan_limit)
        for (const Object::Member& member : members) seen.insert(member.key);
      if (members.size() < scan_limit ? members.contains(key) : !seen.insert(key).second)
        return error_at(key_where, fmt::format("the key \"{}\" is written twice", key));
      skip_blanks();
      if (p_ == end_ || *p_ != ':') return expected("':'");
      ++p_;
      skip_blanks();
      Value value;
      if (!read_value(value, depth + 1)) return false;
      members.append(std::move(key), std::move(value), key_where);
      skip_blanks();
      if (p_ == end_ || (*p_ != ',' && *p_ != '}')) return expected("',' or '}'");
      if (*p_++ == '}') break;
      skip_blanks();
    }
    out = Value(std::move(members));
    return true;
  }

  bool word(std::string_view wanted) {
    if (!std::string_view(p_, end_).starts_with(wanted)) return expected("a value");
    p_ += wanted.size();
    return true;
  }

  bool digit() const { return p_ != end_ && *p_ >= '0' && *p_ <= '9'; }

  bool read_number(Value& out) {
    const char* start = p_;
    bool whole = true;
    if (*p_ == '-') ++p_;
    if (!digit()) return expected("a digit");
    if (*p_ == '0') {
      ++p_;
      if (digit()) return error("a number must not begin with 0");
    } else {
      while (digit()) ++p_;
    }
    if (p_ != end_ && *p_ == '.') {
      whole = false;
      ++p_;
      if (!digit()) return expected("a digit");
      while (digit()) ++p_;
    }
    if (p_ != end_ && (*p_ == 'e' || *p_ == 'E')) {
      whole = false;
      ++p_;
      if (p_ != end_ && (*p_ == '+' || *p_ == '-')) ++p_;
      if (!digit()) return expected("a digit");
      while (digit()) ++p_;
    }
    if (whole) {
      std::int64_t integer = 0;
      if (std::from_chars(start, p_, integer).ec == std::errc{}) {
        out = Value(integer);
        return true;
      }
    }
    double number = 0;
    if (std::from_chars(start, p_, number).ec == std::errc::result_out_of_range) {
      // Too small a number is 0 to every reader; too large a one has no value at all.
      const std::string_view text(start, p_);
      if (text.find("e-") == text.npos && text.find("E-") == text.npos && !text.starts_with("0") &&
          !text.starts_with("-0"))
        return error_at({line_, static_cast<std::uint32_t>(start - line_start_ - hidden_) + 1},
                        "the number is too large");
      number = 0;
    }
    out = Value(number);
    return true;
  }

  /// The bytes that end a run of plain text: quote, backslash, control characters, non-ASCII.
  static bool special(unsigned char c) { return c == '"' || c == '\\' || c < 0x20 || c >= 0x80; }

  const char* plain_end() const {
    const char* q = p_;
    // Eight bytes at a time: most text on the wire is long and plain.
    while (end_ - q >= 8) {
      std::uint64_t w;
      std::memcpy(&w, q, 8);
      constexpr std::uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
      const auto zero_byte = [](std::uint64_t x) { return (x - ones) & ~x; };
      if ((w | (w - ones * 0x20) | zero_byte(w ^ ones * '"') | zero_byte(w ^ ones * '\\')) & highs)
        break;
      q += 8;
    }
    while (q != end_ && !special(static_cast<unsigned char>(*q))) ++q;
    return q;
  }

  bool read_text(std::string& out) {
    const Where start = here();
    ++p_;
    for (;;) {
      const char* stop = plain_end();
      out.append(p_, stop);
      p_ = stop;
      if (p_ == end_) return error_at(start, "this text has no closing quote");
      const auto c = static_cast<unsigned char>(*p_);
      if (c == '"') {
        ++p_;
        return true;
      }
      if (c == '\\') {
        if (!read_escape(out)) return false;
      } else if (c < 0x20) {
        return error(c == '\n' ? "a text must not hold a line break: write \\n"
                               : fmt::format("the control character 0x{:02X} must be escaped", c));
      } else {
        const std::size_t length = utf8_length({p_, end_});
        if (length == 0) return error("this is not UTF-8");
        out.append(p_, length);
        p_ += length;
        hidden_ += static_cast<std::ptrdiff_t>(length) - 1;
      }
    }
  }

  bool read_hex(std::uint32_t& out) {
    if (end_ - p_ < 4) return expected("four hexadecimal digits");
    const auto [stop, failed] = std::from_chars(p_, p_ + 4, out, 16);
    if (failed != std::errc{} || stop != p_ + 4) return expected("four hexadecimal digits");
    p_ += 4;
    return true;
  }

  bool read_escape(std::string& out) {
    const Where start = here();
    ++p_;
    if (p_ == end_) return expected("an escape");
    switch (*p_++) {
      case '"':
        out += '"';
        return true;
      case '\\':
        out += '\\';
        return true;
      case '/':
        out += '/';
        return true;
      case 'b':
        out += '\b';
        return true;
      case 'f':
        out += '\f';
        return true;
      case 'n':
        out += '\n';
        return true;
      case 'r':
        out += '\r';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'u':
        break;
      default:
        return error_at(start, "unknown escape in a text");
    }
    std::uint32_t first = 0;
    if (!read_hex(first)) return false;
    if (first >= 0xD800 && first < 0xDC00 && std::string_view(p_, end_).starts_with("\\u")) {
      p_ += 2;
      std::uint32_t second = 0;
      if (!read_hex(second)) return false;
      if (second < 0xDC00 || second > 0xDFFF)
        return error_at(start, "half of a surrogate pair stands alone");
      first = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    } else if (first >= 0xD800 && first < 0xE000) {
      return error_at(start, "half of a surrogate pair stands alone");
    }
    append_utf8(out, first);
    return true;
  }

  const ReadLimits& limits_;
  const char* p_;
  const char* end_;
  const char* line_start_;
  std::uint32_t line_ = 1;
  std::ptrdiff_t hidden_ = 0;  ///< continuation bytes since the start of the line
  Error error_;
};

void write_text(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // what precedes it is written
  const auto flush = [&](std::size_t upto) { out.append(text, plain, upto - plain); };
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      if (const std::size_t length = utf8_length(text.substr(i))) {
        i += length;
        continue;
      }
      flush(i);
      out += "\xEF\xBF\xBD";
    } else {
      flush(i);
      out += '\\';
      switch (c) {
        case '"':
        case '\\':
          out += static_cast<char>(c);
          break;
        case '\n':
          out += 'n';
          break;
        case '\r':
          out += 'r';
          break;
        case '\t':
          out += 't';
          break;
        case '\b':
          out += 'b';
          break;
        case '\f':
          out += 'f';
          break;
        default:
          out += "u00";
          out += digits[c >> 4];
          out += digits[c & 15];
      }
    }
    plain = ++i;
  }
  flush(text.size());
  out += '"';
}

void write_number(std::string& out, double number) {
  // JSON has no words for these; a reader must still get well-formed text.
  if (!(number - number == 0)) {
    out += "null";
    return;
  }
  char buffer[32];
  const std::string_view text(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
  out += text;
  // A fraction keeps it a number when it is read back: journals must give the same kinds again.
  if (text.find_first_of(".e") == text.npos) out += ".0";
}

/// `indent` < 0: compact.
void write_value(std::string& out, const Value& value, int indent) {
  const auto line = [&](int level) {
    if (indent < 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(level) * 2, ' ');
  };
  const int deeper = indent < 0 ? -1 : indent + 1;
  switch (value.kind()) {
    case Value::Kind::null:
      out += "null";
      break;
    case Value::Kind::boolean:
      out += value.as_bool() ? "true" : "false";
      break;
    case Value::Kind::integer: {
      char buffer[24];
      out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value.as_integer()).ptr);
      break;
    }
    case Value::Kind::number:
      write_number(out, value.as_number());
      break;
    case Value::Kind::text:
      write_text(out, value.as_text());
      break;
    case Value::Kind::list: {
      out += '[';
      bool first = true;
      for (const Value& item : value.as_list()) {
        if (!first) out += ',';
        first = false;
        line(deeper);
        write_value(out, item, deeper);
      }
      if (!first) line(indent);
      out += ']';
      break;
    }
    case Value::Kind::object: {
      out += '{';
      bool first = true;
      for (const Object::Member& member : value.as_object()) {
        if (!first) out += ',';
        first = false;
        line(deeper);
        write_text(out, member.key);
        out += indent < 0 ? ":" : ": ";
        write_value(out, member.value, deeper);
      }
      if (!first) line(indent);
      out += '}';
      break;
    }
  }
}

}  // namespace

Result<Value> parse_json(std::string_view text, const ReadLimits& limits) {
  return JsonReader(text, limits).read();
}

std::string to_json(const Value& value) {
  std::string out;
  write_value(out, value, -1);
  return out;
}

std::string to_pretty_json(const Value& value) {
  std::string out;
  write_value(out, value, 0);
  return out;
}

}  // namespace stint

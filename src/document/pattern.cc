// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "document/pattern.h"

#include <pcre2.h>

#include <array>
#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace stint::document {
namespace {

/// Rewrites from the left; a class in brackets is handled as a whole.
class Translator {
 public:
  explicit Translator(std::string_view in) : in_(in) {}

  std::string translate() {
    std::string out;
    while (!done()) {
      if (in_.substr(at_).starts_with("\\Q")) {
        quote(out);
      } else if (peek() == '\\') {
        out += escape();
      } else if (peek() == '[') {
        out += character_class();
      } else {
        out += in_[at_++];
      }
    }
    return out;
  }

 private:
  bool done() const { return at_ >= in_.size(); }
  char peek() const { return in_[at_]; }

  /// \Q...\E has no escapes inside in either dialect.
  void quote(std::string& out) {
    const auto end = in_.find("\\E", at_);
    const auto stop = end == in_.npos ? in_.size() : end + 2;
    out += in_.substr(at_, stop - at_);
    at_ = stop;
  }

  /// One escape; what it stands for is one atom, inside and outside a class.
  std::string escape() {
    if (at_ + 1 >= in_.size()) {
      ++at_;
      return "\\";
    }
    const char letter = in_[at_ + 1];
    if (letter == 'u' && at_ + 6 <= in_.size()) {  // \uXXXX
      const std::string hex(in_.substr(at_ + 2, 4));
      at_ += 6;
      return "\\x{" + hex + "}";
    }
    if ((letter == 'p' || letter == 'P') && at_ + 2 < in_.size()) return property(letter);
    at_ += 2;
    return {'\\', letter};
  }

  /// \p{IsX}, \p{InX}, \p{javaX} and POSIX names that PCRE2 spells otherwise.
  std::string property(char letter) {
    const std::string head = {'\\', letter};
    if (in_[at_ + 2] != '{') {
      std::string out(in_.substr(at_, 3));
      at_ += 3;
      return out;
    }
    const auto end = in_.find('}', at_);
    if (end == in_.npos) {
      at_ += 2;
      return head;
    }
    std::string name(in_.substr(at_ + 3, end - at_ - 3));
    at_ = end + 1;
    struct Names {
      std::string_view java, pcre;
    };
    static constexpr std::array<Names, 22> names = {
        {{"Alnum", "Xan"},        {"Alpha", "L"},          {"Alphabetic", "L"},
         {"Cntrl", "Cc"},         {"Control", "Cc"},       {"Digit", "Nd"},
         {"Ideographic", "Han"},  {"Letter", "L"},         {"Lower", "Ll"},
         {"Lowercase", "Ll"},     {"Punct", "P"},          {"Punctuation", "P"},
         {"Space", "Xsp"},        {"Titlecase", "Lt"},     {"Upper", "Lu"},
         {"Uppercase", "Lu"},     {"WhiteSpace", "Xsp"},   {"White_Space", "Xsp"},
         {"javaLowerCase", "Ll"}, {"javaUpperCase", "Lu"}, {"javaLetter", "L"},
         {"javaDigit", "Nd"}}};
    const bool is = name.starts_with("Is");
    if (is) name.erase(0, 2);
    for (const Names& row : names)
      if (row.java == name) {
        // POSIX names mean ASCII in Java unless they are written with Is.
        if (!is && name == "Alpha") return letter == 'p' ? ascii("a-zA-Z") : head + "{L}";
        if (!is && name == "Alnum") return letter == 'p' ? ascii("a-zA-Z0-9") : head + "{Xan}";
        if (!is && name == "Digit") return letter == 'p' ? "\\d" : "\\D";
        if (!is && name == "Space") return letter == 'p' ? "\\s" : "\\S";
        if (!is && name == "Upper") return letter == 'p' ? ascii("A-Z") : head + "{Lu}";
        if (!is && name == "Lower") return letter == 'p' ? ascii("a-z") : head + "{Ll}";
        if (!is && name == "Punct" && letter == 'p')
          return class_depth_ ? "[:punct:]" : "[[:punct:]]";
        return head + "{" + std::string(row.pcre) + "}";
      }
    if (name == "ASCII") return ascii("\\x00-\\x7F");
    return head + "{" + name + "}";
  }

  std::string ascii(std::string_view ranges) const {
    return class_depth_ ? std::string(ranges) : "[" + std::string(ranges) + "]";
  }

  /// A class as a pattern that takes exactly one character. Java's unions and intersections have
  /// no counterpart inside PCRE2's brackets: they become alternatives and look-aheads.
  std::string character_class() {
    ++at_;
    ++class_depth_;
    const bool negated = !done() && peek() == '^';
    if (negated) ++at_;
    std::string own;                  // what stands in PCRE2's brackets
    std::vector<std::string> unions;  // nested classes
    std::vector<std::string> both;    // sides of && that are complete
    bool first = true, after_set = false;
    const auto side = [&] {
      std::string out;
      if (!own.empty()) out = "[" + own + "]";
      for (const std::string& one : unions) out += (out.empty() ? "" : "|") + one;
      own.clear();
      unions.clear();
      return out.empty() ? std::string("(?!)") : "(?:" + out + ")";
    };
    while (!done() && (peek() != ']' || first)) {
      first = false;
      const bool after = std::exchange(after_set, false);
      if (peek() == '[') {
        const int depth = class_depth_;
        class_depth_ = 0;
        unions.push_back(character_class());
        class_depth_ = depth;
      } else if (in_.substr(at_).starts_with("&&")) {
        at_ += 2;
        both.push_back(side());
      } else if (peek() == '\\') {
        const std::string atom = escape();
        own += atom;
        // \w and the like are sets: a '-' behind one is a plain character in Java.
        constexpr std::string_view sets = "wWdDsSpPhHvV";
        after_set = atom.size() > 1 && sets.find(atom[1]) != sets.npos;
        after_set = after_set || atom.starts_with("a-z") || atom.starts_with("A-Z") ||
                    atom.starts_with("[:");
      } else if (peek() == '-') {
        // Before a set ("[+-\w]") or behind one it cannot be a range.
        const std::string_view rest = in_.substr(at_ + 1);
        const bool before_set =
            rest.size() > 1 && rest[0] == '\\' &&
            std::string_view("wWdDsSpP").find(rest[1]) != std::string_view::npos;
        own += after || before_set ? "\\-" : "-";
        ++at_;
      } else {
        own += in_[at_++];
      }
    }
    if (done()) {
      // Not closed: PCRE2 will say so.
      --class_depth_;
      return "[" + std::string(negated ? "^" : "") + own;
    }
    ++at_;
    --class_depth_;
    if (both.empty() && unions.empty()) return std::string(negated ? "[^" : "[") + own + "]";
    both.push_back(side());
    std::string out = negated ? "(?!" : "(?:";
    for (std::size_t i = 0; i + 1 < both.size(); ++i) out += "(?=" + both[i] + ")";
    out += both.back() + ")";
    return negated ? "(?:" + out + "[\\s\\S])" : out;
  }

  std::string_view in_;
  std::size_t at_ = 0;
  int class_depth_ = 0;
};

struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

}  // namespace

std::string translate_java_pattern(std::string_view java) {
  return Translator(java).translate();
}

struct Pattern::Code {
  pcre2_code* compiled = nullptr;
  ~Code() { pcre2_code_free(compiled); }
};

Pattern::Pattern(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view java) {
  const std::string text = translate_java_pattern(java);
  auto code = std::make_unique<Code>();
  int error = 0;
  PCRE2_SIZE place = 0;
  const auto* bytes = reinterpret_cast<PCRE2_SPTR>(text.data());
  code->compiled = pcre2_compile(bytes, text.size(), PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error,
                                 &place, nullptr);
  if (!code->compiled) {
    std::array<PCRE2_UCHAR, 256> reason{};
    pcre2_get_error_message(error, reason.data(), reason.size());
    return fail(stint::Code::invalid, reinterpret_cast<const char*>(reason.data()));
  }
  return Pattern(std::move(code));
}

bool Pattern::matches(std::string_view text) const {
  if (!valid_utf8(text)) return false;
  const std::unique_ptr<pcre2_match_context, FreeContext> context(
      pcre2_match_context_create(nullptr));
  const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create_from_pattern(code_->compiled, nullptr));
  STINT_CHECK(context && data);
  // A pattern from outside must not hold the program up ((a+)+ and its kind).
  pcre2_set_match_limit(context.get(), 1'000'000);
  pcre2_set_depth_limit(context.get(), 10'000);
  const char* start = text.empty() ? "" : text.data();
  return pcre2_match(code_->compiled, reinterpret_cast<PCRE2_SPTR>(start), text.size(), 0,
                     PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NO_UTF_CHECK, data.get(),
                     context.get()) >= 0;
}

}  // namespace stint::document

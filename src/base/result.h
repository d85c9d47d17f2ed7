// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace stint {

/// What kind of thing went wrong, in terms a caller can act on. The CLI's exit codes follow it.
enum class Code {
  invalid,      ///< bad input of the user: exit 2
  not_found,    ///< a thing that was named does not exist
  conflict,     ///< it exists already, or is in the wrong state
  denied,       ///< not authorised: exit 4
  throttled,    ///< try again later
  unavailable,  ///< endpoint, store or network did not answer: exit 4
  timeout,
  cancelled,
  internal,  ///< a promise inside the program was broken
};

/// A failure that the world or a user can cause.
struct Error {
  Code code = Code::internal;
  std::string name;     ///< wire name where one exists ("NoSuchEntity"), else empty
  std::string message;  ///< one sentence for a person
  int status = 0;       ///< HTTP status where the wire gave or needs one, else 0

  friend bool operator==(const Error&, const Error&) = default;
};

/// A value or an Error. Dropping one on the floor is a compiler warning (plain std::expected is
/// not [[nodiscard]] in libstdc++ 12).
template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
  T take() && { return std::move(**this); }
};
template <>
class [[nodiscard]] Result<void> : public std::expected<void, Error> {
 public:
  using std::expected<void, Error>::expected;
  void take() && {}
};

inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected(Error{code, {}, std::move(message)});
}
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace stint

/// `auto x = TRY(f());` takes the value, or returns f's error to our caller. It stands alone or
/// starts a declaration; never inside a braced initialiser (g++ 12 leaks the members already made).
#define TRY(expression)                                                       \
  __extension__({                                                             \
    auto try_result_ = (expression);                                          \
    if (!try_result_) return std::unexpected(std::move(try_result_).error()); \
    std::move(try_result_).take();                                            \
  })

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace stint {

enum class LogLevel { debug, info, warning, error, off };

/// The program's log on stderr (spdlog behind it). The one thing that is shared by all: it takes
/// no part in any decision. Callers never pass secrets, tokens or credentials.
void set_log_level(LogLevel level);
void log(LogLevel level, std::string_view message);
inline void log_debug(std::string_view message) {
  log(LogLevel::debug, message);
}
inline void log_info(std::string_view message) {
  log(LogLevel::info, message);
}
inline void log_warning(std::string_view message) {
  log(LogLevel::warning, message);
}
inline void log_error(std::string_view message) {
  log(LogLevel::error, message);
}

}  // namespace stint

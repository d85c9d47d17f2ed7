// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The command line: commands and flags as tables (CLI11 reads them in arguments.cc).
namespace stint::cli {

/// What was given to a command.
class Arguments {
 public:
  bool has(std::string_view flag) const { return values_.find(flag) != values_.end(); }
  /// The flag's value, or `otherwise`; of a repeated flag the last.
  std::string value(std::string_view flag, std::string_view otherwise = {}) const;
  const std::vector<std::string>& values(std::string_view flag) const;
  const std::vector<std::string>& positionals() const { return positionals_; }
  /// The positional at `index`, or "".
  const std::string& positional(std::size_t index) const;

 private:
  friend struct ArgumentsReader;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> positionals_;
};

struct Flag {
  std::string_view name;   ///< "--state", or "-p,--param"
  std::string_view value;  ///< "FILE"; empty: a switch
  std::string_view help;
};

struct Positional {
  std::string_view name;  ///< "DOCUMENT"
  std::string_view help;
  bool required = true;
};

/// One command: one row of the table, one file.
struct Command {
  std::string_view name;  ///< "run", "world show"
  std::string_view help;
  std::span<const Positional> positionals;
  std::span<const std::span<const Flag>> flags;
  int (*run)(const Arguments&);
};

/// Parses and runs; answers the exit code (2 for a command line that does not read).
int run_command(std::span<const Command> commands, int argc, char** argv);

}  // namespace stint::cli

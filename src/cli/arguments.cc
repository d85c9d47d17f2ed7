// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <deque>
#include <string>

#include "base/text.h"
#include "cli/version.h"

namespace stint::cli {

struct ArgumentsReader {
  static void set(Arguments& to, std::string_view flag, std::vector<std::string> values) {
    to.values_[std::string(flag)] = std::move(values);
  }
  static void add_positional(Arguments& to, const std::string& value) {
    to.positionals_.push_back(value);
  }
};

namespace {
const std::vector<std::string> nothing;
const std::string empty;

/// "-p,--param" is known as "--param".
std::string_view key_of(std::string_view name) {
  const std::size_t comma = name.rfind(',');
  return comma == std::string_view::npos ? name : name.substr(comma + 1);
}

/// What CLI11 fills while it parses one command.
struct Slot {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::deque<std::pair<const Flag*, std::vector<std::string>>> values;
  std::deque<std::pair<const Flag*, bool>> switches;
  std::deque<std::string> positionals;
};

void declare(Slot& slot) {
  for (const Positional& positional : slot.command->positionals) {
    std::string& into = slot.positionals.emplace_back();
    CLI::Option* option =
        slot.app->add_option(std::string(positional.name), into, std::string(positional.help));
    if (positional.required) option->required();
  }
  for (std::span<const Flag> group : slot.command->flags)
    for (const Flag& flag : group) {
      if (flag.value.empty()) {
        auto& entry = slot.switches.emplace_back(&flag, false);
        slot.app->add_flag(std::string(flag.name), entry.second, std::string(flag.help));
        continue;
      }
      auto& entry = slot.values.emplace_back(&flag, std::vector<std::string>());
      slot.app->add_option(std::string(flag.name), entry.second, std::string(flag.help))
          ->type_name(std::string(flag.value))
          ->expected(1)  // one value each time it is given: never split, never greedy
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
}

}  // namespace

std::string Arguments::value(std::string_view flag, std::string_view otherwise) const {
  auto found = values_.find(flag);
  if (found == values_.end() || found->second.empty()) return std::string(otherwise);
  return found->second.back();
}
const std::vector<std::string>& Arguments::values(std::string_view flag) const {
  auto found = values_.find(flag);
  return found == values_.end() ? nothing : found->second;
}
const std::string& Arguments::positional(std::size_t index) const {
  return index < positionals_.size() ? positionals_[index] : empty;
}

int run_command(std::span<const Command> commands, int argc, char** argv) {
  CLI::App app(
      "stint runs AWS Systems Manager Automation runbooks anywhere, and gives instances "
      "temporary permissions that always end.");
  app.name("stint");
  app.set_version_flag("--version", "stint " + std::string(version));
  app.require_subcommand(1);
  std::deque<Slot> slots;
  std::map<std::string, CLI::App*> groups;
  for (const Command& command : commands) {
    CLI::App* parent = &app;
    std::string_view name = command.name;
    if (const std::size_t blank = name.find(' '); blank != std::string_view::npos) {
      const std::string group(name.substr(0, blank));
      CLI::App*& known = groups[group];
      if (!known) {
        known = app.add_subcommand(group, "the embedded cloud's state");
        known->require_subcommand(1);
      }
      parent = known;
      name.remove_prefix(blank + 1);
    }
    Slot& slot = slots.emplace_back();
    slot.command = &command;
    slot.app = parent->add_subcommand(std::string(name), std::string(command.help));
    declare(slot);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::string what = std::string(error.what()) + ".";
    // A first word that is no command is what is wrong, whatever else there is.
    const std::string_view first = argc > 1 ? argv[1] : "";
    const bool known = std::ranges::any_of(commands, [&](const Command& command) {
      return command.name.substr(0, command.name.find(' ')) == first;
    });
    if (!first.empty() && !first.starts_with('-') && !known) {
      what = "there is no command \"" + std::string(first) + "\".";
      std::vector<std::string> names;
      for (const Command& command : commands) names.emplace_back(command.name);
      if (std::string close = closest(first, names); !close.empty())
        what += " Did you mean: stint " + close + "?";
    }
    std::fprintf(stderr, "stint: %s See stint --help.\n", what.c_str());
    return 2;
  }
  for (Slot& slot : slots) {
    if (!slot.app->parsed()) continue;
    Arguments arguments;
    for (auto& [flag, values] : slot.values)
      if (!values.empty()) ArgumentsReader::set(arguments, key_of(flag->name), std::move(values));
    for (auto& [flag, given] : slot.switches)
      if (given) ArgumentsReader::set(arguments, key_of(flag->name), {"true"});
    for (const std::string& positional : slot.positionals)
      if (!positional.empty()) ArgumentsReader::add_positional(arguments, positional);
    return slot.command->run(arguments);
  }
  return 2;
}

}  // namespace stint::cli

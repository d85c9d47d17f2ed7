// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/profile.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

namespace stint::aws {
namespace {
std::string environment_value(const CredentialSources& around, std::string_view name) {
  return around.environment ? around.environment(std::string(name)).value_or("") : std::string();
}

/// "value # remark" without the remark; '#' inside a word belongs to it (secrets hold any sign).
std::string_view without_remark(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i)
    if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t'))
      return trim(value.substr(0, i));
  return value;
}

/// The path that a variable names, else the usual one below HOME; empty: neither.
std::string file_path(const CredentialSources& around, std::string_view name,
                      std::string_view usual) {
  std::string path = environment_value(around, name), home = environment_value(around, "HOME");
  if (path.empty()) return home.empty() ? std::string() : fmt::format("{}/.aws/{}", home, usual);
  if (path.starts_with("~/") && !home.empty()) path.replace(0, 1, home);
  return path;
}

Result<std::optional<ProfileSettings>> look_up(const std::string& path,
                                               std::initializer_list<std::string> sections) {
  struct stat about{};
  if (path.empty() || ::stat(path.c_str(), &about) != 0) return std::optional<ProfileSettings>();
  std::string text = TRY(read_file(path, 4u << 20));
  Sections all = TRY(parse_profiles(text, path));
  for (const std::string& name : sections)
    if (auto found = all.find(name); found != all.end())
      return std::optional(ProfileSettings{path, std::move(found->second)});
  return std::optional<ProfileSettings>();
}
}  // namespace

Result<Sections> parse_profiles(std::string_view text, const std::string& path) {
  Sections out;
  std::map<std::string, std::string>* section = nullptr;
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    bool indented = line.starts_with(' ') || line.starts_with('\t');
    line = trim(line);
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
    auto wrong = [&](std::string_view what) {
      return fail(Code::invalid, fmt::format("{}, line {}: {}", path, number, what));
    };
    if (line.starts_with('[')) {
      std::size_t end = line.find(']');
      if (end == std::string_view::npos) return wrong("a section without its closing ']'");
      std::string name(trim(line.substr(1, end - 1)));
      section = &out[name];
      continue;
    }
    if (indented) continue;
    std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return wrong("expected 'name = value'");
    if (!section) return wrong("a setting before the first [section]");
    (*section)[lower(trim(line.substr(0, equals)))] = without_remark(trim(line.substr(equals + 1)));
  }
  return out;
}

std::string profile_name(const CredentialSources& around) {
  std::string name =
      around.profile.empty() ? environment_value(around, "AWS_PROFILE") : around.profile;
  return name.empty() ? "default" : name;
}

bool profile_is_named(const CredentialSources& around) {
  return !around.profile.empty() || !environment_value(around, "AWS_PROFILE").empty();
}

Result<std::optional<ProfileSettings>> shared_credentials(const CredentialSources& around) {
  return look_up(file_path(around, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
                 {profile_name(around)});
}

Result<std::optional<ProfileSettings>> config(const CredentialSources& around) {
  std::string name = profile_name(around);
  std::string path = file_path(around, "AWS_CONFIG_FILE", "config");
  if (name == "default") return look_up(path, {"default", "profile default"});
  return look_up(path, {"profile " + name});
}

}  // namespace stint::aws

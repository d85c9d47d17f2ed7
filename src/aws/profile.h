// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials.h"

namespace stint::aws {

/// The sections of a credentials or config file: AWS's INI dialect, which has '#' and ';' comments,
/// a comment after a value only behind a blank, and indented sub-settings (skipped here).
using Sections = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

/// Errors: Code::invalid with the line, never with its text.
Result<Sections> parse_profiles(std::string_view text, const std::string& path);

/// The profile that is in force, by name.
std::string profile_name(const CredentialSources& around);
/// Whether somebody named it: then it must exist.
bool profile_is_named(const CredentialSources& around);

/// The settings of the profile in force in one file; none: no such file, or not in it.
struct ProfileSettings {
  std::string path;
  std::map<std::string, std::string> settings;
};
Result<std::optional<ProfileSettings>> shared_credentials(const CredentialSources& around);
Result<std::optional<ProfileSettings>> config(const CredentialSources& around);

}  // namespace stint::aws

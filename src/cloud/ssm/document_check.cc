// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/ssm/document_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "document/command.h"
#include "document/document.h"
#include "value/yaml.h"

namespace stint::cloud::ssm {
namespace {

/// The plugins that the agent knows, sorted.
constexpr std::array<std::string_view, 15> plugins = {
    "aws:applications",      "aws:cloudWatch",          "aws:configureDocker",
    "aws:configurePackage",  "aws:domainJoin",          "aws:downloadContent",
    "aws:psModule",          "aws:refreshAssociation",  "aws:runDockerAction",
    "aws:runDocument",       "aws:runPowerShellScript", "aws:runShellScript",
    "aws:softwareInventory", "aws:updateAgent",         "aws:updateSsmAgent"};
static_assert(std::ranges::is_sorted(plugins));

std::unexpected<Error> bad_content(std::string sentence) {
  return fault("InvalidDocumentContent", std::move(sentence));
}

Result<void> check_command(const std::string& name, const std::string& content) {
  document::CommandDocumentPtr document = TRY(document::parse_command_document(content, name));
  for (const document::CommandStep& step : document->steps)
    if (!std::ranges::binary_search(plugins, step.action))
      return bad_content(fmt::format("Unknown plugin name: {}", step.action));
  return {};
}

}  // namespace

Result<Value> check_document(const Call& call, const std::string& name, const std::string& type,
                             const std::string& format, const std::string& content) {
  if (format != "JSON" && format != "YAML")
    return bad_content(
        fmt::format("Documents of the format {} are not supported. Use JSON or YAML.", format));
  auto read = format == "JSON" ? parse_json(content) : parse_yaml(content);
  if (!read)
    return bad_content(
        fmt::format("{}: the content is not valid {}: {}", name, format, read.error().message));
  if (type == "Command") {
    TRY(check_command(name, content));
  } else if (type == "Automation") {
    document::ParseOptions options{.source_name = name, .find_action = call.cloud.find_action};
    TRY(document::parse_document(*read, options));
  } else {
    return bad_content(fmt::format(
        "Documents of the type {} are not supported. Use Command or Automation.", type));
  }
  return std::move(*read);
}

}  // namespace stint::cloud::ssm

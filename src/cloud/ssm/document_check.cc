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

constexpr std::size_t most_document_bytes = 64 * 1024;

/// Of any type of document; whether it fits this one's is for its own reader.
bool known_schema(const Value& version) {
  constexpr std::string_view all[] = {"0.3",   "1.0",   "1.2",   "2",  "2.0",
                                      "2.0.1", "2.0.2", "2.0.3", "2.2"};
  const std::string text = document::render(version);
  return std::ranges::find(all, text) != std::end(all);
}

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
  if (content.size() > most_document_bytes)
    return fault("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.");
  if (format != "JSON" && format != "YAML")
    return bad_content(
        fmt::format("Documents of the format {} are not supported. Use JSON or YAML.", format));
  auto read = format == "JSON" ? parse_json(content) : parse_yaml(content);
  if (!read)
    return bad_content(fmt::format("{0} not well-formed. {1}: the content is not valid {0}: {2}",
                                   format, name, read.error().message));
  if (const Value& version = (*read)["schemaVersion"];
      version.is_scalar() && !known_schema(version))
    return fault("InvalidDocumentSchemaVersion",
                 "The version of the document schema isn't supported.");
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

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <span>

#include "base/check.h"
#include "base/embedded.h"
#include "base/hash.h"
#include "cloud/ssm/documents.h"
#include "value/yaml.h"

namespace stint::cloud {

std::span<const EmbeddedFile> embedded_files();

namespace ssm {
namespace {

constexpr std::string_view folder = "ssm/documents/";

std::map<std::string, Document, std::less<>> read_documents() {
  std::map<std::string, Document, std::less<>> documents;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(folder)) continue;
    std::string_view name = file.path.substr(folder.size());
    const bool json = name.ends_with(".json");
    name = name.substr(0, name.rfind('.'));
    auto content = parse_json_or_yaml(file.text);
    STINT_CHECK(content.has_value());  // ours: the tests read each of them
    Document document{.name = std::string(name), .owner = "Amazon"};
    if (content->text("schemaVersion") == "0.3") document.type = "Automation";
    // The day that the newest of them was last touched; no clock is asked.
    document.versions.push_back({.version = "1",
                                 .content = std::string(file.text),
                                 .format = json ? "JSON" : "YAML",
                                 .hash = hex(sha256(file.text)),
                                 .version_name = {},
                                 .created = *parse_time("2026-11-24T00:00:00Z")});
    documents.emplace(name, std::move(document));
  }
  return documents;
}

}  // namespace

const std::map<std::string, Document, std::less<>>& amazon_documents() {
  static const auto documents = read_documents();
  return documents;
}

}  // namespace ssm
}  // namespace stint::cloud

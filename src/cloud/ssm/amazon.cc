// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <span>

#include "base/embedded.h"
#include "base/hash.h"
#include "cloud/ssm/documents.h"

namespace stint::cloud {

std::span<const EmbeddedFile> embedded_files();

namespace ssm {
namespace {

// automation/NAME.yaml, command/NAME.json: nobody waits for texts to be read that he does not name.
constexpr std::string_view folder = "ssm/documents/";

std::map<std::string, Document, std::less<>> read_documents() {
  std::map<std::string, Document, std::less<>> documents;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(folder)) continue;
    std::string_view name = file.path.substr(folder.size());
    const bool json = name.ends_with(".json");
    const bool automation = name.starts_with("automation/");
    name = name.substr(name.find('/') + 1);
    name = name.substr(0, name.rfind('.'));
    Document document{.name = std::string(name), .owner = "Amazon"};
    if (automation) document.type = "Automation";
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

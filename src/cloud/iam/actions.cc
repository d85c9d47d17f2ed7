// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/iam/actions.h"

#include <map>
#include <span>
#include <string>

#include "base/check.h"
#include "base/embedded.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::cloud {

std::span<const EmbeddedFile> embedded_files();

namespace iam {
namespace {

struct Service {
  std::string name;
  std::string text;  ///< "StopInstances instance, TerminateInstances instance, ..."
};

/// By prefix in lower case; read once, when somebody asks.
const std::map<std::string, Service, std::less<>>& services() {
  static const auto read = [] {
    std::map<std::string, Service, std::less<>> out;
    for (const EmbeddedFile& file : embedded_files()) {
      if (!file.path.starts_with("iam/actions/")) continue;
      auto all = parse_json(file.text);
      STINT_CHECK(all.has_value());  // ours: the tests read it
      for (const auto& [prefix, actions, _] : all->as_object())
        out.emplace(lower(prefix), Service{prefix, actions.as_text()});
    }
    return out;
  }();
  return read;
}

}  // namespace

bool known_service(std::string_view prefix) {
  return services().contains(lower(prefix));
}

std::optional<KnownAction> find_action(std::string_view action) {
  const std::size_t colon = action.find(':');
  if (colon == action.npos) return std::nullopt;
  const auto service = services().find(lower(action.substr(0, colon)));
  if (service == services().end()) return std::nullopt;
  for (const std::string_view entry : split(service->second.text, ',')) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(trim(entry), ' ')) words.push_back(word);
    if (!equals_ignore_case(words[0], action.substr(colon + 1))) continue;
    return KnownAction{.service = service->second.name,
                       .name = words[0],
                       .kinds = {words.begin() + 1, words.end()}};
  }
  return std::nullopt;
}

}  // namespace iam
}  // namespace stint::cloud

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/texts.h"

namespace stint::cloud {
namespace {

/// Texts of a kind that are kept at a time.
constexpr std::size_t most_texts = 2048;

}  // namespace

template <class T, class Parse>
Result<T> Texts::find(Map<T>& known, std::string_view text, Parse parse) {
  {
    std::lock_guard lock(mutex_);
    if (auto found = known.find(text); found != known.end()) return found->second;
  }
  T made = TRY(parse());
  std::lock_guard lock(mutex_);
  if (known.size() >= most_texts) known.clear();
  known.insert_or_assign(std::string(text), made);
  return made;
}

Result<policy::DocumentPtr> Texts::policy(std::string_view text, policy::Type type) {
  return find(policies_[static_cast<std::size_t>(type)], text,
              [&] { return policy::parse(text, type); });
}

Result<document::CommandDocumentPtr> Texts::command(std::string_view content,
                                                    std::string_view name) {
  return find(commands_, content, [&] { return document::parse_command_document(content, name); });
}

}  // namespace stint::cloud

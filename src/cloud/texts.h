// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "document/command.h"
#include "policy/policy.h"

namespace stint::cloud {

/// Policies and command documents by their text, so that each is parsed once. Copies of a state
/// share it, on whatever threads: what is parsed is a function of the text alone and never changes.
class Texts {
 public:
  /// Errors as policy::parse; they are not kept.
  Result<policy::DocumentPtr> policy(std::string_view text, policy::Type type);
  /// Errors as document::parse_command_document.
  Result<document::CommandDocumentPtr> command(std::string_view content, std::string_view name);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
  template <class T, class Parse>
  Result<T> find(Map<T>& known, std::string_view text, Parse parse);

  std::mutex mutex_;
  std::array<Map<policy::DocumentPtr>, 4> policies_;  ///< by policy::Type
  Map<document::CommandDocumentPtr> commands_;
};

}  // namespace stint::cloud

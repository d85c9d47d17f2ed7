// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "aws/model.h"
#include "engine/action.h"

namespace stint::world {

/// The calls of all AWS services, found by the names runbooks use (C-35, C-36).
class ModelCalls final : public engine::CallTable {
 public:
  explicit ModelCalls(aws::Models& models) : models_(models) {}

  struct Found {
    engine::CallInfo info;
    aws::Operation operation;
  };
  Result<const Found*> find(std::string_view service, std::string_view api);
  Result<const engine::CallInfo*> find_call(std::string_view service,
                                            std::string_view api) override;

 private:
  /// Names as runbooks spell them. Looked up at every step: without making a key of them.
  using Name = std::pair<std::string, std::string>;
  using NameView = std::pair<std::string_view, std::string_view>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const NameView& name) const {
      const std::hash<std::string_view> hash;
      return hash(name.first) * 31 + hash(name.second);
    }
    std::size_t operator()(const Name& name) const {
      return (*this)(NameView(name.first, name.second));
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return a.first == b.first && a.second == b.second;
    }
  };
  aws::Models& models_;
  std::unordered_map<Name, std::unique_ptr<Found>, Hash, Equal> found_;
};

}  // namespace stint::world

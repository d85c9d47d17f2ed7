// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>

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
  aws::Models& models_;
  std::map<std::string, std::unique_ptr<Found>, std::less<>> found_;  ///< by "service.api"
};

}  // namespace stint::world

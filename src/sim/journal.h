// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"

namespace stint::sim {

/// A journal in memory whose copies share their past: a world is forked at every call, and what
/// was written before the fork is written once.
class Journal final : public store::Store {
 public:
  Result<void> append(const store::Batch& batch) override;
  Result<std::vector<store::Head>> heads(const store::ListOptions& options = {}) override;
  Result<std::optional<store::Head>> head(std::string_view execution) override;
  Result<std::vector<store::Event>> events(std::string_view execution) override;
  Result<std::map<std::string, Value>> entities() override {
    return std::map<std::string, Value>();
  }
  Result<std::optional<std::string>> blob(std::string_view hash) override;
  Result<std::vector<Value>> audit(std::string_view) override { return std::vector<Value>(); }
  Result<std::optional<std::string>> meta(std::string_view) override {
    return std::optional<std::string>();
  }

 private:
  /// One entry and what came before it.
  struct Entry {
    std::int64_t seq;
    store::BodyPtr body;
    std::shared_ptr<const Entry> before;
  };
  struct History {
    std::shared_ptr<const std::string> execution;
    std::shared_ptr<const store::Head> head;
    std::shared_ptr<const Entry> last;
  };
  History* find(std::string_view execution);

  std::vector<History> histories_;  ///< a few: a world's executions
  std::shared_ptr<std::map<std::string, std::string, std::less<>>> blobs_ =
      std::make_shared<std::map<std::string, std::string, std::less<>>>();  ///< by hash: for all
};

}  // namespace stint::sim

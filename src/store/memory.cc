// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "store/store.h"

namespace stint::store {
namespace {

class ValueBody final : public Body {
 public:
  explicit ValueBody(Value value) : value_(std::move(value)) {}
  Value value() const override { return value_; }

 private:
  Value value_;
};

class MemoryStore final : public Store {
 public:
  Result<void> append(const Batch& batch) override {
    // Checked first, so that a refused batch leaves nothing behind.
    std::map<std::string_view, std::int64_t> next;
    for (const Event& event : batch.events) {
      auto [at, fresh] = next.try_emplace(event.execution, 0);
      if (fresh) {
        auto known = events_.find(event.execution);
        at->second =
            known == events_.end() ? 1 : static_cast<std::int64_t>(known->second.size()) + 1;
      }
      if (event.seq != at->second++)
        return fail(Code::conflict, "the journal of execution " + event.execution +
                                        " has an entry " + std::to_string(event.seq) +
                                        " already, or lacks the one before it");
    }
    for (const Event& event : batch.events) events_[event.execution].push_back(event);
    for (const Head& head : batch.heads) heads_.insert_or_assign(head.execution, head);
    for (const auto& [key, value] : batch.entities) {
      if (value) {
        entities_.insert_or_assign(key, *value);
      } else {
        entities_.erase(key);
      }
    }
    for (const auto& [hash, bytes] : batch.blobs) blobs_.emplace(hash, bytes);
    audit_.insert(audit_.end(), batch.audit.begin(), batch.audit.end());
    for (const auto& [key, value] : batch.meta) meta_.insert_or_assign(key, value);
    return {};
  }

  Result<std::vector<Head>> heads(const ListOptions& options) override {
    std::vector<Head> out;
    for (const auto& [id, head] : heads_)
      if ((!options.open_only || head.open) &&
          (options.parent.empty() || head.parent == options.parent))
        out.push_back(head);
    std::ranges::sort(out, [](const Head& a, const Head& b) {
      return std::tie(b.started, a.execution) < std::tie(a.started, b.execution);
    });
    if (options.limit > 0 && out.size() > static_cast<std::size_t>(options.limit))
      out.erase(out.begin() + options.limit, out.end());
    return out;
  }
  Result<std::optional<Head>> head(std::string_view execution) override {
    auto found = heads_.find(execution);
    if (found == heads_.end()) return std::optional<Head>();
    return std::optional<Head>(found->second);
  }
  Result<std::vector<Event>> events(std::string_view execution) override {
    auto found = events_.find(execution);
    return found == events_.end() ? std::vector<Event>() : found->second;
  }
  Result<std::map<std::string, Value>> entities() override { return entities_; }
  Result<std::optional<std::string>> blob(std::string_view hash) override {
    auto found = blobs_.find(hash);
    if (found == blobs_.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  Result<std::vector<Value>> audit(std::string_view execution) override {
    std::vector<Value> out;
    for (const Value& entry : audit_)
      if (execution.empty() || entry.text("execution") == execution) out.push_back(entry);
    return out;
  }
  Result<std::optional<std::string>> meta(std::string_view key) override {
    auto found = meta_.find(key);
    if (found == meta_.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }

 private:
  std::map<std::string, std::vector<Event>, std::less<>> events_;
  std::map<std::string, Head, std::less<>> heads_;
  std::map<std::string, Value> entities_;
  std::map<std::string, std::string, std::less<>> blobs_;
  std::vector<Value> audit_;
  std::map<std::string, std::string, std::less<>> meta_;
};

}  // namespace

BodyPtr body_of(Value value) {
  return std::make_shared<const ValueBody>(std::move(value));
}

std::unique_ptr<Store> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace stint::store

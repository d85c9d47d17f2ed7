// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/journal.h"

#include <algorithm>

namespace stint::sim {

Journal::History* Journal::find(std::string_view execution) {
  const auto found = std::ranges::find_if(
      histories_, [&](const History& history) { return *history.execution == execution; });
  return found == histories_.end() ? nullptr : &*found;
}

Result<void> Journal::append(const store::Batch& batch) {
  const auto of = [&](const std::string& execution) -> History& {
    if (History* known = find(execution)) return *known;
    return histories_.emplace_back(History{std::make_shared<const std::string>(execution), {}, {}});
  };
  for (const store::Event& event : batch.events) {
    History& history = of(event.execution);
    if (event.seq != (history.last ? history.last->seq : 0) + 1)
      return fail(Code::conflict, "the journal of execution " + event.execution + " has an entry " +
                                      std::to_string(event.seq) + " already");
    history.last = std::make_shared<const Entry>(Entry{event.seq, event.body, history.last});
  }
  for (const store::Head& head : batch.heads)
    of(head.execution).head = std::make_shared<const store::Head>(head);
  for (const auto& [hash, bytes] : batch.blobs) blobs_->emplace(hash, bytes);
  return {};
}

Result<std::vector<store::Head>> Journal::heads(const store::ListOptions& options) {
  std::vector<store::Head> out;
  for (const History& history : histories_)
    if (history.head && (!options.open_only || history.head->open) &&
        (options.parent.empty() || history.head->parent == options.parent))
      out.push_back(*history.head);
  return out;
}

Result<std::optional<store::Head>> Journal::head(std::string_view execution) {
  const History* found = find(execution);
  if (!found || !found->head) return std::optional<store::Head>();
  return std::optional<store::Head>(*found->head);
}

Result<std::vector<store::Event>> Journal::events(std::string_view execution) {
  std::vector<store::Event> out;
  const History* found = find(execution);
  if (!found) return out;
  for (const Entry* entry = found->last.get(); entry; entry = entry->before.get())
    out.push_back({.execution = std::string(execution),
                   .seq = entry->seq,
                   .kind = "records",
                   .body = entry->body});
  std::ranges::reverse(out);
  return out;
}

Result<std::optional<std::string>> Journal::blob(std::string_view hash) {
  auto found = blobs_->find(hash);
  if (found == blobs_->end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

}  // namespace stint::sim

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/scenario.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "base/text.h"

namespace stint::explore {
namespace {

constexpr std::array<KindRow, 23> rows = {{
    {Kind::err, "err", "{} answers with a fault of the service", false, false},
    {Kind::denied, "denied", "{} is denied", false, false},
    {Kind::throttled, "throttled", "{} is throttled", false, false},
    {Kind::timeout, "timeout", "{} gets no answer until the step times out", false, false},
    {Kind::lost, "lost", "{} is done but its answer is lost", true, false},
    {Kind::retried, "retried", "{} is done, its answer is lost, and it is sent again", true, false},
    {Kind::missing, "missing", "the answer to {} lacks what the step selects", false, false},
    {Kind::late, "late", "{} is given up and done later", true, false},
    {Kind::stale, "stale", "{} does not see the last change yet", false, true},
    {Kind::script, "script", "the script of {} fails", true, false},
    {Kind::perm, "perm", "{} is denied from here on", false, false},
    {Kind::cancel, "cancel", "a cancel before {}", false, false},
    {Kind::cancelled, "cancelled", "a cancel while {} is under way", true, false},
    {Kind::stop, "stop", "the engine stops before {} and is started again", false, false},
    {Kind::stopped, "stopped", "the engine stops after {} and is started again", true, false},
    {Kind::op_profile, "op-profile", "an operator puts another profile on before {}", false, false},
    {Kind::op_stop, "op-stop", "an operator stops the instance before {}", false, false},
    {Kind::op_terminate, "op-terminate", "an operator terminates the instance before {}", false,
     false},
    {Kind::op_delete, "op-delete", "an operator deletes the original profile before {}", false,
     false},
    {Kind::same, "same", "a second execution on the same target begins", false, false},
    {Kind::other, "other", "a second execution on another target begins", false, false},
    {Kind::next, "next", "the runbook is run again", false, false},
    {Kind::next_other, "next-other", "the runbook is run on another instance", false, false},
}};
static_assert(std::ranges::all_of(rows, [](const KindRow& row) {
  return &row == &rows[static_cast<std::size_t>(row.kind)];
}));

constexpr std::array<std::string_view, 4> start_names = {"", "no-profile", "stopped", "slow"};
constexpr std::array<std::string_view, 4> start_words = {
    "", "the instance has no profile at the start", "the instance is stopped at the start",
    "changes take two minutes to be seen"};

std::unexpected<Error> bad(std::string_view id, std::string_view part) {
  return fail(Code::invalid, "the replay id \"" + std::string(id) + "\" does not read at \"" +
                                 std::string(part) +
                                 "\"; an id looks like lost@7+err@9/no-profile");
}

}  // namespace

std::span<const KindRow> kinds() {
  return rows;
}
const KindRow& row_of(Kind kind) {
  return rows[static_cast<std::size_t>(kind)];
}
std::string_view name_of(Start start) {
  return start_names[static_cast<std::size_t>(start)];
}
std::string_view words_of(Start start) {
  return start_words[static_cast<std::size_t>(start)];
}

std::string id_of(const Scenario& scenario) {
  std::string out;
  for (const Fault& fault : scenario.faults) {
    if (!out.empty()) out += '+';
    out += row_of(fault.kind).name;
    if (fault.call > 0) out += '@' + std::to_string(fault.call);
    if (fault.extra > 0) out += ':' + std::to_string(fault.extra);
  }
  if (out.empty()) out = "none";
  if (scenario.start != Start::given) out += '/' + std::string(name_of(scenario.start));
  return out;
}

Result<Scenario> scenario_from(std::string_view id) {
  Scenario out;
  std::string_view faults = id;
  if (const std::size_t slash = id.find('/'); slash != id.npos) {
    const std::string_view start = id.substr(slash + 1);
    auto found = std::ranges::find(start_names, start);
    if (start.empty() || found == start_names.end()) return bad(id, start);
    out.start = static_cast<Start>(found - start_names.begin());
    faults = id.substr(0, slash);
  }
  if (faults == "none") return out;
  for (std::string_view part : split(faults, '+')) {
    Fault fault;
    std::string_view name = part, numbers;
    if (const std::size_t at = part.find('@'); at != part.npos) {
      name = part.substr(0, at);
      numbers = part.substr(at + 1);
      std::string_view call = numbers, extra;
      if (const std::size_t colon = numbers.find(':'); colon != numbers.npos) {
        call = numbers.substr(0, colon);
        extra = numbers.substr(colon + 1);
        const std::optional<std::int64_t> more = to_integer(extra);
        if (!more || *more < 0 || *more > 1'000'000) return bad(id, part);
        fault.extra = static_cast<int>(*more);
      }
      const std::optional<std::int64_t> number = to_integer(call);
      if (!number || *number < 1 || *number > 1'000'000) return bad(id, part);
      fault.call = static_cast<int>(*number);
    }
    auto row = std::ranges::find(rows, name, &KindRow::name);
    if (row == rows.end()) return bad(id, part);
    fault.kind = row->kind;
    const bool after = fault.kind == Kind::next || fault.kind == Kind::next_other;
    if (after != (fault.call == 0)) return bad(id, part);
    out.faults.push_back(fault);
  }
  return out;
}

bool simpler(const Scenario& a, const Scenario& b) {
  return std::tuple(a.faults.size(), a.start, a.faults) <
         std::tuple(b.faults.size(), b.start, b.faults);
}

}  // namespace stint::explore

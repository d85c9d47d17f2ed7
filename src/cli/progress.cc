// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <variant>

#include "base/time.h"

namespace stint::cli {
namespace {

constexpr std::string_view green = "\x1b[32m", red = "\x1b[31m", yellow = "\x1b[33m",
                           dim = "\x1b[2m", plain = "\x1b[0m";

std::string_view color_of(engine::Status status) {
  switch (status) {
    case engine::Status::success:
      return green;
    case engine::Status::cancelled:
    case engine::Status::cancelling:
      return yellow;
    case engine::Status::failed:
    case engine::Status::timed_out:
      return red;
    default:
      return dim;
  }
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

/// The first line of a failure: the cause, without the fixed tail.
std::string cause(std::string message) {
  if (const std::size_t tail = message.find(engine::failure_tail); tail != std::string::npos)
    message.erase(tail);
  for (char& c : message)
    if (c == '\n') c = ' ';
  return message;
}

}  // namespace

Progress::Progress(bool quiet, bool to_stderr)
    : out_(to_stderr ? stderr : stdout),
      quiet_(quiet),
      terminal_(isatty(to_stderr ? STDERR_FILENO : STDOUT_FILENO) != 0) {}

Progress::~Progress() {
  clear_passing();
}

int Progress::depth_of(const engine::Execution& execution) {
  auto known = depths_.find(execution.start->id);
  if (known != depths_.end()) return known->second;
  int depth = 0;
  if (auto parent = depths_.find(execution.start->parent); parent != depths_.end())
    depth = parent->second + 1;
  return depths_[execution.start->id] = depth;
}

void Progress::clear_passing() {
  if (passing_) std::fputs("\r\x1b[K", out_);
  passing_ = false;
}

void Progress::line(int depth, std::string_view text, std::string_view color, bool passing) {
  if (passing && !terminal_) return;
  clear_passing();
  std::string out(static_cast<std::size_t>(2 + 2 * depth), ' ');
  if (terminal_) out += color;
  out += text;
  if (terminal_) out += plain;
  if (!passing) out += '\n';
  std::fputs(out.c_str(), out_);
  std::fflush(out_);
  passing_ = passing;
}

void Progress::record(const engine::Execution& x, const engine::Record& record) {
  if (quiet_) return;
  const int depth = depth_of(x);
  if (std::holds_alternative<engine::StartPtr>(record) && depth > 0) {
    line(depth - 1, "  > " + x.start->document_name, dim, false);
  } else if (const auto* started = std::get_if<engine::StepStarted>(&record)) {
    const document::Step& step = x.document->steps[static_cast<std::size_t>(started->step)];
    line(depth, "… " + step.name + "  " + step.action, dim, true);
  } else if (const auto* ended = std::get_if<engine::StepEnded>(&record)) {
    const document::Step& step = x.document->steps[static_cast<std::size_t>(ended->step)];
    const engine::StepState& state = x.steps[static_cast<std::size_t>(ended->step)];
    const Duration took = state.started ? ended->time - *state.started : Duration{0};
    line(depth, padded(engine::to_string(ended->status), 10) + padded(human(took), 9) + step.name,
         color_of(ended->status), false);
    if (ended->failure) line(depth, "           " + cause(ended->failure->message), red, false);
  } else if (const auto* again = std::get_if<engine::AttemptFailed>(&record)) {
    const document::Step& step = x.document->steps[static_cast<std::size_t>(again->step)];
    line(depth, "retry     " + padded("", 9) + step.name + ": " + cause(again->failure->message),
         dim, depth > 0);
  } else if (std::holds_alternative<engine::CancelRequested>(record)) {
    line(depth, "cancelling", yellow, false);
  }
}

}  // namespace stint::cli

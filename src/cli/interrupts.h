// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <thread>

#include "host/world.h"

namespace stint::cli {

/// Ctrl-C and SIGTERM: the first one runs `first` on the world's thread, a second one ends the
/// program at once with exit code 130. For the life of the object; made before other threads are.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// What the first signal does. Set once, when there is something to interrupt.
  void on_first(std::function<void()> first);
  bool happened() const { return count_ > 0; }

 private:
  void wait();
  std::atomic<int> count_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::function<void()> first_;
  std::thread thread_;
};

}  // namespace stint::cli

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "cli/common.h"

namespace stint::cli {
namespace {
sigset_t interrupt_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR2);  // ends the waiting thread
  return set;
}
}  // namespace

Interrupts::Interrupts() {
  sigset_t set = interrupt_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { wait(); });
}

Interrupts::~Interrupts() {
  stopping_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR2);
  thread_.join();
}

void Interrupts::on_first(std::function<void()> first) {
  std::lock_guard lock(mutex_);
  first_ = std::move(first);
}

void Interrupts::wait() {
  sigset_t set = interrupt_signals();
  for (;;) {
    int number = 0;
    if (sigwait(&set, &number) != 0) continue;
    if (stopping_) return;
    if (number == SIGUSR2) continue;
    if (++count_ > 1) _exit(killed);
    std::lock_guard lock(mutex_);
    if (!first_) _exit(killed);  // nothing runs yet that could be cancelled
    first_();
  }
}

}  // namespace stint::cli

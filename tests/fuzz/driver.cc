// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// What libFuzzer calls; compiled once a target.
#include <cstddef>
#include <cstdint>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stint::fuzz::STINT_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}

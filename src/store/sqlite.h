// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "store/store.h"

namespace stint::store {

/// The embedded store: SQLite in WAL mode with synchronous=FULL, one writing connection, and a lock
/// file FILE.lock against a second owner (spec/durability.md 1.4: two writers could corrupt a WAL).
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, Open mode);

/// Holds FILE.lock for as long as it lives; the kernel lets go of it when the process dies.
class FileLock {
 public:
  /// Errors: Code::conflict "state file X is in use by process N", Code::unavailable.
  static Result<std::unique_ptr<FileLock>> take(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace stint::store

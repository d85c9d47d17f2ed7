// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "value/value.h"

/// The journal: what executions did, what they are about to do, and the embedded cloud beside it,
/// in one transaction (spec/durability.md 1.1 to 1.4).
namespace stint::store {

/// What an entry holds. A store that keeps text asks for its Value; the one in memory keeps the
/// body itself, so nothing is turned into a Value that nobody reads. Never changed.
class Body {
 public:
  virtual ~Body() = default;
  virtual Value value() const = 0;
};
using BodyPtr = std::shared_ptr<const Body>;
/// A body that is a Value already.
BodyPtr body_of(Value value);

/// One entry of an execution's history. `seq` counts from 1 without gaps: a second owner's entry
/// would collide, which is an Error (Code::conflict), never a silent fork.
struct Event {
  std::string execution;
  std::int64_t seq = 0;
  std::string kind;
  BodyPtr body;
};

/// One small row an execution: to list, to find what is open. Replaced whole.
struct Head {
  std::string execution;
  std::string status;    ///< AWS's word
  bool open = true;      ///< not terminal
  std::string document;  ///< name
  std::string current_step;
  std::string parent;
  Time started{};
  std::optional<Time> wake_at, ended;
  std::string message;      ///< why it failed, or empty
  std::string executed_by;  ///< ARN
};

/// What is written at once, durably or not at all.
struct Batch {
  std::vector<Event> events;
  std::vector<Head> heads;
  std::vector<std::pair<std::string, std::optional<Value>>> entities;  ///< none: deleted
  std::vector<std::pair<std::string, std::string>> blobs;  ///< by hash; one that exists is kept
  std::vector<Value> audit;                                ///< objects; `execution` is indexed
  std::map<std::string, std::string> meta;

  bool empty() const {
    return events.empty() && heads.empty() && entities.empty() && blobs.empty() && audit.empty() &&
           meta.empty();
  }
};

struct ListOptions {
  bool open_only = false;
  std::string parent;      ///< only children of it; empty: all
  std::int64_t limit = 0;  ///< 0: all
};

/// A store has one owner and one thread.
class Store {
 public:
  virtual ~Store() = default;

  /// One transaction and one flush. Errors leave the old content: Code::unavailable (the disk is
  /// full, I/O; the sentence names the file), Code::conflict (a seq exists already). After a failed
  /// flush the store refuses all further writes (durability.md 1.3).
  virtual Result<void> append(const Batch& batch) = 0;

  virtual Result<std::vector<Head>> heads(const ListOptions& options = {}) = 0;  ///< newest first
  virtual Result<std::optional<Head>> head(std::string_view execution) = 0;
  virtual Result<std::vector<Event>> events(std::string_view execution) = 0;  ///< in order
  virtual Result<std::map<std::string, Value>> entities() = 0;
  virtual Result<std::optional<std::string>> blob(std::string_view hash) = 0;
  /// Oldest first; `execution` empty: all.
  virtual Result<std::vector<Value>> audit(std::string_view execution = {}) = 0;
  virtual Result<std::optional<std::string>> meta(std::string_view key) = 0;
};

enum class Open {
  create,     ///< made when it is not there
  existing,   ///< Code::not_found when it is not there
  read_only,  ///< beside a running owner; append fails
};

/// `--state`: a file's path. Errors: Code::conflict "state file X is in use by process N",
/// Code::invalid "X is not a stint state file" / "is damaged", Code::unavailable.
Result<std::unique_ptr<Store>> open_store(const std::string& where, Open mode);

/// Keeps everything in memory as it is given: nothing is serialised.
std::unique_ptr<Store> make_memory_store();

}  // namespace stint::store

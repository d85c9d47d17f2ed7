// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

namespace stint::cloud::s3 {

/// Where large bodies lie when they do not lie in memory: by the hash of their bytes, so that
/// equal ones lie there once. `host` keeps a directory beside the state file.
class BodyStore {
 public:
  virtual ~BodyStore() = default;
  /// Durable when it returns. Errors: Code::unavailable.
  virtual Result<void> put(const std::string& sha256, std::string_view bytes) = 0;
  /// `count` bytes from `first` on. Errors: Code::unavailable.
  virtual Result<std::string> get(const std::string& sha256, std::size_t first,
                                  std::size_t count) const = 0;
};

/// Bodies from this size on go to the store, when there is one.
constexpr std::size_t stored_from = 64u << 10;

/// An object's bytes: immutable, in one or more pieces (the parts of an upload), each shared in
/// memory by all copies of a world or named by its hash in the store.
class Body {
 public:
  Body() = default;
  explicit Body(std::string bytes);
  /// In the store when it is large and there is one. Errors: as BodyStore::put.
  static Result<Body> keep(std::string bytes, BodyStore* store);

  std::size_t size() const { return size_; }
  /// Adds the pieces of another one at the end.
  void append(const Body& other);
  /// The bytes of a part of it, at most those there are. Errors: as BodyStore::get; Code::internal
  /// when a piece is in a store that is not at hand.
  Result<std::string> read(const BodyStore* store, std::size_t first = 0,
                           std::size_t count = std::string::npos) const;
  /// The bytes of one that is in memory (STINT_CHECK).
  std::string bytes() const;
  /// The same bytes in memory, in one piece.
  Result<Body> in_memory(const BodyStore* store) const;
  /// Appends the hashes of the pieces that lie in the store.
  void add_hashes(std::vector<std::string>& out) const;
  bool stored() const;

  /// A piece: text when the bytes are UTF-8, {"base64": ...}, or {"sha256": ..., "size": ...};
  /// several pieces are a list.
  Value form() const;
  Result<void> read_form(const Value& in);

 private:
  struct Piece {
    std::shared_ptr<const std::string> bytes;  ///< shared by copies; null: in the store
    std::string sha256;
    std::size_t size = 0;
  };
  static Value piece_form(const Piece& piece);
  Result<void> read_piece(const Value& in);

  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
};

}  // namespace stint::cloud::s3

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/body.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"

namespace stint::cloud::s3 {

Body::Body(std::string bytes) : size_(bytes.size()) {
  if (bytes.empty()) return;
  pieces_.push_back({.bytes = std::make_shared<const std::string>(std::move(bytes)),
                     .sha256 = {},
                     .size = size_});
}

Result<Body> Body::keep(std::string bytes, BodyStore* store) {
  if (!store || bytes.size() < stored_from) return Body(std::move(bytes));
  Body out;
  out.size_ = bytes.size();
  out.pieces_.push_back({.bytes = nullptr, .sha256 = hex(stint::sha256(bytes)), .size = out.size_});
  TRY(store->put(out.pieces_[0].sha256, bytes));
  return out;
}

void Body::append(const Body& other) {
  const std::vector<Piece> more = other.pieces_;  // it may be this one
  pieces_.insert(pieces_.end(), more.begin(), more.end());
  size_ += other.size_;
}

Result<std::string> Body::read(const BodyStore* store, std::size_t first, std::size_t count) const {
  std::string out;
  if (first >= size_) return out;
  count = std::min(count, size_ - first);
  out.reserve(count);
  for (const Piece& piece : pieces_) {
    if (count == 0) break;
    if (first >= piece.size) {
      first -= piece.size;
      continue;
    }
    const std::size_t taken = std::min(count, piece.size - first);
    if (piece.bytes) {
      out.append(*piece.bytes, first, taken);
    } else {
      if (!store) return fail(Code::internal, "the bytes of an object are not at hand");
      std::string read = TRY(store->get(piece.sha256, first, taken));
      out += read;
    }
    count -= taken;
    first = 0;
  }
  return out;
}

std::string Body::bytes() const {
  Result<std::string> read = this->read(nullptr);
  STINT_CHECK(read);
  return std::move(*read);
}

Result<Body> Body::in_memory(const BodyStore* store) const {
  std::string read = TRY(this->read(store));
  return Body(std::move(read));
}

void Body::add_hashes(std::vector<std::string>& out) const {
  for (const Piece& piece : pieces_)
    if (!piece.bytes) out.push_back(piece.sha256);
}

bool Body::stored() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) { return !piece.bytes; });
}

Value Body::piece_form(const Piece& piece) {
  if (!piece.bytes)
    return object({{"sha256", piece.sha256}, {"size", static_cast<std::int64_t>(piece.size)}});
  if (valid_utf8(*piece.bytes)) return *piece.bytes;
  return object({{"base64", base64(*piece.bytes)}});
}

Value Body::form() const {
  if (pieces_.empty()) return "";
  if (pieces_.size() == 1) return piece_form(pieces_[0]);
  Value::List out;
  for (const Piece& piece : pieces_) out.push_back(piece_form(piece));
  return Value(std::move(out));
}

Result<void> Body::read_piece(const Value& in) {
  if (in.is_text()) {
    append(Body(in.as_text()));
    return {};
  }
  if (const std::string& hash = in.text("sha256"); !hash.empty()) {
    const std::int64_t size = in.integer("size", -1);
    if (size < 0 || hash.size() != 64) return fail(Code::invalid, "a body without hash or size");
    pieces_.push_back({.bytes = nullptr, .sha256 = hash, .size = static_cast<std::size_t>(size)});
    size_ += static_cast<std::size_t>(size);
    return {};
  }
  if (!in.is_object()) return fail(Code::invalid, "expected text or {base64: ...}");
  std::string bytes = TRY(from_base64(in.text("base64")));
  append(Body(std::move(bytes)));
  return {};
}

Result<void> Body::read_form(const Value& in) {
  *this = Body();
  if (!in.is_list()) return read_piece(in);
  for (const Value& piece : in.as_list()) TRY(read_piece(piece));
  return {};
}

}  // namespace stint::cloud::s3

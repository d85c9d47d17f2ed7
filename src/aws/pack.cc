// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/pack.h"

#include <fmt/core.h>

#include <cstddef>
#include <cstring>

namespace stint::aws {
namespace {

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Code::invalid, fmt::format("the packed service model is damaged: {}", what));
}

bool folds_away(char c) {
  return c == '_' || c == '-' || c == '.' || c == ' ';
}
char fold(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string folded(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (char c : name)
    if (!folds_away(c)) out += fold(c);
  return out;
}

int compare_folded(std::string_view name, std::string_view folded_text) {
  std::size_t at = 0;
  for (char c : name) {
    if (folds_away(c)) continue;
    if (at == folded_text.size()) return 1;
    const auto a = static_cast<unsigned char>(fold(c));
    const auto b = static_cast<unsigned char>(folded_text[at++]);
    if (a != b) return a < b ? -1 : 1;
  }
  return at == folded_text.size() ? 0 : -1;
}

std::uint64_t pack_checksum(std::string_view content) {
  std::uint64_t sum = 0xcbf29ce484222325u ^ content.size();
  std::size_t at = 0;
  for (; at + 8 <= content.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, content.data() + at, 8);
    sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
    sum ^= sum >> 32;
  }
  for (; at < content.size(); ++at)
    sum = (sum ^ static_cast<unsigned char>(content[at])) * 0x100000001b3u;
  return sum;
}

Result<std::unique_ptr<Pack>> Pack::open(std::string_view bytes) {
  std::unique_ptr<Pack> pack(new Pack);
  TRY(pack->check(bytes));
  return pack;
}

Result<std::unique_ptr<Pack>> Pack::own(std::string bytes) {
  std::unique_ptr<Pack> pack(new Pack);
  pack->owned_ = std::move(bytes);
  TRY(pack->check(pack->owned_));
  return pack;
}

Result<void> Pack::check(std::string_view bytes) {
  if (bytes.size() < sizeof(PackHeader)) return damaged("it is too short");
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 != 0)
    return damaged("it does not lie at a multiple of 8");
  header_ = reinterpret_cast<const PackHeader*>(bytes.data());
  if (std::memcmp(header_->magic, "STINTPK", 8) != 0) return damaged("it does not start as one");
  if (header_->version != pack_version) return damaged("it is of another version");
  if (header_->size != bytes.size()) return damaged("its length is wrong");
  constexpr std::size_t summed = offsetof(PackHeader, name);
  if (header_->checksum != pack_checksum(bytes.substr(summed)))
    return damaged("its checksum is wrong");

  bool fits = true;
  auto part = [&]<class Record>(PackHeader::Part where, std::span<const Record>& out) {
    const std::uint64_t end = where.at + std::uint64_t{where.count} * sizeof(Record);
    if (where.at % 8 != 0 || where.at < sizeof(PackHeader) || end > bytes.size()) {
      fits = false;
      return;
    }
    out = {reinterpret_cast<const Record*>(bytes.data() + where.at), where.count};
  };
  part(header_->operations, operations_);
  part(header_->shapes, shapes_);
  part(header_->members, members_);
  part(header_->bounds, bounds_);
  part(header_->indices, indices_);
  std::span<const char> texts;
  part(header_->texts, texts);
  if (!fits || texts.size() < 2) return damaged("a part lies outside");
  texts_ = texts.data();
  TRY(check_references());
  return {};
}

Result<void> Pack::check_references() const {
  const std::size_t text_size = header_->texts.count;
  bool good = true;
  auto text_at = [&](TextRef at) {
    good = good && std::size_t{at} + 2 <= text_size && at + 2 + text(at).size() <= text_size;
  };
  auto within = [&](std::uint64_t first, std::uint64_t count, std::size_t size) {
    good = good && first + count <= size;
  };
  auto optional_index = [&](std::uint32_t at, std::size_t size) {
    good = good && (at == no_index || at < size);
  };
  const PackHeader& h = *header_;
  for (TextRef at : {h.name, h.api_version, h.endpoint_prefix, h.signing_name, h.target_prefix,
                     h.json_version, h.xml_namespace, h.service_id, h.global_endpoint})
    text_at(at);
  if (h.protocol > static_cast<std::uint8_t>(Protocol::rest_xml)) good = false;
  for (const OperationRecord& o : operations_) {
    for (TextRef at : {o.name, o.method, o.uri, o.result_wrapper, o.host_prefix, o.input_name,
                       o.input_namespace})
      text_at(at);
    optional_index(o.input, shapes_.size());
    optional_index(o.output, shapes_.size());
    within(o.errors, o.error_count, indices_.size());
    for (std::uint32_t i = 0; good && i < o.error_count; ++i)
      within(indices_[o.errors + i], 1, shapes_.size());
    within(o.folded, 1, operations_.size());
    if (!good) return damaged("an operation points outside");
  }
  for (const ShapeRecord& s : shapes_) {
    for (TextRef at :
         {s.name, s.pattern, s.error_code, s.location_name, s.xml_namespace, s.xml_prefix})
      text_at(at);
    if (s.type > static_cast<std::uint8_t>(ShapeType::blob)) good = false;
    if (s.time_form > static_cast<std::uint8_t>(TimeForm::unix)) good = false;
    const auto type = static_cast<ShapeType>(s.type);
    if (type == ShapeType::structure || type == ShapeType::list || type == ShapeType::map) {
      within(s.first, s.count, members_.size());
      if (type == ShapeType::structure) optional_index(s.payload, s.count);
      if (type == ShapeType::list && s.count != 1) good = false;
      if (type == ShapeType::map && s.count != 2) good = false;
      for (std::uint32_t i = 0; good && i < s.count; ++i)
        within(members_[s.first + i].sorted, 1, s.count);
    } else {
      within(s.first, s.count, indices_.size());
      for (std::uint32_t i = 0; good && i < s.count; ++i) text_at(indices_[s.first + i]);
    }
    optional_index(s.bounds, bounds_.size());
    if (!good) return damaged("a shape points outside");
  }
  for (const MemberRecord& m : members_) {
    for (TextRef at : {m.name, m.location_name, m.query_name, m.xml_namespace, m.xml_prefix})
      text_at(at);
    within(m.shape, 1, shapes_.size());
    if (m.place > static_cast<std::uint8_t>(Place::status_code)) good = false;
    if (m.time_form > static_cast<std::uint8_t>(TimeForm::unix)) good = false;
    if (!good) return damaged("a member points outside");
  }
  return {};
}

}  // namespace stint::aws

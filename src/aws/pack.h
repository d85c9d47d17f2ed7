// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "aws/model.h"
#include "base/result.h"

/// The packed form of one service's model: a header, five arrays of fixed records, an array of
/// string references, and a pool of texts, all little-endian and used where they lie (in the
/// program or in memory). Only src/aws looks inside; anything that changes here
/// must change `pack_version`, so that packs kept on disk are made anew.
namespace stint::aws {

static_assert(std::endian::native == std::endian::little, "packs are used in place");

constexpr std::uint32_t pack_version = 1;
constexpr std::uint32_t no_index = 0xffffffff;

/// A text of the pool: an offset to a 16-bit length and the bytes. 0 is the empty text.
using TextRef = std::uint32_t;

struct PackHeader {
  char magic[8];  ///< "STINTPK\0"
  std::uint32_t version;
  std::uint32_t size;      ///< of the whole pack, in bytes
  std::uint64_t checksum;  ///< of all that follows this field
  TextRef name, api_version, endpoint_prefix, signing_name, target_prefix, json_version;
  TextRef xml_namespace, service_id, global_endpoint;
  std::uint8_t protocol;
  std::uint8_t unused[3];
  /// Offsets (multiples of 8) and counts of the arrays, in the order in which they lie.
  struct Part {
    std::uint32_t at, count;
  } operations, shapes, members, bounds, indices, texts;
};

struct OperationRecord {
  TextRef name, method, uri, result_wrapper, host_prefix;
  TextRef input_name, input_namespace;  ///< locationName and xmlNamespace of the input, if given
  std::uint32_t input, output;          ///< shapes or no_index
  std::uint32_t errors, error_count;    ///< in indices: shapes
  std::uint32_t folded;  ///< slot i of the array holds the i-th operation by folded name
  std::uint16_t status, flags;
};
namespace operation_flag {
constexpr std::uint16_t unsigned_call = 1, checksum = 2, deprecated = 4;
}

struct ShapeRecord {
  TextRef name;
  std::uint8_t type, time_form;
  std::uint16_t flags;
  std::uint32_t first, count;  ///< members; strings: the words of the enumeration, in indices
  std::uint32_t payload;       ///< structures: member number or no_index
  TextRef pattern, error_code, location_name, xml_namespace, xml_prefix;
  std::uint32_t error_status;
  std::uint32_t bounds;  ///< in bounds, or no_index
};
namespace shape_flag {
constexpr std::uint16_t flattened = 1, error = 2, document = 4, union_ = 8, event_stream = 16,
                        fault = 32;
}

struct MemberRecord {
  TextRef name, location_name, query_name, xml_namespace, xml_prefix;
  std::uint32_t shape;
  std::uint32_t sorted;  ///< slot i of a structure's members holds the i-th member by name
  std::uint16_t flags;
  std::uint8_t place, time_form;
};
namespace member_flag {
constexpr std::uint16_t required = 1, flattened = 2, token = 4, attribute = 8, streaming = 16,
                        json_value = 32, host_label = 64;
}

/// NaN: no bound.
struct BoundsRecord {
  double min, max;
};

/// A checked pack. Every index and every text reference in it was looked at when it was opened, so
/// the readers below need no checks of their own.
class Pack {
 public:
  /// Uses `bytes` in place; they must stay where they are. Errors: Code::invalid when they are not
  /// a whole pack of this version.
  static Result<std::unique_ptr<Pack>> open(std::string_view bytes);
  /// Keeps the text itself.
  static Result<std::unique_ptr<Pack>> own(std::string bytes);
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

  const PackHeader& header() const { return *header_; }
  std::span<const OperationRecord> operations() const { return operations_; }
  std::span<const ShapeRecord> shapes() const { return shapes_; }
  std::span<const MemberRecord> members() const { return members_; }
  const BoundsRecord& bounds(std::uint32_t at) const { return bounds_[at]; }
  std::uint32_t index(std::uint32_t at) const { return indices_[at]; }
  std::string_view text(TextRef at) const {
    const char* start = texts_ + at;
    return {start + 2, static_cast<unsigned char>(start[0]) +
                           (static_cast<std::size_t>(static_cast<unsigned char>(start[1])) << 8)};
  }

  const Service* service = nullptr;  ///< whose model this is; set by Models

 private:
  Pack() = default;
  Result<void> check(std::string_view bytes);
  Result<void> check_references() const;

  const PackHeader* header_ = nullptr;
  std::span<const OperationRecord> operations_;
  std::span<const ShapeRecord> shapes_;
  std::span<const MemberRecord> members_;
  std::span<const BoundsRecord> bounds_;
  std::span<const std::uint32_t> indices_;
  const char* texts_ = nullptr;
  std::string owned_;
};

/// The checksum of a pack's content: 64 bits, eight bytes at a time.
std::uint64_t pack_checksum(std::string_view content);

/// Letters in lower case, '_', '-', '.' and blanks left out: how names are compared when their
/// spelling is free.
std::string folded(std::string_view name);
/// Orders `name` against a text that is folded already, without making a copy.
int compare_folded(std::string_view name, std::string_view folded_text);

}  // namespace stint::aws

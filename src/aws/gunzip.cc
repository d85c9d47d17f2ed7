// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/gunzip.h"

#include <array>
#include <cstdint>
#include <vector>

namespace stint::aws {
namespace {

/// Bits, lowest first. Past the end it gives zeros and remembers that it did.
class Bits {
 public:
  explicit Bits(std::string_view data) : data_(data) {}
  std::uint32_t take(int count) {
    while (held_ < count) {
      std::uint64_t byte = 0;
      if (at_ < data_.size())
        byte = static_cast<unsigned char>(data_[at_++]);
      else
        past_end_ = true;
      buffer_ |= byte << held_;
      held_ += 8;
    }
    const auto bits = static_cast<std::uint32_t>(buffer_ & ((std::uint64_t{1} << count) - 1));
    buffer_ >>= count;
    held_ -= count;
    return bits;
  }
  /// Forgets the rest of the byte that is being read.
  void align() { take(held_ % 8); }
  bool past_end() const { return past_end_; }

 private:
  std::string_view data_;
  std::size_t at_ = 0;
  std::uint64_t buffer_ = 0;
  int held_ = 0;
  bool past_end_ = false;
};

constexpr int longest_code = 15;

/// A canonical Huffman code (RFC 1951, 3.2.2), decoded by counting codes per length.
class Huffman {
 public:
  explicit Huffman(const std::vector<std::uint8_t>& lengths) : symbols_(lengths.size()) {
    for (std::uint8_t length : lengths) ++count_[length];
    count_[0] = 0;
    std::array<int, longest_code + 2> offset{};
    for (int i = 1; i <= longest_code; ++i)
      offset[static_cast<std::size_t>(i) + 1] =
          offset[static_cast<std::size_t>(i)] + count_[static_cast<std::size_t>(i)];
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
      if (lengths[symbol])
        symbols_[static_cast<std::size_t>(offset[lengths[symbol]]++)] = static_cast<int>(symbol);
  }
  /// -1: the bits are no code.
  int decode(Bits& bits) const {
    int code = 0, first = 0, index = 0;
    for (std::size_t length = 1; length <= longest_code; ++length) {
      code |= static_cast<int>(bits.take(1));
      const int count = count_[length];
      if (code - first < count) return symbols_[static_cast<std::size_t>(index + code - first)];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }

 private:
  std::array<int, longest_code + 1> count_{};
  std::vector<int> symbols_;
};

constexpr int length_base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                               31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr int length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                               2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr int distance_base[] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                 33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr int distance_bits[] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

bool inflate_codes(Bits& bits, const Huffman& literals, const Huffman& distances, std::string& out,
                   std::size_t limit) {
  for (;;) {
    const int symbol = literals.decode(bits);
    if (symbol < 0 || bits.past_end() || out.size() > limit) return false;
    if (symbol < 256) {
      out += static_cast<char>(symbol);
      continue;
    }
    if (symbol == 256) return true;
    if (symbol > 285) return false;
    const auto l = static_cast<std::size_t>(symbol - 257);
    const std::size_t length = static_cast<std::size_t>(length_base[l]) + bits.take(length_bits[l]);
    const int far = distances.decode(bits);
    if (far < 0 || far > 29) return false;
    const auto d = static_cast<std::size_t>(far);
    const std::size_t distance =
        static_cast<std::size_t>(distance_base[d]) + bits.take(distance_bits[d]);
    if (distance > out.size()) return false;
    for (std::size_t i = 0; i < length; ++i) out += out[out.size() - distance];
  }
}

bool inflate_stored(Bits& bits, std::string& out, std::size_t limit) {
  bits.align();
  const std::uint32_t length = bits.take(16), complement = bits.take(16);
  if (bits.past_end() || (length ^ 0xffff) != complement || out.size() + length > limit)
    return false;
  for (std::uint32_t i = 0; i < length; ++i) out += static_cast<char>(bits.take(8));
  return !bits.past_end();
}

bool inflate_fixed(Bits& bits, std::string& out, std::size_t limit) {
  std::vector<std::uint8_t> lengths(288, 8);
  for (std::size_t i = 144; i < 256; ++i) lengths[i] = 9;
  for (std::size_t i = 256; i < 280; ++i) lengths[i] = 7;
  return inflate_codes(bits, Huffman(lengths), Huffman(std::vector<std::uint8_t>(30, 5)), out,
                       limit);
}

bool inflate_dynamic(Bits& bits, std::string& out, std::size_t limit) {
  constexpr std::size_t order[] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                   11, 4,  12, 3, 13, 2, 14, 1, 15};
  const std::size_t literals = bits.take(5) + 257, distances = bits.take(5) + 1,
                    codes = bits.take(4) + 4;
  std::vector<std::uint8_t> code_lengths(19, 0);
  for (std::size_t i = 0; i < codes; ++i)
    code_lengths[order[i]] = static_cast<std::uint8_t>(bits.take(3));
  const Huffman code(code_lengths);
  std::vector<std::uint8_t> lengths;
  while (lengths.size() < literals + distances) {
    const int symbol = code.decode(bits);
    if (symbol < 0 || bits.past_end()) return false;
    if (symbol < 16) {
      lengths.push_back(static_cast<std::uint8_t>(symbol));
      continue;
    }
    if (symbol == 16 && lengths.empty()) return false;
    const std::uint8_t repeated = symbol == 16 ? lengths.back() : 0;
    const std::size_t times = symbol == 16   ? 3 + bits.take(2)
                              : symbol == 17 ? 3 + bits.take(3)
                                             : 11 + bits.take(7);
    lengths.insert(lengths.end(), times, repeated);
  }
  if (lengths.size() != literals + distances) return false;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(literals);
  return inflate_codes(bits, Huffman({lengths.begin(), middle}), Huffman({middle, lengths.end()}),
                       out, limit);
}

/// Where the compressed data starts, behind the header of RFC 1952; npos: it is no such header.
std::size_t skip_header(std::string_view file) {
  constexpr unsigned extra = 4, name = 8, comment = 16, checksum = 2;
  if (file.size() < 18 || !file.starts_with("\x1f\x8b\x08")) return file.npos;
  const unsigned flags = static_cast<unsigned char>(file[3]);
  std::size_t at = 10;
  if (flags & extra) {
    if (at + 2 > file.size()) return file.npos;
    at += 2 + static_cast<unsigned char>(file[at]) +
          (static_cast<std::size_t>(static_cast<unsigned char>(file[at + 1])) << 8);
  }
  for (unsigned text : {name, comment}) {
    if (!(flags & text)) continue;
    at = file.find('\0', at);
    if (at == file.npos) return at;
    ++at;
  }
  if (flags & checksum) at += 2;
  return at < file.size() ? at : file.npos;
}

}  // namespace

Result<std::string> gunzip(std::string_view file, std::size_t limit) {
  const auto damaged = [] { return fail(Code::invalid, "the gzip file is damaged or too large"); };
  const std::size_t start = skip_header(file);
  if (start == file.npos) return damaged();
  Bits bits(file.substr(start));
  std::string out;
  for (bool last = false; !last;) {
    last = bits.take(1) != 0;
    bool good = false;
    switch (bits.take(2)) {
      case 0:
        good = inflate_stored(bits, out, limit);
        break;
      case 1:
        good = inflate_fixed(bits, out, limit);
        break;
      case 2:
        good = inflate_dynamic(bits, out, limit);
        break;
      default:
        break;
    }
    if (!good || bits.past_end()) return damaged();
  }
  bits.align();
  std::uint32_t checksum = 0xffffffff;
  for (char c : out) {
    checksum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) checksum = (checksum >> 1) ^ (checksum & 1 ? 0xEDB88320u : 0);
  }
  if (bits.take(32) != (checksum ^ 0xffffffff) || bits.take(32) != (out.size() & 0xffffffff) ||
      bits.past_end())
    return damaged();
  return out;
}

}  // namespace stint::aws

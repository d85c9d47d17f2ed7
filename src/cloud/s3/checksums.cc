// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/checksums.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "cloud/cloud.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::string_view algorithms[] = {"CRC32", "CRC32C", "SHA1", "SHA256"};

using CrcTable = std::array<std::uint32_t, 256>;

/// For a polynomial with its bits reversed.
constexpr CrcTable crc_table(std::uint32_t polynomial) {
  CrcTable table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? polynomial : 0);
    table[i] = value;
  }
  return table;
}
constexpr CrcTable crc32_table = crc_table(0xEDB88320);   // ISO 3309
constexpr CrcTable crc32c_table = crc_table(0x82F63B78);  // Castagnoli

/// Four bytes, the highest first.
std::string crc(const CrcTable& table, std::string_view bytes) {
  std::uint32_t value = 0xFFFFFFFF;
  for (const char c : bytes)
    value = table[(value ^ static_cast<unsigned char>(c)) & 0xFF] ^ (value >> 8);
  value = ~value;
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
  return out;
}

std::string sha1(std::string_view bytes) {
  std::string digest(20, '\0');
  STINT_CHECK(EVP_Digest(bytes.data(), bytes.size(),
                         reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha1(),
                         nullptr));
  return digest;
}

std::size_t digest_size(std::string_view algorithm) {
  return algorithm == "SHA256" ? 32 : algorithm == "SHA1" ? 20 : 4;
}

Result<void> check_md5(const Value& in, std::string_view bytes) {
  const std::string& given = in.text("ContentMD5");
  if (given.empty()) return {};
  auto digest = from_base64(given);
  if (!digest || digest->size() != 16)
    return fault("InvalidDigest", "The Content-MD5 you specified was invalid.");
  if (*digest != md5(bytes))
    return fault("BadDigest", "The Content-MD5 you specified did not match what we received.");
  return {};
}

}  // namespace

bool checksum_algorithm(std::string_view name) {
  return std::ranges::find(algorithms, name) != std::end(algorithms);
}

std::string checksum(std::string_view algorithm, std::string_view bytes) {
  if (algorithm == "CRC32") return base64(crc(crc32_table, bytes));
  if (algorithm == "CRC32C") return base64(crc(crc32c_table, bytes));
  if (algorithm == "SHA1") return base64(sha1(bytes));
  const Sha256 digest = sha256(bytes);
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<Checksums> check_digests(const Value& in, std::string_view bytes) {
  TRY(check_md5(in, bytes));
  Checksums out;
  for (std::string_view algorithm : algorithms) {
    const std::string& given = in.text(fmt::format("Checksum{}", algorithm));
    if (given.empty()) continue;
    auto digest = from_base64(given);
    if (!digest || digest->size() != digest_size(algorithm))
      return fault("InvalidRequest",
                   fmt::format("Value for x-amz-checksum-{} header is invalid.", lower(algorithm)));
    if (!out.empty())
      return fault("InvalidRequest",
                   "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                   "allowed.");
    if (given != checksum(algorithm, bytes))
      return fault("BadDigest", fmt::format("The {} you specified did not match the calculated "
                                            "checksum.",
                                            algorithm));
    out[std::string(algorithm)] = given;
  }
  const std::string& wanted = in.text("ChecksumAlgorithm");
  if (out.empty() && checksum_algorithm(wanted)) out[wanted] = checksum(wanted, bytes);
  return out;
}

std::string composite_checksum(std::string_view algorithm, const std::vector<std::string>& parts) {
  std::string digests;
  for (const std::string& part : parts)
    if (auto digest = from_base64(part)) digests += *digest;
  return fmt::format("{}-{}", checksum(algorithm, digests), parts.size());
}

void add_checksums(const Checksums& checksums, Object& out) {
  for (const auto& [algorithm, value] : checksums)
    out.set(fmt::format("Checksum{}", algorithm), value);
}

}  // namespace stint::cloud::s3

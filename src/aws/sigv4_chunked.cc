// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// aws-chunked bodies (S3 API Reference, "Signature calculations: transferring a payload in multiple
// chunks"): HEX-SIZE[;chunk-signature=SIGNATURE] CRLF data CRLF ... a chunk of size 0, then perhaps
// headers, then an empty line.
#include <fmt/core.h>

#include <cstdint>

#include "aws/canonical.h"
#include "aws/sigv4.h"
#include "base/text.h"

namespace stint::aws {
namespace {
constexpr std::string_view trailer_signature_name = "x-amz-trailer-signature";

struct Chunk {
  std::string_view data;
  std::string_view signature;  ///< empty: not signed
};

struct Chunked {
  std::vector<Chunk> chunks;  ///< the last one is empty
  std::string trailers;       ///< canonical: "name:value\n" each, without the signature
  std::string trailer_signature;
};

std::unexpected<Error> incomplete() {
  return fail(
      Error{Code::invalid, "IncompleteBody", "The request body terminated unexpectedly", 400});
}

std::unexpected<Error> bad_framing(std::string_view what) {
  return fail(Error{Code::invalid, "InvalidRequest",
                    fmt::format("The aws-chunked body is malformed: {}", what), 400});
}

/// 1 to 12 hexadecimal digits; -1: not that.
std::int64_t hex_size(std::string_view text) {
  if (text.empty() || text.size() > 12) return -1;
  std::int64_t size = 0;
  for (char c : text) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return -1;
    size = size * 16 + digit;
  }
  return size;
}

Result<void> read_trailers(std::string_view rest, Chunked& out) {
  for (std::string_view line : split(rest, '\n')) {
    line = trim(line);
    if (line.empty()) continue;
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad_framing("a trailer without a colon");
    std::string name = lower(trim(line.substr(0, colon)));
    std::string_view value = trim(line.substr(colon + 1));
    if (name == trailer_signature_name)
      out.trailer_signature = value;
    else
      out.trailers += fmt::format("{}:{}\n", name, value);
  }
  return {};
}

Result<Chunked> parse(std::string_view body) {
  Chunked out;
  for (;;) {
    std::size_t end = body.find("\r\n");
    if (end == std::string_view::npos) return incomplete();
    std::string_view head = body.substr(0, end);
    std::size_t extension = head.find(';');
    std::int64_t size = hex_size(head.substr(0, extension));
    if (size < 0) return bad_framing("a chunk without a size");
    Chunk chunk;
    constexpr std::string_view mark = ";chunk-signature=";
    if (extension != std::string_view::npos) {
      if (!head.substr(extension).starts_with(mark)) return bad_framing("an unknown extension");
      chunk.signature = head.substr(extension + mark.size());
    }
    body.remove_prefix(end + 2);
    if (size == 0) {
      out.chunks.push_back(chunk);
      TRY(read_trailers(body, out));
      return out;
    }
    auto length = static_cast<std::size_t>(size);
    if (body.size() < length + 2) return incomplete();
    if (body.substr(length, 2) != "\r\n") return bad_framing("a chunk longer than its size");
    chunk.data = body.substr(0, length);
    out.chunks.push_back(chunk);
    body.remove_prefix(length + 2);
  }
}

bool is_chunked(const net::Request& request) {
  return request.headers.get("x-amz-content-sha256").starts_with("STREAMING-");
}
}  // namespace

Result<std::string> decode_aws_chunked(const net::Request& request) {
  if (!is_chunked(request)) return request.body;
  Chunked chunked = TRY(parse(request.body));
  std::string out;
  out.reserve(request.body.size());
  for (const Chunk& chunk : chunked.chunks) out += chunk.data;
  if (const std::string* stated = request.headers.find("x-amz-decoded-content-length")) {
    auto length = to_integer(trim(*stated));
    if (!length || *length < 0) return bad_framing("x-amz-decoded-content-length is not a number");
    if (static_cast<std::size_t>(*length) != out.size()) return incomplete();
  }
  return out;
}

Result<net::Headers> read_trailers(const net::Request& request) {
  net::Headers out;
  if (!is_chunked(request)) return out;
  const Chunked chunked = TRY(parse(request.body));
  for (std::string_view line : split(chunked.trailers, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != line.npos)
      out.set(line.substr(0, colon), std::string(trim(line.substr(colon + 1))));
  }
  return out;
}

namespace canonical {

std::string chunk_signature(const Sha256& key, const SignatureClaim& claim,
                            std::string_view previous, std::string_view data) {
  return signature(key, fmt::format("AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{}\n{}\n{}", claim.timestamp,
                                    scope(claim), previous, empty_hash, hex(sha256(data))));
}

std::string trailer_signature(const Sha256& key, const SignatureClaim& claim,
                              std::string_view previous, std::string_view trailers) {
  return signature(key, fmt::format("AWS4-HMAC-SHA256-TRAILER\n{}\n{}\n{}\n{}", claim.timestamp,
                                    scope(claim), previous, hex(sha256(trailers))));
}

Result<bool> chunks_match(const net::Request& request, const SignatureClaim& claim,
                          const Sha256& key) {
  std::string_view kind = request.headers.get("x-amz-content-sha256");
  bool with_trailer = kind == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  bool signed_chunks = with_trailer || kind == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  if (!is_chunked(request)) return true;
  Chunked chunked = TRY(parse(request.body));
  if (!signed_chunks) {
    if (kind == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return true;
    return fail(Error{Code::invalid, "NotImplemented",
                      fmt::format("The payload kind {} is not implemented", kind), 501});
  }
  std::string previous = claim.signature;
  for (const Chunk& chunk : chunked.chunks) {
    previous = chunk_signature(key, claim, previous, chunk.data);
    if (!equal_constant_time(previous, chunk.signature)) return false;
  }
  if (!with_trailer) return chunked.trailers.empty();
  return equal_constant_time(trailer_signature(key, claim, previous, chunked.trailers),
                             chunked.trailer_signature);
}

}  // namespace canonical
}  // namespace stint::aws

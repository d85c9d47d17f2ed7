// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4.h"
#include "messages.h"
#include "targets.h"

namespace stint::fuzz {

/// No bytes from outside are a signature of a secret that nobody was told; a body in chunks is
/// read or refused.
void signature(std::string_view bytes) {
  const Time now = *parse_time("2026-11-24T11:18:00Z");
  const net::Request request = read_request(bytes);
  auto claim = aws::read_signature(request);
  if (!claim) STINT_CHECK(!claim.error().name.empty());
  if (claim && *claim) {
    auto verified = aws::verify_signature(request, **claim, "a secret that nobody was told", now);
    STINT_CHECK(!verified.has_value());
    (void)aws::string_to_sign(request, **claim);
  }
  (void)aws::decode_aws_chunked(request);
}

}  // namespace stint::fuzz

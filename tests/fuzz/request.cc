// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "aws/protocol.h"
#include "messages.h"
#include "targets.h"

namespace stint::fuzz {

/// The first line names a service: one of each wire protocol. Whatever the server's side reads
/// from a request is an input that the model's own check and the client's side can handle, and an
/// input that both accept survives the way over the wire.
void request(std::string_view bytes) {
  const std::string_view name = cut_line(bytes);
  static constexpr std::string_view known[] = {"ec2", "iam", "lambda", "s3", "ssm"};
  if (std::ranges::find(known, name) == std::end(known)) return;
  auto service = models().service(name);
  if (!service) return;  // lambda, where Debian's models are not installed
  const net::Request request = read_request(bytes);
  auto operation = aws::route_operation(**service, request);
  if (!operation) {
    STINT_CHECK(!operation.error().name.empty());
    (void)aws::encode_error(**service, operation.error(), "r");
    return;
  }
  auto input = aws::decode_request(*operation, request);
  if (!input) {
    STINT_CHECK(!input.error().name.empty());
    (void)aws::encode_error(**service, input.error(), "r");
    return;
  }
  if (!aws::validate_input(*operation, *input)) return;
  auto converted = aws::convert_input(*operation, *input);
  if (!converted) return;
  auto sent = aws::encode_request(*operation, *converted);
  if (!sent) return;
  auto routed = aws::route_operation(**service, *sent);
  STINT_CHECK(routed && routed->name() == operation->name());
  STINT_CHECK(aws::decode_request(*routed, *sent).has_value());
}

}  // namespace stint::fuzz

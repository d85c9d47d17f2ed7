// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "aws/protocol.h"
#include "messages.h"
#include "targets.h"

namespace stint::fuzz {

/// The first line names an operation, "ec2.DescribeInstances"; the rest is an answer to it. What
/// is read from an answer can be written as one.
void response(std::string_view bytes) {
  const std::string_view name = cut_line(bytes);
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return;
  static constexpr std::string_view known[] = {"ec2", "iam", "lambda", "s3", "ssm"};
  if (std::ranges::find(known, name.substr(0, dot)) == std::end(known)) return;
  auto service = models().service(name.substr(0, dot));
  if (!service) return;
  auto operation = (*service)->find(name.substr(dot + 1));
  if (!operation) return;
  auto output = aws::decode_response(*operation, read_response(bytes));
  if (!output) {
    STINT_CHECK(!output.error().message.empty() || !output.error().name.empty());
    return;
  }
  (void)aws::encode_response(*operation, *output, "r");
}

}  // namespace stint::fuzz

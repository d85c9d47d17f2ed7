// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "cloud/cloud.h"
#include "cloud/ec2/table.h"
#include "cloud/iam/table.h"
#include "cloud/kms/table.h"
#include "cloud/logs/table.h"
#include "cloud/s3/table.h"
#include "cloud/sns/table.h"
#include "cloud/sqs/table.h"
#include "cloud/ssm/table.h"
#include "cloud/sts/table.h"

namespace stint::cloud {

std::span<const ServiceTable> services() {
  static const std::array<ServiceTable, 9> tables = {ec2::table(),  iam::table(), kms::table(),
                                                     logs::table(), s3::table(),  sns::table(),
                                                     sqs::table(),  ssm::table(), sts::table()};
  return tables;
}

}  // namespace stint::cloud

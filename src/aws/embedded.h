// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "aws/model.h"

namespace stint::aws {

/// The models of the embedded services, which the build packs into the program. Defined in the
/// library stint_models (cmake/models.cmake), not in stint_aws, because a tool that links stint_aws
/// makes them.
std::span<const EmbeddedModel> embedded_models();

}  // namespace stint::aws

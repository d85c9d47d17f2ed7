// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "cloud/ec2/storage_state.h"

namespace stint::cloud::ec2 {

/// Images that anybody may launch in a Region: a handful of Amazon's, Debian's and Ubuntu's, named
/// as theirs are, and the one that the default world's instance was made from. Each has at least
/// one device. The ids are made up, and the same in every world.
std::vector<Image> public_images(std::string_view region);
/// One of them by its id.
std::optional<Image> find_public_image(std::string_view region, std::string_view id);

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {

/// An image that the caller may see: an own one, a public one, or one that another account shared.
/// Errors: InvalidAMIID.NotFound, InvalidAMIID.Malformed.
Result<Image> visible_image(const Call& call, const std::string& id);
/// The same to launch from. Errors: also InvalidAMIID.Unavailable.
Result<Image> launchable_image(const Call& call, const std::string& id);
/// All images that the caller may see, in id order.
std::vector<Image> visible_images(const Call& call);

bool is_pending(const Home& home, const Image& image);

/// The account's own image. Errors: as visible_image, AuthFailure for another's.
Result<Image> own_image(const Call& call, const std::string& id);

/// Changes who may use an image or a snapshot as Attribute, OperationType, UserIds, UserGroups or
/// GroupNames and the Add and Remove lists of `changes` say.
struct Permission {
  bool& everybody;
  std::vector<std::string>& accounts;
  std::vector<std::string>* organizations = nullptr;
};
Result<void> change_permission(const Value& in, const Value& changes, std::string_view groups,
                               Permission permission);
/// [{Group: "all"}, {UserId}...].
Value::List permission_list(const Permission& permission);

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cloud/ec2/things.h"

namespace stint::cloud::ec2 {

/// "creating", "available", "in-use".
std::string_view volume_state(const Home& home, const Volume& volume);

/// The volumes that a launch makes of an image's devices and the request's BlockDeviceMappings:
/// without ids, the root first. Errors: InvalidBlockDeviceMapping, InvalidSnapshot.NotFound,
/// InvalidParameterValue.
Result<std::vector<Volume>> launch_volumes(const Call& call, const Value& in, const Image& image,
                                           const std::string& zone);
/// Gives them to an instance that was just made.
void keep_launch_volumes(Call& call, const std::string& instance, const std::vector<Volume>& disks,
                         const Tags& tags);

/// Size, type and the rest of a volume, as CreateVolume and launches name them. Errors:
/// InvalidParameterValue.
Result<void> set_volume_kind(const Value& in, std::string_view size, Volume& volume);

/// Whether the Region's new volumes and copies of snapshots are encrypted whatever is asked.
bool encrypts_by_default(const State& ec2);

Value describe_modification(const VolumeModification& made, std::string_view state);

/// A snapshot that the caller may use: an own, a public or a shared one. Errors:
/// InvalidSnapshot.NotFound.
Result<Snapshot> visible_snapshot(const Call& call, const std::string& id);
bool is_pending(const Home& home, const Snapshot& snapshot);

}  // namespace stint::cloud::ec2

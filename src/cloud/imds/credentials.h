// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// The credentials that an instance's metadata serves, with the recorded timing
/// (spec/temporary-permissions.md A1, "IMDS timing", "IMDS lifetime", "role removed").
namespace stint::cloud::imds {

/// An instance, as its metadata sees the world.
struct View {
  Cloud& cloud;
  std::string account, region;
  const ec2::Instance& instance;
  Time now;

  ec2::State& ec2() const { return cloud.state.region(account, region).ec2; }
};

/// The association that the metadata knows of by now, or nullptr.
const ec2::Association* known_association(const View& view);

/// The role whose credentials are served for an association; empty: none (the profile has no role
/// and no credentials of an earlier one are left).
std::string served_role(const View& view, const ec2::Association& association);

/// The documents, as IMDS writes them. Credentials are fetched when they are first asked for, are
/// the same for an hour, and last 6 h 35 min from when they were fetched.
std::string info_document(const View& view, const ec2::Association& association);
std::string credentials_document(const View& view, const ec2::Association& association,
                                 const std::string& role);
/// The instance's own credentials (identity-credentials/ec2), which no profile is needed for.
std::string identity_credentials_document(const View& view);

/// A flat object the way IMDS prints it: two blanks, and one before each colon.
std::string print(const Object& object);

}  // namespace stint::cloud::imds

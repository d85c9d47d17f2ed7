// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "cloud/cloud.h"

namespace stint::cloud::sts {

/// What a JSON Web Token that an identity provider signed says of its holder.
struct WebToken {
  const iam::IdentityProvider* provider = nullptr;
  std::string subject, audience;
  /// The provider's condition keys: "HOST:aud", "HOST:sub", "HOST:amr" (IAM User Guide, "Available
  /// keys for AWS web identity federation").
  std::map<std::string, std::vector<std::string>> keys;
  std::map<std::string, std::string> tags;   ///< claim https://aws.amazon.com/tags
  std::vector<std::string> transitive_tags;  ///< keys of these that go down a chain
  std::string source_identity;               ///< claim https://aws.amazon.com/source_identity
};

/// Checks a token against the providers of an account: its form (RFC 7519), RS256 signature,
/// issuer, audience and times. Errors: InvalidIdentityToken, ExpiredTokenException.
Result<WebToken> read_web_token(const cloud::State& state, std::string_view account,
                                std::string_view token, Time now);

}  // namespace stint::cloud::sts

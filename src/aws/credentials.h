// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/sigv4.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

/// Where a client's credentials and Region come from: the sources of AWS's SDKs, in their order
/// (SDKs and Tools Reference Guide, "Standardized credential providers").
namespace stint::aws {

/// What the search may look at. Everything is handed in: tests set no real variable.
struct CredentialSources {
  /// The value of an environment variable, or none.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  /// For container endpoints and IMDS; nullptr: these two are not asked. It should have short
  /// time limits: off EC2 nobody answers.
  net::Transport* transport = nullptr;
  /// A profile that the user named; empty: AWS_PROFILE, else "default". A named profile is a
  /// choice, so the variables AWS_ACCESS_KEY_ID ... are then not looked at.
  std::string profile;
};

struct FoundCredentials {
  Credentials credentials;
  std::string source;  ///< for people: "the environment", "profile dev of /home/x/.aws/credentials"
};

/// The first of: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; the profile in
/// AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials), then in AWS_CONFIG_FILE (~/.aws/config); the
/// container endpoint (AWS_CONTAINER_CREDENTIALS_FULL_URI: https, loopback and the addresses of ECS
/// and EKS only; ..._RELATIVE_URI); IMDSv2 (AWS_EC2_METADATA_SERVICE_ENDPOINT, unless
/// AWS_EC2_METADATA_DISABLED).
///
/// A source that is there but broken ends the search with its Error, so that a typing error never
/// turns into other credentials. Errors: Code::not_found when no source has any, Code::invalid for
/// a half-filled source, a profile that does not exist, or one that needs what is not read here
/// (role_arn, credential_process, sso_*, web identity); Code::unavailable from an endpoint. No
/// error holds a secret, a token or an answer that might contain one.
Result<FoundCredentials> locate_credentials(const CredentialSources& around, Time now);
/// The same without where they came from.
Result<Credentials> find_credentials(const CredentialSources& around, Time now);

/// AWS_REGION, AWS_DEFAULT_REGION, else `region` of the profile. Errors: Code::not_found.
Result<std::string> find_region(const CredentialSources& around);

/// Asks again when what it holds is about to end. One thread at a time.
class RenewingCredentials {
 public:
  explicit RenewingCredentials(CredentialSources around) : around_(std::move(around)) {}

  /// As locate_credentials. What ends within five minutes is replaced; if that fails, what is held
  /// is answered for as long as it is good.
  Result<Credentials> get(Time now);

 private:
  CredentialSources around_;
  std::optional<Credentials> held_;
};

}  // namespace stint::aws

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace stint::cloud {

/// Who makes a call, after authentication.
struct Principal {
  enum class Kind {
    anonymous,
    root,
    user,
    role_session,
    federated_user,
    service
  } kind = Kind::anonymous;
  std::string account;
  std::string arn;      ///< of the session for a role: arn:aws:sts::A:assumed-role/R/S
  std::string name;     ///< user or role name; the service's principal name for a service; for a
                        ///< federated user the user (or "root") who vouches for it
  std::string session;  ///< session name (role sessions), federated user's name
  std::string user_id;  ///< "AIDA...", "AROA...:session", the account id for root
  std::string access_key;
  std::string session_policy;
  std::vector<std::string> session_policy_arns;  ///< managed session policies
  std::map<std::string, std::string> session_tags;
  std::vector<std::string> transitive_tags;  ///< keys of session_tags that go down a chain
  /// Condition keys of whom an identity provider vouched for (sts::Session::identity_keys).
  std::map<std::string, std::vector<std::string>> identity_keys;
  std::string source_identity;       ///< sts:SourceIdentity, or empty
  std::string source_instance;       ///< ARN, for instance credentials
  std::string source_arn;            ///< aws:SourceArn: what a service makes the call for, or empty
  std::optional<Time> token_issued;  ///< temporary credentials only
  std::optional<Time> token_expires;  ///< none: the session does not end by itself
};

struct Caller {
  Principal principal;
  std::string source_ip = "127.0.0.1";
  bool secure = false;     ///< aws:SecureTransport
  bool unchecked = false;  ///< test mode: whatever it asks for is allowed
  std::string user_agent, referer;
};

}  // namespace stint::cloud

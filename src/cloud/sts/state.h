// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"

/// Temporary credentials that were given out: what a session token stands for.
namespace stint::cloud::sts {

struct Session {
  std::string access_key, secret, token;
  std::string account;
  std::string role;             ///< role name in that account; empty: GetSessionToken of `user`
  std::string role_id;          ///< a role made anew under the old name is another role
  std::string user;             ///< user name, or "root"
  std::string name;             ///< RoleSessionName (the instance id for instance credentials), or
                                ///< a federated user's name when there is no role
  std::string source_instance;  ///< ARN of the instance the credentials were given to, or empty
  std::string policy;           ///< session policy document, or empty
  std::vector<std::string> policy_arns;     ///< managed session policies
  std::string source_identity;              ///< handed on from session to session, or empty
  std::map<std::string, std::string> tags;  ///< passed, or come down the chain
  std::vector<std::string> transitive;      ///< keys of tags that go on down the chain
  /// Condition keys of whom an identity provider vouched for: "aws:FederatedProvider", "HOST:sub".
  std::map<std::string, std::vector<std::string>> identity_keys;
  Time issued{}, expires{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AccessKeyId", self.access_key);
    visit("SecretAccessKey", self.secret);
    visit("SessionToken", self.token);
    visit("Account", self.account);
    visit("Role", self.role);
    visit("RoleId", self.role_id);
    visit("User", self.user);
    visit("SessionName", self.name);
    visit("SourceInstanceArn", self.source_instance);
    visit("Policy", self.policy);
    visit("PolicyArns", self.policy_arns);
    visit("SourceIdentity", self.source_identity);
    visit("Tags", self.tags);
    visit("TransitiveTagKeys", self.transitive);
    visit("IdentityKeys", self.identity_keys);
    visit("Issued", self.issued);
    visit("Expiration", self.expires);
  }
};

/// Global: a session is found by its access key before its account is known.
struct State {
  Table<Session> sessions;  ///< by access key id
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("sessions", self.sessions);
  }
};

}  // namespace stint::cloud::sts

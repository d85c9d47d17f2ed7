// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cloud/fields.h"
#include "cloud/table.h"
#include "policy/policy.h"

/// Identity and Access Management of one account: names are keys, and unique ignoring case.
namespace stint::cloud::iam {

using Tags = std::map<std::string, std::string>;

struct PolicyVersion {
  std::string id;  ///< "v1"
  std::string document;
  bool is_default = false;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("VersionId", self.id);
    visit("Document", self.document);
    visit("IsDefaultVersion", self.is_default);
    visit("CreateDate", self.created);
  }
};

/// A managed policy, customer's or AWS's; the key is its ARN.
struct Policy {
  std::string name, id, arn, path = "/", description;
  std::vector<PolicyVersion> versions;  ///< oldest first
  int next_version = 2;
  Time created{}, updated{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("PolicyName", self.name);
    visit("PolicyId", self.id);
    visit("Arn", self.arn);
    visit("Path", self.path);
    visit("Description", self.description);
    visit("Versions", self.versions);
    visit("NextVersion", self.next_version);
    visit("CreateDate", self.created);
    visit("UpdateDate", self.updated);
    visit("Tags", self.tags);
  }
  const PolicyVersion* default_version() const {
    for (const PolicyVersion& version : versions)
      if (version.is_default) return &version;
    return nullptr;
  }
};

struct Role {
  std::string name, id, arn, path = "/", description;
  std::string trust;                           ///< AssumeRolePolicyDocument, as given
  std::map<std::string, std::string> inlined;  ///< name -> document
  std::vector<std::string> attached;           ///< ARNs, in the order of attaching
  std::string boundary;                        ///< ARN, or empty
  int max_session_seconds = 3600;
  Time created{};
  Time changed{};  ///< last change of what EC2 and STS must learn of (propagation)
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("RoleName", self.name);
    visit("RoleId", self.id);
    visit("Arn", self.arn);
    visit("Path", self.path);
    visit("Description", self.description);
    visit("AssumeRolePolicyDocument", self.trust);
    visit("InlinePolicies", self.inlined);
    visit("AttachedPolicies", self.attached);
    visit("PermissionsBoundary", self.boundary);
    visit("MaxSessionDuration", self.max_session_seconds);
    visit("CreateDate", self.created);
    visit("ChangeDate", self.changed);
    visit("Tags", self.tags);
  }
};

struct InstanceProfile {
  std::string name, id, arn, path = "/";
  std::string role;  ///< name, or empty: at most one (AWS quota)
  Time created{};
  Time changed{};  ///< last change of its role (propagation)
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("InstanceProfileName", self.name);
    visit("InstanceProfileId", self.id);
    visit("Arn", self.arn);
    visit("Path", self.path);
    visit("Role", self.role);
    visit("CreateDate", self.created);
    visit("ChangeDate", self.changed);
    visit("Tags", self.tags);
  }
};

struct Group {
  std::string name, id, arn, path = "/";
  std::map<std::string, std::string> inlined;
  std::vector<std::string> attached;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("GroupName", self.name);
    visit("GroupId", self.id);
    visit("Arn", self.arn);
    visit("Path", self.path);
    visit("InlinePolicies", self.inlined);
    visit("AttachedPolicies", self.attached);
    visit("CreateDate", self.created);
  }
};

struct User {
  std::string name, id, arn, path = "/";
  std::vector<std::string> groups;  ///< names, sorted
  std::map<std::string, std::string> inlined;
  std::vector<std::string> attached;
  std::string boundary;
  Time created{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("UserName", self.name);
    visit("UserId", self.id);
    visit("Arn", self.arn);
    visit("Path", self.path);
    visit("Groups", self.groups);
    visit("InlinePolicies", self.inlined);
    visit("AttachedPolicies", self.attached);
    visit("PermissionsBoundary", self.boundary);
    visit("CreateDate", self.created);
    visit("Tags", self.tags);
  }
};

/// A long-term key; the key of the table is the access key id.
struct AccessKey {
  std::string id, secret;
  std::string user;  ///< name; "root" with an empty path is the account's root user: see `root`
  bool root = false;
  bool active = true;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AccessKeyId", self.id);
    visit("SecretAccessKey", self.secret);
    visit("UserName", self.user);
    visit("Root", self.root);
    visit("Active", self.active);
    visit("CreateDate", self.created);
  }
};

/// An OpenID Connect provider whose tokens AssumeRoleWithWebIdentity takes; the key is its ARN.
struct IdentityProvider {
  std::string arn;
  std::string url;  ///< without "https://": what a token's issuer must be
  std::vector<std::string> client_ids, thumbprints;
  std::map<std::string, std::string> keys;  ///< key id ("" = any) -> RSA public key in PEM
  Time created{};
  Tags tags;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("Arn", self.arn);
    visit("Url", self.url);
    visit("ClientIDList", self.client_ids);
    visit("ThumbprintList", self.thumbprints);
    visit("Keys", self.keys);
    visit("CreateDate", self.created);
    visit("Tags", self.tags);
  }
};

/// The account's name in sign-in addresses; the key is the alias. At most one (AWS quota).
struct Alias {
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("CreateDate", self.created);
  }
};

/// A service-linked role that was deleted; the key is the DeletionTaskId.
struct DeletionTask {
  std::string role;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("RoleName", self.role);
    visit("CreateDate", self.created);
  }
};

/// What passwords of an account's users must be; the key is "policy". Nobody has a password here.
struct PasswordPolicy {
  std::int64_t least_length = 6;
  bool symbols = false, numbers = false, uppercase = false, lowercase = false, own_change = false;
  std::optional<std::int64_t> oldest_days, not_again;
  std::optional<bool> hard_expiry;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("MinimumPasswordLength", self.least_length);
    visit("RequireSymbols", self.symbols);
    visit("RequireNumbers", self.numbers);
    visit("RequireUppercaseCharacters", self.uppercase);
    visit("RequireLowercaseCharacters", self.lowercase);
    visit("AllowUsersToChangePassword", self.own_change);
    visit("MaxPasswordAge", self.oldest_days);
    visit("PasswordReusePrevention", self.not_again);
    visit("HardExpiry", self.hard_expiry);
  }
};

struct State {
  Table<Role> roles;
  Table<Policy> policies;  ///< by ARN
  Table<InstanceProfile> profiles;
  Table<User> users;
  Table<Group> groups;
  Table<AccessKey> access_keys;
  Table<IdentityProvider> providers;  ///< by ARN
  Table<Alias> aliases;
  Table<DeletionTask> deletions;
  Table<PasswordPolicy> passwords;
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("roles", self.roles);
    visit("policies", self.policies);
    visit("profiles", self.profiles);
    visit("users", self.users);
    visit("groups", self.groups);
    visit("access_keys", self.access_keys);
    visit("providers", self.providers);
    visit("aliases", self.aliases);
    visit("deletions", self.deletions);
    visit("passwords", self.passwords);
  }
};

}  // namespace stint::cloud::iam

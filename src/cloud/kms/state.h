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

/// Key Management Service of one account and Region.
namespace stint::cloud::kms {

struct Key {
  std::string id, arn, description, policy;
  std::string material;              ///< 32 bytes in base64
  std::string manager = "CUSTOMER";  ///< or "AWS"
  bool enabled = true;
  bool rotates = false;
  std::optional<Time> deletion;  ///< pending; at that time the key is gone
  std::int64_t pending_days = 0;
  std::map<std::string, std::string> tags;
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("KeyId", self.id);
    visit("Arn", self.arn);
    visit("Description", self.description);
    visit("Policy", self.policy);
    visit("Material", self.material);
    visit("KeyManager", self.manager);
    visit("Enabled", self.enabled);
    visit("KeyRotationEnabled", self.rotates);
    visit("DeletionDate", self.deletion);
    visit("PendingDeletionWindowInDays", self.pending_days);
    visit("Tags", self.tags);
    visit("CreationDate", self.created);
  }
};

struct Alias {
  std::string name, key;  ///< "alias/x", id of its key
  Time created{}, updated{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("AliasName", self.name);
    visit("TargetKeyId", self.key);
    visit("CreationDate", self.created);
    visit("LastUpdatedDate", self.updated);
  }
};

struct Grant {
  std::string id, token, key, name;  ///< `key`: its id
  std::string grantee, retiring, issuer;
  std::vector<std::string> operations;
  std::map<std::string, std::string> equals, subset;  ///< constraints on the encryption context
  Time created{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("GrantId", self.id);
    visit("GrantToken", self.token);
    visit("KeyId", self.key);
    visit("Name", self.name);
    visit("GranteePrincipal", self.grantee);
    visit("RetiringPrincipal", self.retiring);
    visit("IssuingAccount", self.issuer);
    visit("Operations", self.operations);
    visit("EncryptionContextEquals", self.equals);
    visit("EncryptionContextSubset", self.subset);
    visit("CreationDate", self.created);
  }
};

struct State {
  Table<Key> keys;       ///< by id
  Table<Alias> aliases;  ///< by name
  Table<Grant> grants;   ///< by id
  template <class Self, class Visitor>
  static void tables(Self& self, Visitor&& visit) {
    visit("keys", self.keys);
    visit("aliases", self.aliases);
    visit("grants", self.grants);
  }
};

}  // namespace stint::cloud::kms

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "policy/statement.h"

namespace stint::policy {

struct Request;

/// Reads one entry; `type` is the member's name in the element ("AWS", "Service", ...). None: there
/// is no such type, or the text is no principal of that type. Wildcards stand for everyone only
/// when they stand alone.
std::optional<Principal> read_principal(std::string_view type, std::string_view text);

/// How a Principal element reaches who asks; the more directly, the fewer other policies limit what
/// it grants ("Resource-based policies and implicit denies in other policy types").
enum class Reach : std::uint8_t {
  none,
  account,  ///< names the account: that must give the permission on to its identities
  role,     ///< names the role (or the federated user's user): boundary and session still limit
  direct,   ///< names the user or session itself, a service, or everyone
};

Reach reach(const std::vector<Principal>& principals, const Request& request);

/// Whether a Deny with this NotPrincipal leaves the asker alone. The documentation says that AWS
/// may look at account, role and session one after the other; this is the strict reading: a user
/// must be named itself, a role's session together with its role; the account alone exempts only
/// the root user.
bool exempts(const std::vector<Principal>& not_principals, const Request& request);

}  // namespace stint::policy

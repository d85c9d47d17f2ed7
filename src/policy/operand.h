// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "policy/statement.h"

namespace stint::policy {

/// A date of a condition: the W3C forms of ISO 8601 (year alone up to a fraction of a second, Z or
/// an offset; no offset: UTC) or seconds since 1970. Bounds as IAM has them: years -292275054 to
/// 292278993, at most nine digits of fraction.
std::optional<Instant> read_instant(std::string_view text);

/// "203.0.113.0/24", "2001:db8::/32", or an address alone (all its bits).
std::optional<Network> read_network(std::string_view text);
/// True when `address` (prefix ignored) lies in `network`; never across IPv4 and IPv6.
bool contains(const Network& network, const Network& address);

/// A decimal number, also with an exponent.
std::optional<double> read_decimal(std::string_view text);
/// "true" or "false", in any case.
std::optional<bool> read_boolean(std::string_view text);

}  // namespace stint::policy

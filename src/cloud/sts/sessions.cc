// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/sts/sessions.h"

#include <fmt/core.h>

#include <vector>

#include "base/text.h"

namespace stint::cloud::sts {
namespace {

constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view token_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Ended sessions are kept so long that whoever still holds one is told that it expired.
constexpr Duration kept = std::chrono::hours(24);
/// A look at all of them is worth its time once in so many: thousands of executions start sessions.
constexpr std::size_t look_every = 256;

void forget_old(Table<Session>& sessions, Time now) {
  if (sessions.empty() || sessions.size() % look_every != 0) return;
  std::vector<std::string> old;
  for (const auto& [key, session] : sessions)
    if (session->expires + kept < now) old.push_back(key);
  for (const std::string& key : old) sessions.erase(key);
}

}  // namespace

std::string new_access_key_id(Random& random, std::string_view prefix, std::string_view account) {
  // 80 bits in base 32. The top bit is set, the next 40 are the account, the rest is random.
  const auto number = static_cast<std::uint64_t>(to_integer(account).value_or(0));
  std::string id(prefix);
  const std::uint64_t high = (std::uint64_t{1} << 47) | (number << 7) | random.below(128);
  // 48 bits: nine characters and three bits; the tenth character takes two random ones besides.
  for (int shift = 43; shift >= 3; shift -= 5) id += base32[(high >> shift) & 31];
  id += base32[((high & 7) << 2) | random.below(4)];
  return id + random.text(6, base32);
}

std::optional<std::string> account_of_access_key(std::string_view access_key) {
  if (access_key.size() != 20) return std::nullopt;
  std::uint64_t high = 0;
  for (const char c : access_key.substr(4, 10)) {
    const std::size_t digit = base32.find(c);
    if (digit == base32.npos) return std::nullopt;
    high = high << 5 | digit;
  }
  high >>= 2;
  const std::uint64_t account = (high >> 7) & ((std::uint64_t{1} << 40) - 1);
  return fmt::format("{:012}", account);
}

std::string new_secret(Random& random) {
  return random.text(40, token_alphabet);
}

const Session& start_session(cloud::State& state, Session session, Duration lifetime, Time now) {
  forget_old(state.sts.sessions, now);
  session.access_key = new_access_key_id(state.random, "ASIA", session.account);
  session.secret = new_secret(state.random);
  session.token = "IQoJb3JpZ2luX2Vj" + state.random.text(240, token_alphabet);
  session.issued = now;
  session.expires = now + lifetime;
  std::string key = session.access_key;
  return state.sts.sessions.put(std::move(key), std::move(session));
}

}  // namespace stint::cloud::sts

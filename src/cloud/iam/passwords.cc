// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The account's password policy ("Set an account password policy for IAM users" of the IAM User
// Guide). It is kept and shown: users have no passwords here.
#include <fmt/core.h>

#include "cloud/iam/common.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

std::unexpected<Error> no_password_policy(const Call& call) {
  return no_such_entity(
      fmt::format("The Password Policy with domain name {} cannot be found.", call.account));
}

Result<std::optional<std::int64_t>> read_count(const Value& in, std::string_view member,
                                               std::string_view shown, std::int64_t most) {
  if (!in.find(member)) return std::optional<std::int64_t>();
  const std::int64_t count = in.integer(member);
  TRY(check_range(count, shown, 1, most));
  return std::optional(count);
}

}  // namespace

Result<Value> get_account_password_policy(Call& call, const Value&) {
  const PasswordPolicy* held = iam_of(call).passwords.find("policy");
  if (!held) return no_password_policy(call);
  Object out{{"MinimumPasswordLength", held->least_length},
             {"RequireSymbols", held->symbols},
             {"RequireNumbers", held->numbers},
             {"RequireUppercaseCharacters", held->uppercase},
             {"RequireLowercaseCharacters", held->lowercase},
             {"AllowUsersToChangePassword", held->own_change},
             {"ExpirePasswords", held->oldest_days.has_value()}};
  if (held->oldest_days) out.append("MaxPasswordAge", *held->oldest_days);
  if (held->not_again) out.append("PasswordReusePrevention", *held->not_again);
  if (held->hard_expiry) out.append("HardExpiry", *held->hard_expiry);
  return object({{"PasswordPolicy", Value(std::move(out))}});
}

/// "If you do not include a value for a given parameter, then IAM uses the default value."
Result<Value> update_account_password_policy(Call& call, const Value& in) {
  PasswordPolicy policy{.least_length = in.integer("MinimumPasswordLength", 6),
                        .symbols = in.flag("RequireSymbols"),
                        .numbers = in.flag("RequireNumbers"),
                        .uppercase = in.flag("RequireUppercaseCharacters"),
                        .lowercase = in.flag("RequireLowercaseCharacters"),
                        .own_change = in.flag("AllowUsersToChangePassword")};
  TRY(check_range(policy.least_length, "minimumPasswordLength", 6, 128));
  policy.oldest_days = TRY(read_count(in, "MaxPasswordAge", "maxPasswordAge", 1095));
  policy.not_again = TRY(read_count(in, "PasswordReusePrevention", "passwordReusePrevention", 24));
  if (in.find("HardExpiry")) policy.hard_expiry = in.flag("HardExpiry");
  call.effect = "changed";
  own_iam(call).passwords.put("policy", std::move(policy));
  return Value(Object());
}

Result<Value> delete_account_password_policy(Call& call, const Value&) {
  if (!own_iam(call).passwords.erase("policy")) return no_password_policy(call);
  call.effect = "deleted";
  return Value(Object());
}

}  // namespace stint::cloud::iam

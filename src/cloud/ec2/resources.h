// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string_view>

#include "cloud/ec2/kinds.h"
#include "cloud/ec2/operations.h"

/// Which resources a call of EC2 touches, for the rows of its table: `named<"vpc", "VpcId">`, or
/// several at once with `all_of` ("Actions, resources, and condition keys for Amazon EC2" of the
/// Service Authorization Reference).
namespace stint::cloud::ec2 {

/// A name as an argument of a template.
template <std::size_t N>
struct Word {
  char letters[N];
  constexpr Word(const char (&from)[N]) { std::copy_n(from, N, letters); }
  constexpr std::string_view view() const { return {letters, N - 1}; }
};

/// ARNs of the ids that a member of the input holds, one or a list. `required`: without any, of
/// every thing of that type, so that somebody is asked.
Resources ids_at(const Call& call, const Value& in, std::string_view type, std::string_view member,
                 bool required);

template <Word type, Word member>
Resources named(const Call& call, const Value& in) {
  return ids_at(call, in, type.view(), member.view(), true);
}
/// A member that may be absent.
template <Word type, Word member>
Resources maybe(const Call& call, const Value& in) {
  return ids_at(call, in, type.view(), member.view(), false);
}
/// Something that the call makes.
template <Word type>
Resources made(const Call& call, const Value&) {
  return {arn_of(call.region, call.account, type.view(), "*")};
}
template <auto... Each>
Resources all_of(const Call& call, const Value& in) {
  Resources all;
  const auto add = [&](Resources more) { std::ranges::move(more, std::back_inserter(all)); };
  (add(Each(call, in)), ...);
  return all;
}

/// What the policies of EC2 may ask about one of a call's resources: its tags, what it is, and what
/// the request wants it to be.
void resource_keys(const Call& call, const Value& in, std::string_view arn, policy::Context& out);

/// For another service's call that names several instances at once: the keys that are the same for
/// all of them. A condition on anything else is not met.
void instance_context(const Call& call, const std::vector<std::string>& ids, policy::Context& out);

}  // namespace stint::cloud::ec2

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/state.h"
#include "cloud/world_reader.h"

/// The sections of a world file: reading (world_iam.cc, world_region.cc) and writing
/// (world_dump.cc) share what a thing is when the file says nothing more than its name.
namespace stint::cloud::world {

/// Always the same id for the same thing: "AROA" and 17 characters.
std::string fixed_id(std::string_view prefix, std::string_view account, std::string_view name);

iam::Role plain_role(std::string_view account, std::string_view name, std::string_view path,
                     Time created);
iam::InstanceProfile plain_profile(std::string_view account, std::string_view name,
                                   std::string_view path, Time created);
iam::Policy plain_policy(std::string_view account, std::string_view name, std::string_view path,
                         Time created, std::string document);
iam::User plain_user(std::string_view account, std::string_view name, std::string_view path,
                     Time created);
iam::Group plain_group(std::string_view account, std::string_view name, std::string_view path,
                       Time created);
/// The trust policy that `service: NAME` means.
std::string service_trust(const std::vector<std::string>& services);

/// `number` counts the instances of a world, in order: it gives the addresses.
ec2::Instance plain_instance(std::string_view region, std::string_view id, Time created,
                             std::size_t number);
ec2::Association plain_association(const State& state, std::string_view account,
                                   std::string_view instance, const iam::InstanceProfile& profile,
                                   const iam::Role* role, Time created);
ssm::Document plain_document(std::string_view account, std::string_view name,
                             std::string_view content, Time created);

/// The id of an object's version in a bucket that is versioned; `older`: how many lie below it.
std::string plain_version(std::string_view bucket, std::string_view key, std::size_t older);

/// Reads roles, profiles, policies, groups, users, access_keys and identity of one account.
Result<void> read_iam(const WorldReader& reader, const Value& of, const std::string& account_id,
                      Time created, Account& account);

/// Reads account_alias and identity_providers of one account.
Result<void> read_identity(const WorldReader& reader, const Value& of,
                           const std::string& account_id, Time created, Account& account);

/// Reads instances, buckets, parameters, documents and nodes of one Region. The account's IAM
/// must have been read.
Result<void> read_region(const WorldReader& reader, const Value& of, const std::string& account_id,
                         const std::string& region_name, Time created, State& state);

/// Reads one bucket with its objects (world_buckets.cc).
Result<void> read_bucket(const WorldReader& reader, const std::string& account,
                         const std::string& region, Time created, const std::string& name,
                         const Value& given, Where where, State& state);

/// Gives addresses to the instances that have none.
void number_instances(State& state);

}  // namespace stint::cloud::world

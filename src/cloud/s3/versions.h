// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "cloud/cloud.h"

/// Versions of objects (S3 User Guide, "How S3 Versioning works"). The newest version of a key, a
/// delete marker too, is the entry in State::objects; it names the older ones in State::versions.
namespace stint::cloud::s3 {

/// "null" for the version that a bucket without versioning makes.
std::string shown_version(const ObjectEntry& entry);

/// The key in State::versions of an entry once it is an older one.
std::string version_row(const ObjectEntry& entry);

/// A version by its id ("null" too), or the newest for an empty id; nullptr: there is none. May be
/// a delete marker.
const ObjectEntry* find_version(const State& state, std::string_view bucket, std::string_view key,
                                std::string_view version);
/// The same to change.
ObjectEntry* edit_version(State& state, std::string_view bucket, std::string_view key,
                          std::string_view version);

/// What a read of an object finds. A key that is not there is only told to those who may list the
/// bucket. Errors: NoSuchKey, NoSuchVersion, InvalidArgument (no version id), MethodNotAllowed (a
/// delete marker by its id).
Result<const ObjectEntry*> find_object(Call& call, std::string_view bucket, std::string_view key,
                                       std::string_view version);

/// Puts a new newest version as the bucket's versioning has it; sets the call's effect. The entry's
/// version is chosen here.
const ObjectEntry& put_version(Call& call, const Bucket& bucket, ObjectEntry entry);

/// What a deletion did, for the answer.
struct Deletion {
  bool marker = false;  ///< a delete marker was made, or removed
  std::string version;  ///< of the marker, or that was removed; empty: not versioned
};
/// Removes a version by its id; without one removes the object or puts a delete marker. What is not
/// there is no error. Errors: InvalidArgument for what is no version id.
Result<Deletion> delete_version(Call& call, const Bucket& bucket, const std::string& key,
                                const std::string& version);

/// Sets VersionId on an answer about an entry where the bucket is or was versioned.
void add_version(const State& state, const ObjectEntry& entry, Object& out);

}  // namespace stint::cloud::s3

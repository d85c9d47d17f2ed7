// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "cloud/s3/body.h"

namespace stint::host {

/// Large objects of the embedded S3 as files beside the state file, named by the hash of their
/// bytes ("STATE.objects/ab/abcd..."). One owner at a time, as the state file has; one that only
/// looks may read.
class FileBodies final : public cloud::s3::BodyStore {
 public:
  explicit FileBodies(std::string directory) : directory_(std::move(directory)) {}

  Result<void> put(const std::string& sha256, std::string_view bytes) override;
  Result<std::string> get(const std::string& sha256, std::size_t first,
                          std::size_t count) const override;
  /// Removes the files that no object names (sorted hashes). Only right after a commit: what an
  /// older state names may be gone then. What cannot be removed is left.
  void sweep(const std::vector<std::string>& used);
  /// Bytes written since the last sweep.
  std::size_t written() const { return written_; }

 private:
  std::string path(const std::string& sha256) const;

  std::string directory_;
  std::size_t written_ = 0;
};

}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// Files of a node, written from outside. What scripts did to the node's directories (links to
/// anywhere) must not lead a write out of them.
namespace stint::host {

/// The directories of a node that scripts may write to, at the root of its file system.
const std::vector<std::string>& writable_directories();

/// Writes a file outside the nodes' reach that is made anew at every start: not flushed to disk.
Result<void> write_plainly(const std::string& path, std::string_view bytes);

/// Makes `root` with the writable directories.
Result<void> make_file_system(const std::string& root);

/// Writes a file, with the folders above it. `path` begins with '/' and means a file below `root`;
/// links on the way are followed as if `root` were "/". Errors name the path as the node sees it.
Result<void> write_inside(const std::string& root, std::string_view path, std::string_view bytes,
                          int mode = 0644);
/// Makes a folder and those above it, likewise.
Result<void> make_folder_inside(const std::string& root, std::string_view path);

}  // namespace stint::host

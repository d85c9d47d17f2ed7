// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

namespace stint {

/// A text that lies in a room's folder and was made part of the program by the build
/// (cmake/rooms.cmake): each room with such texts has its own `embedded_files()`.
struct EmbeddedFile {
  std::string_view path;  ///< below the room's folder, "ssm/documents/command/AWS-RunShellScript.json"
  std::string_view text;
};

}  // namespace stint

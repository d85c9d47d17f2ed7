// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

/// Scripts shut in with bubblewrap: they see the system's programs read-only, directories of their
/// own, and a network of their own in which nothing answers but the cloud and their metadata.
namespace stint::host {

struct Sandbox {
  bool works = false;
  bool network_admin = false;  ///< 169.254.169.254 can be had inside
  /// Root inside is nobody outside. Where the kernel gives none (in a chroot, in some containers),
  /// root can do without: what runs inside is then root, but has no capability and no way to one.
  bool user_namespace = true;
  std::string reason;  ///< why it does not work: one sentence
};

/// Whether bubblewrap works here, found out by running it. `bubblewrap` is its path, or a name that
/// is looked up on the usual path.
Sandbox probe_sandbox(const std::string& bubblewrap = "bwrap");

/// What a sandboxed process sees.
struct SandboxPlan {
  Sandbox sandbox;
  std::string program;    ///< stint itself; runs inside as sandbox-init
  std::string etc;        ///< directory that is /etc inside (make_etc)
  std::string python;     ///< directory that is /run/stint/python inside
  std::string cloud_net;  ///< directory with the socket "cloud.sock"
  std::string node_net;   ///< directory with the socket "imds.sock"
  std::vector<std::pair<std::string, std::string>> writable;  ///< host directory -> path inside
  std::string directory;                                      ///< working directory, inside
  std::string host_name = "node";
};

namespace inside {
inline constexpr int cloud_port = 4566;
inline constexpr int metadata_port = 1338;  ///< when 169.254.169.254 cannot be had
inline constexpr const char* python = "/run/stint/python";
}  // namespace inside

/// The command line that runs `argv` (a path inside and its arguments) as the plan says. The
/// environment of bubblewrap is that of the process, with AWS_EC2_METADATA_SERVICE_ENDPOINT set.
std::vector<std::string> sandbox_command(const SandboxPlan& plan,
                                         const std::vector<std::string>& argv);

/// Writes the files of a minimal /etc: users, hosts, no resolver.
Result<void> make_etc(const std::string& directory, const std::string& host_name);

/// `program sandbox-init ...`: the first process inside. Opens the ways to the cloud and to the
/// metadata, runs the process without any capability, answers with its exit code.
int sandbox_init_main(int argc, char** argv);

}  // namespace stint::host

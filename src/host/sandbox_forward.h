// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <list>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/process_files.h"

namespace stint::host {

/// Carries bytes between TCP connections and local sockets. Single-threaded; one poll for all.
///
/// A connection whose other side is not there (the program is being restarted) waits for it up to a
/// minute before it is closed.
class Forwarder {
 public:
  /// Listens at an address of this network namespace ("169.254.169.254", 80). Connections go to the
  /// local socket at `path`. Errors: the system's reason.
  Result<void> listen(const std::string& address, int port, std::string path);
  /// Works until `until` becomes readable.
  void run(int until);

 private:
  using Steady = std::chrono::steady_clock;
  struct Door {
    Fd socket;
    std::string path;
  };
  /// One direction: what was read from `from` and is not yet written to `to`.
  struct Flow {
    std::string bytes;
    bool ended = false;   ///< nothing more will be read
    bool closed = false;  ///< and the other side was told
  };
  struct Link {
    Fd client, server;
    std::string path;
    Steady::time_point give_up;
    Flow up, down;
    bool broken = false;
  };

  void accept(Door& door);
  void connect(Link& link);
  void move(Link& link, short client, short server);

  std::vector<Door> doors_;
  std::list<Link> links_;
};

}  // namespace stint::host

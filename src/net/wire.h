// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "net/http.h"

namespace stint::net {

/// What the request asks of the shape of its answer.
struct AnswerTo {
  bool head = false;       ///< a HEAD request: no body goes out
  bool old = false;        ///< HTTP/1.0
  bool keep_alive = true;  ///< the connection stays open afterwards
};

/// Whether the handler asked for the end of the connection.
bool wants_close(const Response& response);

/// Start line and headers as they go over the wire, with the empty line. The body follows as it
/// is, unless `sends_body` says that none may.
std::string answer_head(const Response& response, const AnswerTo& to);
bool sends_body(const Response& response, const AnswerTo& to);

/// The standard reason of a status ("Not Found"); "Unknown" for one without.
std::string_view reason(int status);

}  // namespace stint::net

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "base/hash.h"
#include "cloud/cloud.h"

namespace stint::cloud::ssm {

/// One page of an answer. The token is opaque to callers: it holds the id of the last row shown, so
/// that a row which appears meanwhile neither hides nor repeats another.
struct Page {
  std::size_t first = 0, end = 0;
  std::string next;  ///< NextToken; empty: no more
};

/// `ids` are the rows in the order they are shown. Errors: InvalidNextToken.
inline Result<Page> page(const Value& in, const std::vector<std::string>& ids, std::int64_t most) {
  Page page;
  if (const std::string& token = in.text("NextToken"); !token.empty()) {
    auto id = from_base64(token);
    auto found = id ? std::ranges::find(ids, *id) : ids.end();
    if (found == ids.end()) return fault("InvalidNextToken", "The specified token is not valid.");
    page.first = static_cast<std::size_t>(found - ids.begin()) + 1;
  }
  std::int64_t limit = std::clamp<std::int64_t>(in.integer("MaxResults", most), 1, most);
  page.end = std::min(ids.size(), page.first + static_cast<std::size_t>(limit));
  if (page.end < ids.size()) page.next = base64(ids[page.end - 1]);
  return page;
}

}  // namespace stint::cloud::ssm

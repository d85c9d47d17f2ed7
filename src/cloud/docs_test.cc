// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What docs/cloud.md says is there, is there, and the other way round.
#include <fmt/core.h>

#include <algorithm>

#include "base/embedded.h"
#include "base/file.h"
#include "base/text.h"
#include "cloud/testing.h"

namespace stint::cloud {

std::span<const EmbeddedFile> embedded_files();

namespace {

std::string docs() {
  auto text = read_file(std::string(STINT_SOURCE_DIR) + "/docs/cloud.md");
  EXPECT_TRUE(text) << text.error().message;
  return text ? *text : std::string();
}

/// The words of the list under "## Operations of SERVICE".
std::vector<std::string> listed(const std::string& text, std::string_view service) {
  const std::string title = fmt::format("## Operations of {}\n\n", service);
  const std::size_t begin = text.find(title);
  EXPECT_NE(begin, text.npos) << title;
  if (begin == text.npos) return {};
  const std::size_t from = begin + title.size();
  std::string list = text.substr(from, text.find("\n\n", from) - from);
  for (char& c : list)
    if (c == ',' || c == '.' || c == '\n') c = ' ';
  std::vector<std::string> words;
  for (const std::string_view word : split(list, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

TEST(CloudDocs, ListEachOperationOfIamAndSts) {
  const std::string text = docs();
  for (const ServiceTable& table : services()) {
    if (table.service != "iam" && table.service != "sts") continue;
    std::vector<std::string> there;
    for (const Operation& operation : table.operations) there.emplace_back(operation.name);
    EXPECT_EQ(listed(text, table.service == "iam" ? "IAM" : "STS"), there);
  }
}

TEST(CloudDocs, NameEachPolicyOfAws) {
  const std::string text = docs();
  const std::size_t abridged = text.find("Abridged (");
  ASSERT_NE(abridged, text.npos);
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path != "iam/managed.json") continue;
    const Value all = cloud::testing::json(file.text);
    for (const Value& policy : all.as_list()) {
      const std::size_t at = text.rfind(policy.text("name"));
      ASSERT_NE(at, text.npos) << policy.text("name");
      EXPECT_EQ(at > abridged, policy.flag("abridged")) << policy.text("name");
    }
  }
}

}  // namespace
}  // namespace stint::cloud

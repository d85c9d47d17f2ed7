// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "actions/table.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "actions/testing.h"
#include "base/file.h"

namespace stint::actions {
namespace {

TEST(Table, HoldsEachActionOnceWithItsLimits) {  // spec 2.6, 3.1
  const struct {
    const char* name;
    std::size_t inputs, required;
    std::vector<std::string_view> outputs;
    std::optional<std::int64_t> timeout, cap;
    bool cancels;
  } rows[] = {
      {"aws:assertAwsResourceProperty", 4, 4, {}, {}, 25, false},
      {"aws:branch", 2, 1, {}, {}, {}, false},
      {"aws:executeAutomation", 10, 1, {"ExecutionId", "Output", "Status"}, {}, {}, true},
      {"aws:executeAwsApi", 2, 2, {"OutputPayload"}, {}, 25, false},
      {"aws:runCommand",
       16,
       1,
       {"CommandId", "Output", "OutputPayload", "ResponseCode", "Status"},
       {},
       {},
       true},
      {"aws:sleep", 2, 0, {}, {}, {}, false},
      {"aws:waitForAwsResourceProperty", 4, 4, {}, 3600, {}, false},
  };
  for (const auto& row : rows) {
    const engine::Action* action = engine::find_action(table(), row.name);
    ASSERT_TRUE(action) << row.name;
    EXPECT_EQ(find_spec(row.name), &action->spec);
    EXPECT_EQ(action->spec.inputs.size(), row.inputs) << row.name;
    EXPECT_EQ(std::ranges::count(action->spec.inputs, true, &document::InputSpec::required),
              static_cast<std::ptrdiff_t>(row.required))
        << row.name;
    EXPECT_TRUE(std::ranges::equal(action->spec.outputs, row.outputs)) << row.name;
    EXPECT_EQ(action->default_timeout_seconds, row.timeout) << row.name;
    EXPECT_EQ(action->cap_seconds, row.cap) << row.name;
    EXPECT_EQ(action->handles_cancel, row.cancels) << row.name;
  }
  EXPECT_EQ(find_spec("aws:Sleep"), nullptr);
  EXPECT_EQ(find_spec(""), nullptr);
}

/// Public runbooks (STINT_CORPUS, else beside the project): they are legal, so none of them may be
/// refused for how it uses an action that there is.
TEST(Table, RefusesNoPublicRunbookForAnythingButAnUnknownAction) {
  const char* named = std::getenv("STINT_CORPUS");
  const std::filesystem::path folder =
      named ? std::filesystem::path(named)
            : std::filesystem::path(STINT_SOURCE_DIR) / ".." / "shared" / "corpus";
  int read = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string extension = entry.path().extension();
    if (extension != ".json" && extension != ".yaml") continue;
    ++read;
    auto document = document::parse_document(
        *read_file(entry.path().string()),
        {.source_name = entry.path().filename(), .find_action = find_spec, .amazon_owned = true});
    EXPECT_TRUE(document) << document.error().message;
  }
  if (!read) GTEST_SKIP() << "no corpus beside the project";
}

}  // namespace
}  // namespace stint::actions

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
// Public runbooks as test data: they run on AWS, so they must load here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "document/document.h"
#include "document/test_actions.h"

namespace stint::document {
namespace {

/// The corpus lies beside the project; STINT_CORPUS names another place.
std::vector<std::string> corpus() {
  const char* named = std::getenv("STINT_CORPUS");
  const std::filesystem::path folder =
      named ? std::filesystem::path(named)
            : std::filesystem::path(STINT_SOURCE_DIR) / ".." / "shared" / "corpus";
  std::vector<std::string> out;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".json" || entry.path().extension() == ".yaml")
      out.push_back(entry.path().string());
  std::ranges::sort(out);
  return out;
}

TEST(Corpus, EveryPublicRunbookLoadsAndPassesTheChecks) {
  const std::vector<std::string> files = corpus();
  if (files.empty()) GTEST_SKIP() << "no corpus beside the project";
  for (const std::string& file : files) {
    std::vector<Remark> remarks;
    Result<DocumentPtr> document =
        parse_document(*read_file(file),
                       {.source_name = std::filesystem::path(file).filename().string(),
                        .find_action = find_test_action},
                       &remarks);
    EXPECT_TRUE(document.has_value()) << document.error().message;
    if (!document) continue;
    if (std::getenv("STINT_CORPUS_REMARKS"))
      for (const Remark& remark : remarks)
        printf("%s:%u:%u: %s\n", file.c_str(), remark.where.line, remark.where.column,
               remark.message.c_str());
  }
}

TEST(Corpus, SynthesizedParametersPassTheChecks) {
  for (const std::string& file : corpus()) {
    Result<DocumentPtr> document = parse_document(*read_file(file), {.source_name = file});
    if (!document) continue;
    Value supplied = Value(Object());
    for (const Parameter& parameter : (*document)->parameters)
      if (!parameter.default_value) supplied.set(parameter.name, synthesize(parameter));
    struct Nothing final : Lookup {
      Value text = "resolved";
      const Value* find(const Reference&) const override { return &text; }
    } lookup;
    Result<Value> values = effective_parameters(**document, supplied, lookup);
    EXPECT_TRUE(values.has_value()) << file << ": " << values.error().message;
  }
}

}  // namespace
}  // namespace stint::document

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/bodies.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/hash.h"

namespace stint::host {
namespace {

namespace fs = std::filesystem;

struct Bodies : ::testing::Test {
  Bodies() {
    std::string pattern = (fs::temp_directory_path() / "stint-bodies-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    bodies = std::make_unique<FileBodies>(root + "/state.objects");
  }
  ~Bodies() override { fs::remove_all(root); }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  std::string root;
  std::unique_ptr<FileBodies> bodies;
};

TEST_F(Bodies, KeepsEqualBytesOnceAndReadsParts) {
  const std::string bytes = "0123456789", hash = hex(sha256(bytes));
  ASSERT_TRUE(bodies->put(hash, bytes));
  ASSERT_TRUE(bodies->put(hash, bytes));
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(bodies->written(), 10u);
  auto part = bodies->get(hash, 3, 4);
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ(*part, "3456");
  EXPECT_FALSE(bodies->get(hash, 8, 4)) << "more than there is";
  EXPECT_FALSE(bodies->get(std::string(64, 'a'), 0, 1)) << "not there";
}

TEST_F(Bodies, RefusesWhatIsNoHash) {
  for (const std::string& name : {std::string("../../etc/passwd"), std::string(64, 'g'),
                                  std::string(63, 'a'), std::string()}) {
    EXPECT_FALSE(bodies->put(name, "x")) << name;
    EXPECT_FALSE(bodies->get(name, 0, 1)) << name;
  }
}

TEST_F(Bodies, SweepsWhatNobodyNames) {
  const std::string kept = hex(sha256("kept")), lost = hex(sha256("lost"));
  ASSERT_TRUE(bodies->put(kept, "kept"));
  ASSERT_TRUE(bodies->put(lost, "lost"));
  std::ofstream(root + "/state.objects/half-written.tmp") << "x";
  bodies->sweep({kept});
  EXPECT_EQ(files(), 1u);
  EXPECT_TRUE(bodies->get(kept, 0, 4));
  EXPECT_FALSE(bodies->get(lost, 0, 4));
  EXPECT_EQ(bodies->written(), 0u);
}

TEST_F(Bodies, WritesAgainWhatIsShorterThanItShouldBe) {
  const std::string bytes = "0123456789", hash = hex(sha256(bytes));
  ASSERT_TRUE(bodies->put(hash, bytes));
  fs::resize_file(root + "/state.objects/" + hash.substr(0, 2) + "/" + hash, 3);
  EXPECT_FALSE(bodies->get(hash, 0, 10));
  ASSERT_TRUE(bodies->put(hash, bytes));
  EXPECT_TRUE(bodies->get(hash, 0, 10));
}

}  // namespace
}  // namespace stint::host

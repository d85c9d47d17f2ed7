// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace stint {
namespace {

class File : public testing::Test {
 protected:
  File() {
    std::string name = (std::filesystem::temp_directory_path() / "stint-file-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~File() override { std::filesystem::remove_all(folder_); }
  std::string path(const char* name) const { return folder_ + "/" + name; }
  std::string folder_;
};

TEST_F(File, IsReadAsItWasWritten) {
  const std::string content("a\0b\n", 4);
  ASSERT_TRUE(write_file(path("f"), content, 0600));
  EXPECT_EQ(*read_file(path("f")), content);
  struct stat about{};
  ASSERT_EQ(::stat(path("f").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  ASSERT_TRUE(write_file(path("f"), ""));
  EXPECT_EQ(*read_file(path("f")), "");
}

TEST_F(File, LeavesNothingBesideItsTarget) {
  ASSERT_TRUE(write_file(path("f"), "1"));
  ASSERT_TRUE(write_file(path("f"), "2"));
  std::filesystem::create_directory(path("d"));
  EXPECT_FALSE(write_file(path("d"), "a directory is in the way"));
  int entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    (void)entry;
    ++entries;
  }
  EXPECT_EQ(entries, 2);
}

TEST_F(File, NamesPathAndReasonWhenItFails) {
  Result<std::string> missing = read_file(path("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().message, "cannot read " + path("none") + ": No such file or directory");
  Result<void> unwritten = write_file(path("no/such/f"), "x");
  ASSERT_FALSE(unwritten);
  EXPECT_EQ(unwritten.error().code, Code::not_found);
  EXPECT_FALSE(read_file(folder_));
}

TEST_F(File, IsNotReadBeyondTheLimit) {
  ASSERT_TRUE(write_file(path("f"), std::string(100, 'x')));
  EXPECT_TRUE(read_file(path("f"), 100));
  Result<std::string> large = read_file(path("f"), 99);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::invalid);
  EXPECT_FALSE(read_file("/dev/zero", 10'000)) << "a file without an end";
}

}  // namespace
}  // namespace stint

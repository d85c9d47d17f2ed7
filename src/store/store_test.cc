// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace stint::store {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for one test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "stint-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name = "s.state") const { return (path_ / name).string(); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Batch one_event(const std::string& x, std::int64_t seq, Value body = "b") {
  Batch batch;
  batch.events.push_back(
      {.execution = x, .seq = seq, .kind = "records", .body = body_of(std::move(body))});
  return batch;
}

Head head_of(const std::string& x, std::int64_t started, bool open = true) {
  return {.execution = x,
          .status = open ? "InProgress" : "Success",
          .open = open,
          .document = "d",
          .current_step = "s",
          .parent = {},
          .started = Time(Duration(started)),
          .wake_at = Time(Duration(started + 5)),
          .ended = {},
          .message = "m",
          .executed_by = "e"};
}

/// What every store promises, proved on each of them.
class AnyStore : public ::testing::TestWithParam<bool> {
 protected:
  AnyStore() {
    if (GetParam()) {
      auto opened = open_store(folder_.file(), Open::create);
      EXPECT_TRUE(opened) << opened.error().message;
      store_ = std::move(*opened);
    } else {
      store_ = make_memory_store();
    }
  }
  Folder folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(AnyStore, GivesBackEventsInOrder) {
  ASSERT_TRUE(store_->append(one_event("x", 1, object({{"a", 1}}))));
  ASSERT_TRUE(store_->append(one_event("y", 1)));
  ASSERT_TRUE(store_->append(one_event("x", 2, Value::list({1, 2}))));
  auto events = store_->events("x");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2u);
  EXPECT_EQ((*events)[0].body->value(), object({{"a", 1}}));
  EXPECT_EQ((*events)[1].seq, 2);
  EXPECT_TRUE(store_->events("unknown")->empty());
}

TEST_P(AnyStore, RefusesASecondOwnersEntryAndKeepsNothingOfTheBatch) {
  ASSERT_TRUE(store_->append(one_event("x", 1)));
  Batch batch = one_event("x", 1);
  batch.heads.push_back(head_of("x", 1));
  auto twice = store_->append(batch);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, Code::conflict);
  EXPECT_FALSE(store_->append(one_event("x", 3))) << "a gap";
  EXPECT_TRUE(store_->heads()->empty());
  EXPECT_TRUE(store_->append(one_event("x", 2))) << "the store goes on after a refusal";
}

TEST_P(AnyStore, ListsHeadsNewestFirst) {
  Batch batch;
  batch.heads = {head_of("a", 10), head_of("b", 30, false), head_of("c", 20)};
  batch.heads[2].parent = "a";
  ASSERT_TRUE(store_->append(batch));
  auto all = store_->heads();
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].execution, "b");
  EXPECT_EQ((*all)[2].execution, "a");
  EXPECT_EQ((*all)[2].wake_at, Time(Duration(15)));
  EXPECT_EQ(store_->heads({.open_only = true})->size(), 2u);
  EXPECT_EQ(store_->heads({.parent = "a"})->at(0).execution, "c");
  EXPECT_EQ(store_->heads({.limit = 1})->size(), 1u);
  EXPECT_EQ((*store_->head("c"))->parent, "a");
  EXPECT_FALSE(store_->head("z")->has_value());
}

TEST_P(AnyStore, ReplacesAndDeletesEntities) {
  Batch batch;
  batch.entities = {{"k1", Value("v1")}, {"k2", Value("v2")}};
  ASSERT_TRUE(store_->append(batch));
  Batch next;
  next.entities = {{"k1", std::nullopt}, {"k2", Value("w")}};
  ASSERT_TRUE(store_->append(next));
  EXPECT_EQ(*store_->entities(), (std::map<std::string, Value>{{"k2", "w"}}));
}

TEST_P(AnyStore, KeepsLongValuesWhole) {
  const std::string text(1 << 20, 'x');
  ASSERT_TRUE(store_->append(one_event("x", 1, object({{"long", text}}))));
  Batch batch;
  batch.entities = {{"k", Value(text)}};
  batch.blobs = {{"h", std::string("\0\xff bytes", 8)}};
  ASSERT_TRUE(store_->append(batch));
  EXPECT_EQ(store_->events("x")->at(0).body->value().text("long"), text);
  EXPECT_EQ(store_->entities()->at("k").as_text(), text);
  EXPECT_EQ(**store_->blob("h"), std::string("\0\xff bytes", 8));
}

TEST_P(AnyStore, FindsTheAuditOfOneExecution) {
  Batch batch;
  batch.audit = {object({{"execution", "x"}, {"n", 1}}), object({{"execution", ""}, {"n", 2}}),
                 object({{"execution", "x"}, {"n", 3}})};
  batch.meta["clock"] = "now";
  ASSERT_TRUE(store_->append(batch));
  EXPECT_EQ(store_->audit()->size(), 3u);
  auto some = store_->audit("x");
  ASSERT_EQ(some->size(), 2u);
  EXPECT_EQ((*some)[1]["n"], Value(3));
  EXPECT_EQ(*store_->meta("clock"), "now");
  EXPECT_FALSE(store_->meta("none")->has_value());
}

INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Sqlite" : "Memory"; });

TEST(SqliteStore, ReadsBackAfterItWasClosed) {
  Folder folder;
  {
    auto store = open_store(folder.file(), Open::create);
    ASSERT_TRUE((*store)->append(one_event("x", 1)));
  }
  auto again = open_store(folder.file(), Open::existing);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->events("x")->size(), 1u);
}

TEST(SqliteStore, SurvivesACrashAtAnyMomentAfterACommit) {
  Folder folder;
  auto store = open_store(folder.file(), Open::create);
  for (std::int64_t seq = 1; seq <= 5; ++seq) {
    ASSERT_TRUE((*store)->append(one_event("x", seq)));
    // What a kill would leave: the files as they are now, without a clean close.
    const std::string copy = folder.file("copy" + std::to_string(seq));
    fs::copy_file(folder.file(), copy);
    fs::copy_file(folder.file() + "-wal", copy + "-wal");
    auto recovered = open_store(copy, Open::existing);
    ASSERT_TRUE(recovered) << recovered.error().message;
    EXPECT_EQ((*recovered)->events("x")->size(), static_cast<std::size_t>(seq));
  }
}

TEST(SqliteStore, HasOneOwner) {
  Folder folder;
  auto owner = open_store(folder.file(), Open::create);
  auto second = open_store(folder.file(), Open::create);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::conflict);
  EXPECT_NE(second.error().message.find("is in use by process " + std::to_string(::getpid())),
            std::string::npos);
}

TEST(SqliteStore, LetsOthersReadBesideItsOwner) {
  Folder folder;
  auto owner = open_store(folder.file(), Open::create);
  ASSERT_TRUE((*owner)->append(one_event("x", 1)));
  auto reader = open_store(folder.file(), Open::read_only);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ((*reader)->events("x")->size(), 1u);
  ASSERT_TRUE((*owner)->append(one_event("x", 2)));
  EXPECT_EQ((*reader)->events("x")->size(), 2u);
  EXPECT_FALSE((*reader)->append(one_event("x", 3)));
}

TEST(SqliteStore, NamesAFileThatIsNotThere) {
  Folder folder;
  auto store = open_store(folder.file(), Open::existing);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::not_found);
  EXPECT_FALSE(fs::exists(folder.file()));
}

TEST(SqliteStore, RefusesFilesThatAreNotStates) {
  Folder folder;
  std::ofstream(folder.file()) << "this is a letter, not a database, and long enough to be one";
  auto store = open_store(folder.file(), Open::create);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::invalid);
  EXPECT_NE(store.error().message.find("is not a stint state file"), std::string::npos)
      << store.error().message;
  EXPECT_FALSE(open_store(folder.path().string(), Open::create)) << "a folder";
}

TEST(SqliteStore, SaysThatADamagedFileIsDamaged) {
  Folder folder;
  {
    auto store = open_store(folder.file(), Open::create);
    for (std::int64_t seq = 1; seq <= 200; ++seq)
      ASSERT_TRUE((*store)->append(one_event("x", seq, std::string(1000, 'x'))));
  }
  {
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(40960, '\x5a');
  }
  auto store = open_store(folder.file(), Open::existing);
  if (!store) {
    EXPECT_EQ(store.error().code, Code::invalid) << store.error().message;
    return;
  }
  auto events = (*store)->events("x");
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().code, Code::invalid);
  EXPECT_NE(events.error().message.find("is damaged"), std::string::npos) << events.error().message;
}

TEST(SqliteStore, KeepsTheOldContentWhenTheDiskIsFull) {
  Folder folder;
  if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=400k") != 0)
    GTEST_SKIP() << "a small disk takes root's rights";
  {
    auto store = open_store(folder.file(), Open::create);
    ASSERT_TRUE((*store)->append(one_event("x", 1)));
    auto full = (*store)->append(one_event("x", 2, std::string(1 << 20, 'x')));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Code::unavailable);
    EXPECT_NE(full.error().message.find("the disk is full"), std::string::npos)
        << full.error().message;
    EXPECT_EQ((*store)->events("x")->size(), 1u);
  }
  {
    auto again = open_store(folder.file(), Open::existing);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ((*again)->events("x")->size(), 1u);
  }
  ::umount2(folder.path().c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace stint::store

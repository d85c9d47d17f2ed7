// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/process.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>

#include "base/text.h"
#include "host/process_files.h"
#include "host/process_testing.h"

namespace stint::host {
namespace {

class ProcessTest : public ::testing::Test {
 protected:
  ProcessEnd run(const ProcessSpec& spec) {
    processes_.start("p", here_ / "run", spec);
    return ends_.of("p");
  }
  std::string fifo(const char* name) {
    std::string path = here_ / name;
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }
  /// The number that a script wrote down.
  pid_t pid_in(const char* name) {
    auto text = read_file(here_ / name);
    return text ? static_cast<pid_t>(to_integer(trim(*text)).value_or(0)) : 0;
  }

  TestDirectory here_;
  Ends<ProcessEnd> ends_;
  Processes processes_{program_path(),
                       [this](const std::string& id, const ProcessEnd& e) { ends_.tell(id, e); }};
};

bool alive(pid_t pid) {
  return ::kill(pid, 0) == 0 || errno != ESRCH;
}

TEST_F(ProcessTest, TellsHowItEnded) {
  const struct {
    const char* script;
    int code;
    const char *output, *error;
  } cases[] = {
      {"echo hello", 0, "hello\n", ""},
      {"echo out; echo trouble >&2; exit 3", 3, "out\n", "trouble\n"},
      {"kill -9 $$", 128 + 9, "", ""},
      {"cat; echo end of input", 0, "end of input\n", ""},  // stdin is empty
  };
  for (const auto& c : cases) {
    std::string id = c.script;
    processes_.start(id, here_ / std::to_string(&c - cases), shell(c.script));
    ProcessEnd end = ends_.of(id);
    EXPECT_EQ(end.failure, "") << id;
    EXPECT_EQ(end.exit_code, c.code) << id;
    EXPECT_EQ(end.output, c.output) << id;
    EXPECT_EQ(end.error, c.error) << id;
    EXPECT_FALSE(end.timed_out || end.cancelled) << id;
  }
  EXPECT_EQ(processes_.running(), 0u);
}

TEST_F(ProcessTest, SeesOnlyTheEnvironmentOfItsSpec) {
  ::setenv("AWS_SECRET_ACCESS_KEY", "the user's own", 1);
  ProcessSpec spec{.argv = {"/usr/bin/env"}, .environment = {{"A", "1"}, {"B", "2 3"}}};
  EXPECT_EQ(run(spec).output, "A=1\nB=2 3\n");
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
}

TEST_F(ProcessTest, StartsInItsDirectoryWithoutOurFiles) {
  ProcessSpec spec = shell("pwd; ls /proc/self/fd | wc -l");
  spec.directory = "/usr";
  EXPECT_EQ(run(spec).output, "/usr\n4\n");  // 0, 1, 2 and the directory that ls reads
}

TEST_F(ProcessTest, KeepsNoMoreOutputThanItsLimitAndNeverHangs) {
  ProcessSpec spec = shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2; exit 5");
  spec.output_limit = 1000;
  ProcessEnd end = run(spec);
  EXPECT_EQ(end.output, std::string(1000, 'x'));
  EXPECT_EQ(end.error, "end\n");
  EXPECT_EQ(end.exit_code, 5);
}

TEST_F(ProcessTest, ATimeOutKillsAllThatItStarted) {
  ProcessSpec spec = shell("echo before; sleep 1000 & echo $! > " + (here_ / "a") +
                           "; setsid sh -c 'echo $$ > " + (here_ / "b") + "; sleep 1000' & wait");
  spec.timeout = std::chrono::milliseconds(700);
  ProcessEnd end = run(spec);
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.output, "before\n");
  for (const char* name : {"a", "b"}) {
    ASSERT_GT(pid_in(name), 0) << name;
    EXPECT_FALSE(alive(pid_in(name))) << name;
  }
}

TEST_F(ProcessTest, WhatItLeavesBehindGoesWithIt) {
  ProcessEnd end = run(shell("setsid sleep 1000 & echo $! > " + (here_ / "a") + "; exit 4"));
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_FALSE(alive(pid_in("a")));
}

TEST_F(ProcessTest, ACancelEndsItAndKeepsTheOutputSoFar) {
  std::string begun = fifo("begun");
  processes_.start("p", here_ / "run", shell("echo so far; echo > " + begun + "; sleep 1000"));
  wait_for(begun);
  processes_.cancel("p");
  ProcessEnd end = ends_.of("p");
  EXPECT_TRUE(end.cancelled) << end.exit_code << end.failure;
  EXPECT_EQ(end.output, "so far\n");
}

TEST_F(ProcessTest, ACancelBeforeItBeganKeepsItFromRunning) {
  ASSERT_TRUE(prepare_run(here_ / "run", shell("echo > " + (here_ / "ran"))));
  ASSERT_TRUE(write_file(run_file::cancel(here_ / "run"), ""));
  EXPECT_TRUE(run({}).cancelled);
  EXPECT_FALSE(std::filesystem::exists(here_ / "ran"));
}

TEST_F(ProcessTest, SaysWhyItCannotBeRun) {
  EXPECT_EQ(run({.argv = {"/no/such/program"}}).failure,
            "cannot run /no/such/program in /: No such file or directory");
  ProcessSpec elsewhere = shell("true");
  elsewhere.directory = "/no/such/folder";
  processes_.start("q", here_ / "q", elsewhere);
  EXPECT_EQ(ends_.of("q").failure,
            "cannot run /bin/sh in /no/such/folder: No such file or directory");
  Ends<ProcessEnd> ends;
  Processes broken("/no/such/stint",
                   [&](const std::string& id, const ProcessEnd& e) { ends.tell(id, e); });
  broken.start("r", here_ / "r", shell("true"));
  EXPECT_EQ(ends.of("r").failure, "cannot start /no/such/stint: No such file or directory");
}

TEST_F(ProcessTest, StartingAnEndedRunTellsItsEndAgainAndRunsNothing) {
  std::string script = "echo ran >> " + (here_ / "log") + "; exit 2";
  EXPECT_EQ(run(shell(script)).exit_code, 2);
  processes_.start("again", here_ / "run", shell(script));
  EXPECT_EQ(ends_.of("again").exit_code, 2);
  EXPECT_EQ(*read_file(here_ / "log"), "ran\n");
}

TEST_F(ProcessTest, ARunWhoseSupervisorDiedIsNotRunAgain) {
  ASSERT_TRUE(prepare_run(here_ / "run", shell("echo > " + (here_ / "ran"))));
  ASSERT_TRUE(write_file(run_file::started(here_ / "run"), "1\n"));
  EXPECT_EQ(inspect_run(here_ / "run"), RunState::lost);
  EXPECT_EQ(run({}).failure,
            "The process was under way when its supervisor died: what became of it is not known.");
  EXPECT_FALSE(std::filesystem::exists(here_ / "ran"));
}

TEST_F(ProcessTest, AKilledSupervisorTakesItsProcessAlong) {
  std::string begun = fifo("begun");
  processes_.start(
      "p", here_ / "run",
      shell("echo $$ > " + (here_ / "pid") + "; echo > " + begun + "; exec sleep 1000"));
  wait_for(begun);
  EXPECT_EQ(inspect_run(here_ / "run"), RunState::running);
  ::kill(supervisor_of(here_ / "run"), SIGKILL);
  EXPECT_NE(ends_.of("p").failure, "");
  EXPECT_EQ(inspect_run(here_ / "run"), RunState::lost);
}

TEST_F(ProcessTest, ADeadProgramsProcessIsAdoptedNotStartedTwice) {
  std::string begun = fifo("begun"), go = fifo("go");
  const std::string program = program_path();
  pid_t first = ::fork();
  if (first == 0) {
    ::execl(program.c_str(), program.c_str(), "start-and-die", here_.path().c_str(), nullptr);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(first, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  EXPECT_EQ(inspect_run(here_ / "run"), RunState::running);
  processes_.start("p", here_ / "run", {});
  EXPECT_EQ(processes_.running(), 1u);
  let_go(go);
  ProcessEnd end = ends_.of("p");
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_EQ(end.output, "out\n");
  EXPECT_EQ(*read_file(here_ / "log"), "ran\n");
}

TEST_F(ProcessTest, AnAdoptedProcessCanBeCancelled) {
  std::string begun = fifo("begun"), go = fifo("go");
  const std::string program = program_path();
  pid_t first = ::fork();
  if (first == 0) {
    ::execl(program.c_str(), program.c_str(), "start-and-die", here_.path().c_str(), nullptr);
    ::_exit(1);
  }
  ::waitpid(first, nullptr, 0);
  processes_.start("p", here_ / "run", {});
  processes_.cancel("p");
  ProcessEnd end = ends_.of("p");
  EXPECT_TRUE(end.cancelled) << end.exit_code << end.failure;
}

TEST_F(ProcessTest, TheFileSizeIsBounded) {
  ProcessSpec spec = shell("head -c 100000 /dev/zero > " + (here_ / "big"));
  spec.file_limit = 5000;
  EXPECT_NE(run(spec).exit_code, 0);
  EXPECT_LE(std::filesystem::file_size(here_ / "big"), 5000u);
}

TEST_F(ProcessTest, ManyRunSideBySide) {
  for (int i = 0; i < 20; ++i)
    processes_.start(std::to_string(i), here_ / std::to_string(i),
                     shell("exit " + std::to_string(i)));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ends_.of(std::to_string(i)).exit_code, i);
}

}  // namespace
}  // namespace stint::host

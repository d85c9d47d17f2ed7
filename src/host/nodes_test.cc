// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/nodes.h"

#include <fmt/core.h>

#include <sys/stat.h>

#include "base/text.h"
#include "host/node_files.h"
#include "host/process_testing.h"
#include "host/sandbox.h"
#include "net/server.h"

namespace stint::host {
namespace {

using cloud::ssm::NodePlace;
using cloud::ssm::ProcessOrder;
using cloud::ssm::ProcessResult;

const NodePlace place{"123456789012", "us-west-2", "i-0123456789abcdef0"};
constexpr const char* command = "11111111-2222-4333-8444-555555555555";

ProcessOrder order(const std::string& script, int step = 0) {
  return {.id = fmt::format("{}/{}/{}/{}/{}.1", place.account, place.region, place.instance,
                            command, step),
          .place = place,
          .command = command,
          .step = fmt::format("step{}", step),
          .script = script,
          .environment = {{"AWS_SSM_INSTANCE_ID", place.instance}, {"SSM_COMMAND_ID", command}},
          .timeout_seconds = 50};
}

/// Nodes, with somebody who answers for the cloud and for the metadata.
class NodesTest : public ::testing::TestWithParam<bool> {
 protected:
  bool unsandboxed() const { return GetParam(); }

  void SetUp() override {
    if (!unsandboxed()) {
      Sandbox sandbox = probe_sandbox();
      if (!sandbox.works) GTEST_SKIP() << sandbox.reason;
    }
    open(here_ / "nodes");
  }
  void open(const std::string& root, bool temporary = false) {
    NodesOptions options{.root = root, .unsandboxed = unsandboxed(), .temporary = temporary};
    options.on_end = [this](const std::string& id, const ProcessResult& r) { ends_.tell(id, r); };
    if (unsandboxed()) {
      options.cloud_url = "http://" + *cloud_.listen("127.0.0.1:0");
      options.metadata_url = [this](const NodePlace&) {
        return "http://" + *metadata_.listen("127.0.0.1:0");
      };
    }
    auto opened = ProcessNodes::open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    nodes_ = std::move(*opened);
  }
  void serve() {
    if (unsandboxed()) return;
    ASSERT_TRUE(cloud_.listen(nodes_->cloud_address()));
    ASSERT_TRUE(metadata_.listen(*nodes_->metadata_address(place)));
  }
  ProcessResult run(const ProcessOrder& what) {
    nodes_->start(what);
    return ends_.of(what.id);
  }
  ProcessResult run(const std::string& script) { return run(order(script)); }

  TestDirectory here_;
  Ends<ProcessResult> ends_;
  std::mutex mutex_;
  std::vector<std::string> asked_;  ///< "GET /path" of the cloud
  net::Server cloud_{[this](const net::Request& request) {
    std::lock_guard lock(mutex_);
    asked_.push_back(request.method + " " + request.target);
    return net::Response{.body = "the cloud at " + std::string(request.headers.get("host"))};
  }};
  net::Server metadata_{[](const net::Request& request) {
    if (request.method == "PUT")
      return net::Response{.headers = {{"X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600"}},
                           .body = "token"};
    if (request.path().ends_with("/security-credentials/")) return net::Response{.body = "Role"};
    if (request.path().ends_with("/Role"))
      return net::Response{
          .body = R"({"Code":"Success","LastUpdated":"2026-11-24T11:18:00Z","Type":"AWS-HMAC",)"
                  R"("AccessKeyId":"ASIANODE","SecretAccessKey":"s","Token":"t",)"
                  R"("Expiration":"2099-11-24T11:18:00Z"})"};
    return net::Response{.body = "metadata of " + std::string(request.path())};
  }};
  std::unique_ptr<ProcessNodes> nodes_;
};

TEST_P(NodesTest, AScriptRunsAndItsEndIsTold) {
  ProcessResult result = run("echo hello\necho oops >&2\nexit 3\n");
  EXPECT_EQ(result.failure, "");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "hello\n");
  EXPECT_EQ(result.error, "oops\n");
}

TEST_P(NodesTest, TheFirstLineMayNameAnInterpreter) {
  EXPECT_EQ(run("#!/usr/bin/python3\nprint(6 * 7)\n").output, "42\n");
}

TEST_P(NodesTest, TheEnvironmentIsReplaced) {
  ::setenv("AWS_SECRET_ACCESS_KEY", "the user's own", 1);
  std::map<std::string, std::string> seen;
  const std::string output = run("env").output;
  for (std::string_view line : split(output, '\n'))
    if (std::size_t equals = line.find('='); equals != line.npos)
      seen[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_FALSE(seen.contains("AWS_SECRET_ACCESS_KEY"));
  EXPECT_TRUE(seen["PATH"].starts_with("/usr/bin:")) << seen["PATH"];
  EXPECT_EQ(seen["AWS_SSM_INSTANCE_ID"], place.instance);
  EXPECT_EQ(seen["AWS_REGION"], "us-west-2");
  EXPECT_EQ(seen["AWS_DEFAULT_REGION"], "us-west-2");
  EXPECT_EQ(seen["LANG"], "C.UTF-8");
  EXPECT_TRUE(seen["AWS_ENDPOINT_URL"].starts_with("http://127.0.0.1:"));
  EXPECT_TRUE(seen["AWS_EC2_METADATA_SERVICE_ENDPOINT"].starts_with("http://"));
  EXPECT_TRUE(seen["HOME"].ends_with("/root"));
  if (!unsandboxed()) {
    EXPECT_EQ(seen["HOME"], "/root");
  }
}

TEST_P(NodesTest, DownloadsLieWhereTheScriptRuns) {
  ASSERT_TRUE(nodes_->files().write(place, command, "exampleScript.py", "print('from the file')"));
  ASSERT_TRUE(nodes_->files().write(place, command, "folder/more.txt", "more"));
  ProcessOrder what = order("python3 exampleScript.py; cat folder/more.txt");
  what.downloads = true;
  EXPECT_EQ(run(what).output, "from the file\nmore");
}

TEST_P(NodesTest, ARelativeWorkingDirectoryIsBelowTheDownloads) {
  ASSERT_TRUE(nodes_->files().write(place, command, "work/a.txt", "there"));
  ProcessOrder what = order("cat a.txt");
  what.directory = "work";
  EXPECT_EQ(run(what).output, "there");
}

TEST_P(NodesTest, AWorkingDirectoryThatIsNotThereIsAFailure) {
  ProcessOrder what = order("echo ran");
  what.directory = "/no/such/folder";
  ProcessResult result = run(what);
  EXPECT_EQ(result.output, "");
  EXPECT_NE((result.failure + result.error).find("/no/such/folder: No such file"),
            std::string::npos)
      << result.failure << result.error;
}

TEST_P(NodesTest, FilesStayFromCommandToCommand) {
  run("echo kept > $HOME/kept.txt; pwd > where");
  EXPECT_EQ(run(order("cat $HOME/kept.txt", 1)).output, "kept\n");
}

TEST_P(NodesTest, TheCloudAndTheMetadataAnswer) {
  serve();
  ProcessResult result =
      run("python3 -c '\nimport os, urllib.request as u\n"
          "print(u.urlopen(os.environ[\"AWS_ENDPOINT_URL\"] + \"/a/b\").read().decode())\n"
          "m = os.environ[\"AWS_EC2_METADATA_SERVICE_ENDPOINT\"]\n"
          "print(u.urlopen(m + \"/latest/meta-data/instance-id\").read().decode())'");
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(result.output.starts_with("the cloud at 127.0.0.1:")) << result.output;
  EXPECT_NE(result.output.find("metadata of /latest/meta-data/instance-id"), std::string::npos);
  EXPECT_EQ(asked_, std::vector<std::string>{"GET /a/b"});
}

TEST_P(NodesTest, BotoFindsTheCloudAndItsCredentialsByItself) {
  serve();
  ProcessResult result = run(
      "/usr/bin/python3 -c '\nimport boto3\nprint(boto3.Session().get_credentials().access_key)\n"
      "print(boto3.client(\"s3\").get_object(Bucket=\"my.bucket\", Key=\"a/b.txt\")[\"Body\"]"
      ".read().decode())'");
  if (result.error.find("No module named") != std::string::npos) GTEST_SKIP() << result.error;
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(result.output.starts_with("ASIANODE\nthe cloud at 127.0.0.1:")) << result.output;
  EXPECT_EQ(asked_, std::vector<std::string>{"GET /my.bucket/a/b.txt"});
}

TEST_P(NodesTest, ATimeOutAndACancelEndAScript) {
  ProcessOrder slow = order("echo begun; sleep 1000");
  slow.timeout_seconds = 1;
  ProcessResult timed_out = run(slow);
  EXPECT_TRUE(timed_out.timed_out);
  EXPECT_EQ(timed_out.output, "begun\n");
  ProcessOrder other = order("echo begun; sleep 1000", 1);
  nodes_->start(other);
  nodes_->cancel(other.id);
  EXPECT_TRUE(ends_.of(other.id).cancelled);
}

TEST_P(NodesTest, ASecondProgramTakesTheEndThatTheFirstLeft) {
  ProcessOrder what = order("echo once >> $HOME/log; exit 6");
  EXPECT_EQ(run(what).exit_code, 6);
  nodes_.reset();
  open(here_ / "nodes");
  Ends<ProcessResult> again;
  ProcessOrder twice = what;
  nodes_->start(twice);
  EXPECT_EQ(ends_.of(what.id).exit_code, 6);
  EXPECT_EQ(run(order("cat $HOME/log", 1)).output, "once\n");
}

TEST_P(NodesTest, TemporaryNodesLeaveNothing) {
  nodes_.reset();
  open(here_ / "temporary", true);
  nodes_->start(order("sleep 1000"));
  nodes_.reset();
  EXPECT_FALSE(std::filesystem::exists(here_ / "temporary"));
}

TEST_P(NodesTest, NamesThatAreNoNamesAreRefused) {
  ProcessOrder what = order("true");
  what.place.instance = "../..";
  EXPECT_EQ(run(what).failure, "'../..' cannot be the name of a node");
  EXPECT_FALSE(nodes_->files().write({"..", "r", "i"}, command, "x", ""));
}

INSTANTIATE_TEST_SUITE_P(Kinds, NodesTest, ::testing::Bool(), [](const auto& kind) {
  return std::string(kind.param ? "Unsandboxed" : "Sandboxed");
});

class SandboxTest : public NodesTest {};

TEST_P(SandboxTest, ReachesNothingButTheCloud) {
  net::Server outside([](const net::Request&) { return net::Response{.body = "outside"}; });
  const std::string address = *outside.listen("127.0.0.1:0");
  serve();
  ProcessResult result =
      run("python3 -c '\nimport urllib.request as u\nfor a in (\"http://" + address +
          "\", \"http://192.0.2.1\"):\n  try: print(u.urlopen(a, timeout=5).read())\n"
          "  except OSError as e: print(type(e).__name__)'; ls /sys/class/net 2>&1 | head -3");
  EXPECT_TRUE(result.output.starts_with("URLError\nURLError\n")) << result.output;
}

TEST_P(SandboxTest, SeesNoFileOfTheUserAndWritesOnlyItsOwn) {
  ASSERT_TRUE(write_file(here_ / "secret", "secret"));
  ProcessResult result = run("cat " + (here_ / "secret") +
                             "; echo x > /usr/x; echo x > /etc/x; echo x > /bin/x; ls -A /root; "
                             "ls /run/stint");
  EXPECT_EQ(result.output, "cloud\nnode\npython\nstint\n");
  EXPECT_NE(result.error.find("secret: No such file"), std::string::npos) << result.error;
  EXPECT_NE(result.error.find("/usr/x: Read-only file system"), std::string::npos);
  EXPECT_NE(result.error.find("/etc/x: Read-only file system"), std::string::npos);
}

TEST_P(SandboxTest, HasNoCapabilityAndSeesNoOtherProcess) {
  ProcessResult result =
      run("grep -E 'Cap(Eff|Prm|Bnd|Amb)|NoNewPrivs' /proc/self/status; ls /proc "
          "| grep -cE '^[0-9]+$'");
  EXPECT_EQ(result.output.find("CapEff:\t0000000000000000") != std::string::npos, true)
      << result.output;
  EXPECT_NE(result.output.find("NoNewPrivs:\t1"), std::string::npos);
  EXPECT_LT(
      *to_integer(trim(result.output.substr(result.output.rfind('\n', result.output.size() - 2)))),
      10);
}

TEST_P(SandboxTest, ALinkCannotLeadAWriteOutOfTheNode) {
  ASSERT_TRUE(write_file(here_ / "target", "mine"));
  const std::string downloads = fmt::format(
      "/var/lib/amazon/ssm/{}/document/orchestration/{}/downloads", place.instance, command);
  run(fmt::format("mkdir -p {0}; ln -s {1} {0}/folder; ln -s {1}/target {0}/file", downloads,
                  here_.path()));
  EXPECT_FALSE(nodes_->files().write(place, command, "folder/target", "theirs"));
  EXPECT_TRUE(nodes_->files().write(place, command, "file", "theirs"));  // replaces the link
  EXPECT_TRUE(nodes_->files().write(place, command, "../../../../../../../../../tmp/up", "x"));
  EXPECT_EQ(*read_file(here_ / "target"), "mine");
  auto refused = nodes_->files().write(place, command, "/etc/passwd", "x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().message,
      "cannot write /etc/passwd on the node: only /home, /opt, /root, /srv, /tmp, /var can be "
      "written");
}

TEST_P(SandboxTest, WaitsForACloudThatIsBeingRestarted) {
  ProcessOrder what = order(
      "echo > /tmp/begun; python3 -c 'import os, urllib.request as u\n"
      "print(u.urlopen(os.environ[\"AWS_ENDPOINT_URL\"] + \"/late\").read().decode())'");
  const std::string fifo = fmt::format("{}/nodes/{}/{}/{}/fs/tmp/begun", here_.path(),
                                       place.account, place.region, place.instance);
  ASSERT_TRUE(nodes_->metadata_address(place));  // makes the node
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  nodes_->start(what);
  wait_for(fifo);
  serve();
  EXPECT_TRUE(ends_.of(what.id).output.starts_with("the cloud at")) << ends_.of(what.id).error;
}

INSTANTIATE_TEST_SUITE_P(Kinds, SandboxTest, ::testing::Values(false),
                         [](const auto&) { return std::string("Sandboxed"); });

TEST(Sandbox, DoesWithoutAUserNamespaceWhereTheKernelGivesRootNone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can";
  if (!probe_sandbox().works) GTEST_SKIP() << "bubblewrap does not work here";
  std::string folder = (fs::temp_directory_path() / "stint-bwrap-XXXXXX").string();
  ASSERT_TRUE(::mkdtemp(folder.data()));
  const std::string program = folder + "/bwrap";
  ASSERT_TRUE(write_plainly(program,
                            "#!/bin/sh\ncase \" $* \" in *' --unshare-all '*|*' --uid '*)\n"
                            "  echo 'No permissions to create new namespace' >&2; exit 1;;\n"
                            "esac\nexec /usr/bin/bwrap \"$@\"\n"));
  ASSERT_EQ(::chmod(program.c_str(), 0755), 0);
  const Sandbox found = probe_sandbox(program);
  fs::remove_all(folder);
  EXPECT_TRUE(found.works) << found.reason;
  EXPECT_FALSE(found.user_namespace);
}

TEST(Sandbox, SaysWhyThereIsNone) {
  Sandbox none = probe_sandbox("/no/such/bwrap");
  EXPECT_FALSE(none.works);
  EXPECT_EQ(none.reason, "/no/such/bwrap cannot be run (No such file or directory)");
  Sandbox broken = probe_sandbox("/usr/bin/false");
  EXPECT_FALSE(broken.works);
  EXPECT_TRUE(broken.reason.starts_with("bubblewrap does not work here")) << broken.reason;
}

}  // namespace
}  // namespace stint::host

// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>

#include "cli/common.h"

namespace stint::cli {
namespace {

using Flags = std::span<const Flag>;

constexpr Flag run_flags[] = {
    {"-p,--param", "NAME=VALUE", "a parameter; JSON if it starts with [ or {; again = a list"},
    {"--params", "FILE", "parameters as YAML or JSON; 'synthesize' invents them"},
    {"--record", "FILE", "write the calls and their answers as a mocks file"}};
constexpr Flag explore_flags[] = {
    {"-p,--param", "NAME=VALUE", "a parameter; JSON if it starts with [ or {; again = a list"},
    {"--params", "FILE", "parameters as YAML or JSON; 'synthesize' invents them"},
    {"--pairs", "", "every two faults together (the default below 40 calls)"},
    {"--no-pairs", "", "single faults only"},
    {"--random", "N", "further cases of two to four faults by chance (default 500)"},
    {"--seed", "N", "of those (default 1)"},
    {"--budget", "TIME", "ends after so long, with a partial report (default 60s)"},
    {"--threads", "N", "default: all cores; the report does not depend on it"},
    {"--replay", "ID", "one case, call by call"},
    {"--fail-on", "SEVERITY", "exit 1 from this on: escalation, lost, latent, litter (default)"},
    {"--suggest", "", "write the runbook with the mends that exploring proves, beside it"},
    {"--sarif", "FILE", "write the findings as SARIF 2.1.0"},
    {"--junit", "FILE", "write them as JUnit's XML"},
    {"--html", "FILE", "write one page with the flow graph"}};
constexpr Flag audit_flags[] = {{"--execution", "ID", "only the calls of this execution"}};
constexpr Flag serve_flags[] = {
    {"--port", "N", "port on loopback; default 4566, 0 = any free one"},
    {"--nodes", "KIND", "process, scripted or none (default)"},
    {"--unsandboxed", "", "let node scripts run without bubblewrap's sandbox"},
    {"--time", "KIND", "real (default) or virtual"},
    {"--zero-delays", "", "every change shows at once"},
    {"--operations", "", "list the operations that are there, and end"},
    {"--test-mode", "", "for test suites: any key, no checks until asked, a reset address"}};
constexpr Flag demo_flags[] = {
    {"--unsandboxed", "", "let the node's script run without bubblewrap's sandbox"},
    {"--keep", "DIRECTORY", "leave the demo's files and its state there, to look at"}};

constexpr Positional document[] = {{"DOCUMENT", "a runbook: a file, or a name the cloud knows"}};
constexpr Positional execution[] = {{"ID", "the id of an execution"}};

const Flags for_run[] = {run_flags, state_flags, world_flags, cloud_flags, json_flags};
const Flags for_state[] = {state_flags, json_flags};
const Flags for_recover[] = {state_flags, cloud_flags, json_flags};
const Flags for_audit[] = {state_flags, audit_flags, json_flags};
const Flags for_world[] = {state_flags, world_flags, json_flags};
const Flags for_serve[] = {serve_flags, state_flags, world_flags, json_flags};
const Flags for_demo[] = {demo_flags};
const Flags for_explore[] = {explore_flags, world_flags, json_flags};

const Command rows[] = {
    {"audit",
     "the audit log of a state: every call, who made it, what decided",
     {},
     for_audit,
     audit},
    {"cloud", "serve the embedded cloud over HTTP", {}, for_serve, serve_cloud},
    {"demo",
     "watch an instance receive temporary permissions and lose them again",
     {},
     for_demo,
     demo},
    {"explore", "what the runbook leaves behind when something goes wrong", document, for_explore,
     explore},
    {"list", "the executions of a state, newest first", {}, for_state, list},
    {"recover", "resolve what a crash left open and run it to its end", {}, for_recover, recover},
    {"run", "run a runbook", document, for_run, run},
    {"show", "one execution with its steps", execution, for_state, show},
    {"world dump", "the cloud as a world file that reads back equal", {}, for_world, world_dump},
    {"world show", "the cloud at a glance", {}, for_world, world_show},
};

}  // namespace

std::span<const Command> commands() {
  return rows;
}

}  // namespace stint::cli

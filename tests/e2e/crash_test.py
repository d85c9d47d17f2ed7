# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of `stint run --state f`, then `stint recover --state f`: the run goes on and
ends, and no call with an effect is made twice."""
import collections
import json
import os
import random
import signal
import subprocess
import time

from harness import Case, INSTANCE, PROGRAM, RUNBOOK, can_sandbox, environment, main, stint



def effects(state):
    done = stint("audit", "--state", state, "--json")
    assert done.returncode == 0, done.stderr
    audit = json.loads(done.stdout)["audit"]
    return collections.Counter((call["service"], call["operation"]) for call in audit
                               if call["effect"] not in ("", "none"))


class Crashes(Case):
    def start(self, state, *arguments):
        return subprocess.Popen([PROGRAM, "run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", "--json",
                                 "--state", str(state), *map(str, arguments)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                env=environment(), stdin=subprocess.DEVNULL)

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def recover(self, state):
        done = stint("recover", "--state", state, "--json", timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["executions"]

    def statuses(self, state):
        done = stint("list", "--state", state, "--json")
        return {one["AutomationExecutionStatus"]
                for one in json.loads(done.stdout)["executions"]}

    def wait_for_step(self, state, step, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.path.exists(state):
                done = stint("list", "--state", state, "--json")
                if done.returncode == 0 and any(one["CurrentStepName"] == step for one in
                                                json.loads(done.stdout)["executions"]):
                    return
            time.sleep(0.02)
        self.fail(f"the run did not reach {step}")

    def world(self, script):
        text = stint("world", "dump").stdout
        path = self.write("world.yaml", text)
        dump = json.loads(stint("world", "dump", "--json").stdout)
        dump["propagation"] = {"iam_to_ec2": "0s", "association": "200ms", "imds": "0s",
                               "instance": "0s"}
        dump["buckets"]["my-script-bucket"]["objects"]["exampleScript.py"] = {"text": script}
        dump.pop("state", None)
        path.write_text(json.dumps(dump))
        return path

    def test_killed_at_any_time_the_run_goes_on_and_repeats_no_effect(self):
        world = self.world("print('hello')\n")
        flags = ("--world", world, "--nodes", "scripted")
        whole = self.folder / "whole.state"
        self.assertEqual(self.start(whole, *flags).wait(), 0)
        expected = effects(whole)
        self.assertEqual(expected[("iam", "CreateRole")], 1)
        generator = random.Random(1)
        rounds = 12 if os.environ.get("STINT_LONG_TESTS") else 4
        for number in range(rounds):
            state = self.folder / f"{number}.state"
            process = self.start(state, *flags)
            time.sleep(generator.uniform(0.02, 1.4))
            self.kill(process)
            if not state.exists() or stint("list", "--state", state).returncode != 0:
                continue  # killed before anything was promised
            self.recover(state)
            if not json.loads(stint("list", "--state", state, "--json").stdout)["executions"]:
                continue
            self.assertEqual(self.statuses(state), {"Success"})
            self.assertEqual(effects(state), expected)

    def test_a_script_that_runs_on_is_adopted_and_not_started_again(self):
        if not can_sandbox():
            self.skipTest("bubblewrap does not work here")
        world = self.world("import time\nprint('begin', flush=True)\ntime.sleep(4)\nprint('end')\n")
        state = self.folder / "s.state"
        process = self.start(state, "--world", world)
        self.wait_for_step(state, "runScriptFromS3")
        time.sleep(2)  # into the script
        self.kill(process)
        executions = self.recover(state)
        parent = next(one for one in executions if len(one["StepExecutions"]) == 13)
        self.assertEqual(parent["AutomationExecutionStatus"], "Success")
        script = next(step for step in parent["StepExecutions"]
                      if step["StepName"] == "runScriptFromS3")
        output = "".join(script["Outputs"]["Output"])
        self.assertEqual(output.count("begin"), 1)
        self.assertEqual(output.count("end"), 1)
        done = effects(state)
        self.assertEqual(done[("ssm", "SendCommand")], 1)
        self.assertTrue(all(done[("iam", name)] == 1 for name in ("CreateRole", "DeleteRole")))


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""The command line as users meet it: runs, states, exit codes, and each kind of bad input."""
import json
import os
import signal
import subprocess
import time

from harness import Case, INSTANCE, PROGRAM, RUNBOOK, SEED, environment, main, stint

FAST = ("--time", "virtual", "--nodes", "scripted")

SLEEPER = """
schemaVersion: '0.3'
mainSteps:
  - {name: nap, action: 'aws:sleep', inputs: {Duration: PT10M}, onCancel: 'step:tidy'}
  - {name: unreached, action: 'aws:sleep', inputs: {Duration: PT1S}, isEnd: true}
  - {name: tidy, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: ListRoles}, isEnd: true}
"""

FAILING_SCRIPT_WORLD_TAIL = "nodes: {%s: [{match: '', exit: 7, output: 'broken'}]}\n" % INSTANCE


class Runs(Case):
    def run_json(self, *arguments):
        done = stint("run", *arguments, "--json")
        return done, json.loads(done.stdout)

    def test_our_runbook_ends_success_and_leaves_the_cloud_as_it_was(self):
        done, out = self.run_json(RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST)
        self.assertEqual(done.returncode, 0, done.stderr)
        execution = out["execution"]
        self.assertEqual(execution["AutomationExecutionStatus"], "Success")
        self.assertEqual(len(execution["StepExecutions"]), 13)
        self.assertEqual(out["diff"], [])
        self.assertTrue(any(call["operation"] == "SendCommand" for call in out["audit"]))

    def test_the_seed_runs_unmodified_in_both_forms(self):
        for name in ("temporary-permissions.json", "temporary-permissions.yaml"):
            if not (SEED / name).exists():
                self.skipTest("no seed beside the project")
            done, out = self.run_json(SEED / name, "-p", f"InstanceId={INSTANCE}", *FAST)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(out["diff"], [])

    def test_a_failing_script_ends_failed_with_the_clean_up_done(self):
        world = stint("world", "dump").stdout + FAILING_SCRIPT_WORLD_TAIL
        path = self.write("world.yaml", world)
        done, out = self.run_json(RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--world", path)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(out["execution"]["AutomationExecutionStatus"], "Failed")
        self.assertIn("ResponseCode=[7]", out["execution"]["FailureMessage"])
        self.assertEqual(out["diff"], [])

    def test_a_state_keeps_executions_and_the_cloud(self):
        state = self.folder / "s.state"
        first, out = self.run_json(RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--state", state)
        self.assertEqual(first.returncode, 0, first.stderr)
        execution = out["execution"]["AutomationExecutionId"]
        listed = json.loads(stint("list", "--state", state, "--json").stdout)["executions"]
        self.assertEqual({one["DocumentName"] for one in listed},
                         {"temporary-permissions", "AWS-AttachIAMToInstance"})
        shown = json.loads(stint("show", execution, "--state", state, "--json").stdout)
        self.assertEqual(shown["execution"], out["execution"])
        audit = json.loads(stint("audit", "--state", state, "--execution", execution,
                                 "--json").stdout)["audit"]
        self.assertIn("CreateRole", [call["operation"] for call in audit])
        again, _ = self.run_json(RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--state", state)
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_a_dumped_world_reads_back_equal(self):
        first = stint("world", "dump").stdout
        path = self.write("world.yaml", first)
        self.assertEqual(stint("world", "dump", "--world", path).stdout, first)

    def test_ctrl_c_cancels_along_on_cancel(self):
        path = self.write("sleeper.yaml", SLEEPER)
        state = self.folder / "s.state"
        process = subprocess.Popen([PROGRAM, "run", str(path), "--json", "--state", str(state),
                                    "--nodes", "none"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment())
        self.wait_for_execution(state)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        execution = json.loads(out)["execution"]
        self.assertEqual(execution["AutomationExecutionStatus"], "Cancelled")
        self.assertEqual([step["StepStatus"] for step in execution["StepExecutions"]],
                         ["Cancelled", "Pending", "Success"])

    def wait_for_execution(self, state):
        for _ in range(600):
            if state.exists():
                done = stint("list", "--state", state, "--json")
                if done.returncode == 0 and json.loads(done.stdout)["executions"]:
                    return
            time.sleep(0.05)
        self.fail("the execution was not started")

    def test_mocks_answer_what_the_cloud_lacks(self):
        runbook = self.write("lambda.yaml", """
schemaVersion: '0.3'
mainSteps:
  - name: call
    action: aws:executeAwsApi
    inputs: {Service: lambda, Api: get_function, FunctionName: f}
    outputs: [{Name: arn, Selector: $.Configuration.FunctionArn, Type: String}]
outputs: [call.arn]
""")
        bare, _ = self.run_json(runbook, *FAST)
        self.assertEqual(bare.returncode, 1)
        mocks = self.write("mocks.yaml", "- {call: lambda.GetFunction, when: {FunctionName: f}, "
                                         "answer: {Configuration: {FunctionArn: 'arn:f'}}}\n")
        done, out = self.run_json(runbook, *FAST, "--mocks", mocks)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(out["execution"]["Outputs"], {"call.arn": ["arn:f"]})
        invented, _ = self.run_json(runbook, *FAST, "--mock-missing", "synthesize")
        self.assertEqual(invented.returncode, 0, invented.stderr)


class BadInput(Case):
    def run_text(self, text, *arguments):
        path = self.write("r.yaml", text)
        return stint("run", path, *FAST, *arguments)

    def test_a_document_that_does_not_parse(self):
        self.assert_sentence(self.run_text("schemaVersion: '0.3'\nmainSteps: [\n"), 2, "r.yaml:3:1: ")
        path = self.write("r.json", '{"schemaVersion": "0.3",\n "mainSteps": [}')
        self.assert_sentence(stint("run", path, *FAST), 2, "r.json:2:")

    def test_an_unknown_action_names_file_line_and_step(self):
        done = self.run_text("schemaVersion: '0.3'\nmainSteps:\n  - name: a\n    action: aws:fly\n")
        self.assert_sentence(done, 2, "r.yaml:", "step a", "Unknown action: aws:fly")

    def test_an_unknown_step(self):
        done = self.run_text("schemaVersion: '0.3'\nmainSteps:\n  - name: a\n    action: aws:sleep\n"
                             "    nextStep: b\n    inputs: {Duration: PT1S}\n")
        self.assert_sentence(done, 2, "r.yaml:", 'Unknown step name: "b"')

    def test_parameters_that_are_unknown_missing_or_of_the_wrong_type(self):
        text = ("schemaVersion: '0.3'\nparameters: {Count: {type: Integer}}\nmainSteps:\n"
                "  - {name: a, action: 'aws:sleep', inputs: {Duration: PT1S}}\n")
        self.assert_sentence(self.run_text(text), 2, "Missing required parameter: Count")
        self.assert_sentence(self.run_text(text, "-p", "Count=many"), 2, "Count", "Integer")
        self.assert_sentence(self.run_text(text, "-p", "Count=1", "-p", "Cuont=2"), 2, "Cuont")
        self.assert_sentence(self.run_text(text, "-p", "Count"), 2, "Name=Value")

    def test_files_that_are_not_there(self):
        self.assert_sentence(stint("run", "nowhere.yaml"), 2, "nowhere.yaml")
        self.assert_sentence(stint("show", "x", "--state", self.folder / "no.state"), 2, "no.state")
        self.assert_sentence(stint("run", RUNBOOK, "--world", "no.yaml"), 2, "no.yaml")

    def test_flags_that_are_wrong(self):
        for arguments in (["run"], ["fly"], ["run", RUNBOOK, "--time", "fast"],
                          ["run", RUNBOOK, "--nodes", "many"], ["run", RUNBOOK, "--cloud", "moon"],
                          ["cloud", "--port", "high"], ["run", RUNBOOK, "--unknown"]):
            done = stint(*arguments)
            self.assertEqual(done.returncode, 2, f"{arguments}: {done.stderr}")

    def test_a_command_that_is_not_there(self):
        self.assert_sentence(stint("exlpore", RUNBOOK), 2, 'no command "exlpore"', "stint explore?")

    def test_an_unreachable_endpoint(self):
        done = stint("run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", "--cloud", "http://127.0.0.1:9",
                     env=environment(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
                                     AWS_REGION="us-west-2"))
        self.assert_sentence(done, 4, "127.0.0.1:9")

    def test_a_denied_call_is_told_with_its_operation(self):
        world = stint("world", "dump").stdout
        path = self.write("world.yaml", world)
        runbook = self.write("denied.yaml", """
schemaVersion: '0.3'
assumeRole: arn:aws:iam::123456789012:role/CoreInstanceRole
mainSteps:
  - {name: a, action: 'aws:executeAwsApi', inputs: {Service: iam, Api: ListRoles}}
""")
        done = stint("run", runbook, *FAST, "--world", path)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("assume role is unable to be assumed", done.stderr)

    def test_a_world_with_a_state_that_exists(self):
        state = self.folder / "s.state"
        stint("run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--state", state)
        world = self.write("world.yaml", stint("world", "dump").stdout)
        done = stint("run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--state", state,
                     "--world", world)
        self.assert_sentence(done, 2, "--world")

    def test_a_corrupt_state_loses_nothing_and_says_so(self):
        state = self.write("s.state", "not a database at all, but a text of some length........" * 4)
        before = state.read_bytes()
        done = stint("run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--state", state)
        self.assert_sentence(done, 2, "s.state", "is not a stint state file")
        self.assertEqual(state.read_bytes(), before)

    def test_a_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("a small disk takes root's rights")
        mount = self.folder / "small"
        mount.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", mount],
                          capture_output=True).returncode != 0:
            self.skipTest("no tmpfs here")
        try:
            done = stint("run", RUNBOOK, "-p", f"InstanceId={INSTANCE}", *FAST, "--state",
                         mount / "s.state")
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertIn("the disk is full", done.stderr)
        finally:
            subprocess.run(["umount", "-l", mount], capture_output=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the test programs of a build and the tests with real clients, side by side.

Prints what failed with its output, and as its last line `N passed, N failed`.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run_gtest(program, environment):
    """One gtest program: (passed, failed, skipped, text of failures)."""
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch, "report.json")
        try:
            done = subprocess.run(
                [program, "--gtest_brief=1", f"--gtest_output=json:{report}"],
                capture_output=True, text=True, errors="replace", timeout=900, env=environment,
                stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as timeout:
            return 0, 1, 0, f"{program.name} did not end within 900 s\n{timeout.stdout or ''}"
        output = done.stdout + done.stderr
        if not report.exists():
            return 0, 1, 0, f"{program.name} ended with {done.returncode}\n{output}"
        passed = failed = skipped = 0
        for suite in json.loads(report.read_text())["testsuites"]:
            for test in suite["testsuite"]:
                if test.get("failures"):
                    failed += 1
                elif test.get("result") == "SKIPPED":
                    skipped += 1
                else:
                    passed += 1
        if done.returncode != 0 and failed == 0:
            failed += 1
        return passed, failed, skipped, output if failed else ""


def run_script(script, environment, python="/usr/bin/python3"):
    """One script of tests/e2e or a check: it prints `N passed, N failed[, N skipped]` at its end."""
    try:
        done = subprocess.run([python, str(script)], capture_output=True, text=True,
                              errors="replace", timeout=900, env=environment, cwd=ROOT,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as timeout:
        return 0, 1, 0, f"{script.name} did not end within 900 s\n{timeout.stdout or ''}"
    output = done.stdout + done.stderr
    counts = {}
    for line in done.stdout.splitlines()[-1:]:
        for part in line.split(","):
            words = part.split()
            if len(words) == 2 and words[0].isdigit():
                counts[words[1]] = int(words[0])
    failed = counts.get("failed", 0)
    if done.returncode != 0 and failed == 0:
        failed = 1
    return counts.get("passed", 0), failed, counts.get("skipped", 0), output if failed else ""


def run_check(arguments, environment):
    done = subprocess.run(["/usr/bin/python3", *map(str, arguments)], capture_output=True,
                          text=True, env=environment, cwd=ROOT)
    bad = done.returncode != 0
    return int(not bad), int(bad), 0, done.stdout + done.stderr if bad else ""


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--unit-only", action="store_true")
    options.add_argument("--long", action="store_true")
    options = options.parse_args()
    build = options.build.resolve()
    environment = dict(os.environ, STINT_PROGRAM=str(build / "stint"))
    # The user's own AWS settings have no part in a test.
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    if options.long:
        environment["STINT_LONG_TESTS"] = "1"

    jobs = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for program in sorted(build.glob("src/test_*")):
            if os.access(program, os.X_OK) and program.is_file():
                jobs[pool.submit(run_gtest, program, environment)] = program.name
        if not options.unit_only:
            for script in sorted(ROOT.glob("tests/e2e/*_test.py")):
                jobs[pool.submit(run_script, script, environment)] = f"e2e/{script.name}"
                # A newer boto3 than Debian's, where somebody has one: the same scripts again.
                newer = environment.get("STINT_BOTO3_PYTHON")
                if newer and "import boto3" in script.read_text():
                    jobs[pool.submit(run_script, script, environment, newer)] = \
                        f"e2e/{script.name} (newer boto3)"
            check = [ROOT / "tools/check_layers.py", ROOT / "docs/architecture.md", ROOT / "src"]
            jobs[pool.submit(run_check, check, environment)] = "check_layers"
        began = time.monotonic()
        totals = [0, 0, 0]
        for job in concurrent.futures.as_completed(jobs):
            *counts, text = job.result()
            totals = [total + count for total, count in zip(totals, counts)]
            if counts[1]:
                print(f"--- {jobs[job]}\n{text}")
            print(f"{jobs[job]:36} {counts[0]:6} passed {counts[1]:4} failed {counts[2]:4} skipped"
                  f"  ({time.monotonic() - began:.0f} s)", flush=True)
    if totals[2]:
        print(f"{totals[2]} skipped")
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main())

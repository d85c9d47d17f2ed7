#!/usr/bin/env python3
# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks of a build: a table on stdout, the same as JSON in BUILD/bench.json.

Each figure is the median of several runs; machines are shared and noisy.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def child_run(command):
    """Wall seconds, CPU seconds and peak memory (MiB) of one process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median_of(runs, sample):
    samples = [sample() for _ in range(runs)]
    return [statistics.median(column) for column in zip(*samples)]


def engine(build, *arguments):
    done = subprocess.run([build / "bench/bench_engine", *arguments], capture_output=True,
                          text=True, check=True)
    figures = json.loads(done.stdout)
    return figures["steps_per_second"], figures["cpu_us_per_step"], figures["max_rss_mib"]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--runs", type=int, default=5)
    options = options.parse_args()
    build, runs = options.build.resolve(), options.runs
    stint = build / "stint"
    seed = ROOT.parent / "shared/seed/temporary-permissions.json"
    runbook = seed if seed.exists() else ROOT / "runbooks/temporary-permissions.yaml"
    rows = []

    def add(name, value, unit, goal=""):
        rows.append({"name": name, "value": round(value, 3), "unit": unit, "goal": goal})

    wall, cpu, rss = median_of(2 * runs + 1, lambda: child_run([stint, "--version"]))
    add("stint --version, wall", wall * 1e3, "ms", "<= 10")
    command = [stint, "run", runbook, "-p", "InstanceId=i-0123456789abcdef0", "--time", "virtual",
               "--nodes", "scripted", "--json"]
    wall, cpu, rss = median_of(2 * runs + 1, lambda: child_run(command))
    add(f"fresh process runs {runbook.name}, wall", wall * 1e3, "ms")
    add(f"fresh process runs {runbook.name}, CPU", cpu * 1e3, "ms", "<= 40")
    add(f"fresh process runs {runbook.name}, memory", rss, "MiB", "<= 30")

    rate, cpu, rss = median_of(runs, lambda: engine(build))
    add("bench-10 in memory, canned answers", rate, "steps/s", ">= 300000")
    add("bench-10 in memory, CPU a step", cpu, "us")
    with tempfile.TemporaryDirectory() as scratch:
        count = iter(range(1000))
        rate, cpu, rss = median_of(runs, lambda: engine(
            build, "--executions", "2000", "--sqlite", f"{scratch}/{next(count)}.state"))
    add("bench-10 on SQLite, 32 in flight", rate, "steps/s")
    add("bench-10 on SQLite, CPU a step", cpu, "us")

    width = max(len(row["name"]) for row in rows)
    for row in rows:
        print(f"{row['name']:{width}}  {row['value']:>12,.3f} {row['unit']:8} {row['goal']}")
    (build / "bench.json").write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

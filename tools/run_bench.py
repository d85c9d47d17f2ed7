#!/usr/bin/env python3
# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks of a build: a table on stdout, the same as JSON in BUILD/bench.json.

Each figure is the median of several runs; machines are shared and noisy, so look at the CPU time
where there is one.
"""
import argparse
import json
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def child_run(command, good=(0,)):
    """Wall seconds, CPU seconds and peak memory (MiB) of one process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) not in good:
        raise SystemExit(f"{' '.join(map(str, command))} ended with status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median_of(runs, sample):
    samples = [sample() for _ in range(runs)]
    return [statistics.median(column) for column in zip(*samples)]


def explored(command):
    """Cases of an exploration, and the CPU seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*command, "--pairs", "--budget", "20s", "--json"], capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(done.stdout)["cases"], after.ru_utime - before.ru_utime


def engine(build, *arguments):
    done = subprocess.run([build / "bench/bench_engine", *arguments], capture_output=True,
                          text=True, check=True)
    figures = json.loads(done.stdout)
    return figures["steps_per_second"], figures["cpu_us_per_step"], figures["max_rss_mib"]


class Served:
    """`stint cloud` on a free port."""

    def __init__(self, stint, *arguments):
        began = time.perf_counter()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        self.process = subprocess.Popen([stint, "cloud", "--port", "0", "--json", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        env=environment)
        self.port = json.loads(self.process.stdout.readline())["endpoint"].rsplit(":", 1)[1]
        with socket.create_connection(("127.0.0.1", int(self.port)), 10) as first:
            first.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            first.recv(1)
        self.started = time.perf_counter() - began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def cpu(self):
        """CPU seconds of the server so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """MiB in use."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def load(self, build, service, operation, given, *more):
        """Figures of the load client, and the server's CPU microseconds a request."""
        before = self.cpu()
        done = subprocess.run([build / "bench/bench_http", self.port, service, operation,
                               json.dumps(given), *map(str, more)],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{service} {operation}: {done.stderr}")
        figures = json.loads(done.stdout)
        figures["cpu_us"] = (self.cpu() - before) * 1e6 / figures["requests"]
        return figures


def serve(build, stint, runs, add):
    """The cloud over HTTP."""
    def start():
        with Served(stint) as cloud:
            return (cloud.started,)
    add("stint cloud, start to first answer", median_of(2 * runs + 1, start)[0] * 1e3, "ms", "<= 50")
    with Served(stint) as cloud:
        for service, operation, given in (("sts", "GetCallerIdentity", {}),
                                          ("iam", "GetRole", {"RoleName": "CoreInstanceRole"})):
            rate, cpu = median_of(runs, lambda: (
                lambda f: (f["requests_per_second"], f["cpu_us"]))(
                    cloud.load(build, service, operation, given, "--threads", 2, "--seconds", 1)))
            add(f"{operation} over HTTP", rate, "req/s")
            # What a free core would serve: the other figure is that of a machine with other work.
            add(f"{operation} over HTTP, a second of server CPU", 1e6 / cpu, "req/s", ">= 15000")
            add(f"{operation} over HTTP, server CPU", cpu, "us", "<= 60")
        cloud.load(build, "s3", "CreateBucket", {"Bucket": "bench-bucket", "CreateBucketConfiguration":
                                                 {"LocationConstraint": "us-west-2"}}, "--count", 1)
        body = ("--body", 1 << 20, "--seconds", 1)
        thing = {"Bucket": "bench-bucket", "Key": "mebibyte"}
        for operation, more in (("PutObject", body), ("GetObject", ("--seconds", 1))):
            wall, cpu = median_of(runs, lambda: (lambda f: (f["median_ms"], f["cpu_us"]))(
                cloud.load(build, "s3", operation, thing, *more)))
            add(f"{operation} of 1 MiB", wall, "ms")
            add(f"{operation} of 1 MiB, server CPU", cpu, "us")
        launch = {"ImageId": "ami-0abcdef1234567890", "MinCount": 999, "MaxCount": 999}
        cloud.load(build, "ec2", "RunInstances", launch, "--count", 1)
        wall, cpu = median_of(runs, lambda: (lambda f: (f["median_ms"], f["cpu_us"]))(
            cloud.load(build, "ec2", "DescribeInstances", {}, "--count", 10)))
        add("DescribeInstances of 1,000", wall, "ms")
        add("DescribeInstances of 1,000, server CPU", cpu / 1e3, "ms", "<= 20")
    with Served(stint) as cloud:
        empty = cloud.memory()
        cloud.load(build, "s3", "CreateBucket", {"Bucket": "bench-bucket", "CreateBucketConfiguration":
                                                 {"LocationConstraint": "us-west-2"}}, "--count", 1)
        cloud.load(build, "s3", "PutObject", {"Bucket": "bench-bucket", "Key": "key-{n}"},
                   "--count", 100_000, "--threads", 2)
        add("memory of 100,000 objects", cloud.memory() - empty, "MiB")
        before = cloud.memory()
        for part in "abcd":  # a subnet has 4,091 addresses
            network = {"Placement": {"AvailabilityZone": "us-west-2" + part}}
            cloud.load(build, "ec2", "RunInstances",
                       dict(network, ImageId="ami-0abcdef1234567890", MinCount=500, MaxCount=500),
                       "--count", 5)
        add("memory of 10,000 instances", cloud.memory() - before, "MiB")


def state_copy(build):
    done = subprocess.run([build / "bench/bench_state"], capture_output=True, text=True, check=True)
    return (json.loads(done.stdout)["us_per_copy"],)


def policy(build):
    done = subprocess.run([build / "bench/bench_policy"], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout).values())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--runs", type=int, default=3)
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

    # The documents that the nearest peer was measured with, where they are at hand.
    shared = ROOT.parent / "shared/bench"
    same = (["--document", shared / "bench-10.json", "--answers", shared / "answers.json"]
            if shared.exists() else [])
    rate, cpu, rss = median_of(runs, lambda: engine(build, *same))
    add("bench-10 in memory, canned answers", rate, "steps/s", ">= 300000")
    add("bench-10 in memory, CPU a step", cpu, "us")
    with tempfile.TemporaryDirectory() as scratch:
        count = iter(range(1000))
        rate, cpu, rss = median_of(runs, lambda: engine(
            build, *same, "--executions", "2000", "--sqlite",
            f"{scratch}/{next(count)}.state"))
    add("bench-10 on SQLite, 32 in flight", rate, "steps/s")
    add("bench-10 on SQLite, CPU a step", cpu, "us")

    rate, cpu, rss = median_of(runs, lambda: engine(build, *same, "--cloud", "yes",
                                                 "--executions", "5000"))
    add("bench-10 in the embedded cloud as a role with two policies", rate, "steps/s", ">= 150000")
    add("bench-10 in the embedded cloud, CPU a step", cpu, "us", "<= 6.7")
    add("copy of the demo's world", median_of(runs, lambda: state_copy(build))[0], "us", "<= 10")

    serve(build, stint, runs, add)
    command = [stint, "explore", runbook, "-p", "InstanceId=i-0123456789abcdef0", "--random", "0",
               "--fail-on", "escalation"]
    wall, cpu, rss = median_of(runs, lambda: child_run([*command, "--no-pairs"], good=(0, 1)))
    add("explore: all single faults from a cold start, wall", wall * 1e3, "ms", "<= 150")
    add("explore: all single faults from a cold start, CPU", cpu * 1e3, "ms")
    add("explore: all single faults from a cold start, memory", rss, "MiB")
    cases, cpu = explored([*command, "--threads", "1"])
    add("explore: cases a second of CPU, with pairs", cases / cpu, "cases/s", ">= 20000")

    for name, value in zip(("all of its service", "of several services", "none of its service"),
                           median_of(runs, lambda: policy(build))):
        add(f"policy of ten statements, {name}", value / 1e3, "us", "<= 2")

    width = max(len(row["name"]) for row in rows)
    for row in rows:
        print(f"{row['name']:{width}}  {row['value']:>12,.3f} {row['unit']:8} {row['goal']}")
    (build / "bench.json").write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

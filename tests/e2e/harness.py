# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: the program under test, a temporary folder, a served cloud."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEED = ROOT.parent / "shared" / "seed"
PROGRAM = os.environ.get("STINT_PROGRAM", str(ROOT / "build" / "stint"))
INSTANCE = "i-0123456789abcdef0"
RUNBOOK = str(ROOT / "runbooks" / "temporary-permissions.yaml")


def environment(**more):
    """An environment without the user's own AWS settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    clean.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE="/nonexistent",
                 AWS_SHARED_CREDENTIALS_FILE="/nonexistent", **more)
    return clean


def stint(*arguments, timeout=120, env=None, cwd=None):
    """Runs the program to its end."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, env=env or environment(), cwd=cwd,
                          stdin=subprocess.DEVNULL)


def can_sandbox():
    """Does bubblewrap work here? Root can do without a namespace of users, as in a chroot."""
    kinds = ["--unshare-all"] + (["--unshare-net"] if os.geteuid() == 0 else [])
    try:
        return any(subprocess.run(["bwrap", kind, "--ro-bind", "/", "/", "true"],
                                  capture_output=True, timeout=20).returncode == 0
                   for kind in kinds)
    except (OSError, subprocess.TimeoutExpired):
        return False


class Cloud:
    """`stint cloud` on a free port."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, "cloud", "--port", "0", "--json", *map(str, arguments)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=environment(), stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("stint cloud did not start: " + self.process.stderr.read())
        said = json.loads(line)
        self.endpoint, self.metadata = said["endpoint"], said["metadata"]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="stint-e2e-")
        self.folder = pathlib.Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def assert_sentence(self, done, code, *parts):
        """Bad input: one clear sentence, the right exit code, no internals."""
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        lines = [line for line in done.stderr.splitlines() if not line.startswith("stint: warning:")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith("stint: "), done.stderr)
        for part in parts:
            self.assertIn(part, lines[0])


def watch_clients():
    """The operations that boto3 does from here on: {(service, operation)}, those with success."""
    done = set()

    def note(http_response, model, **_):
        if http_response.status_code < 300:
            done.add((model.service_model.service_name, model.name))
    try:
        import boto3
    except ImportError:
        return done
    os.environ.update(environment())
    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("after-call", note)
    return done


def never_done(services, done):
    """What the program says that it has, and no client of this script ever got to do."""
    listed = json.loads(stint("cloud", "--operations", "--json").stdout)
    return sorted(f"{service} {operation}" for service in services for operation in listed[service]
                  if (service, operation) not in done)


def main(covers=()):
    """Runs the module's tests; the last line counts them for tools/run_tests.py. Together they do
    every operation of the services in `covers` once, or one more test has failed."""
    done = watch_clients()
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors)
    if covers and done:
        result.testsRun += 1
        if missing := never_done(covers, done):
            failed += 1
            print("never done by a client:", ", ".join(missing))
    skipped = len(result.skipped)
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)

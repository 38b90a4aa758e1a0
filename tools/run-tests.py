#!/usr/bin/env python3
"""Builds the tests and runs them, a few at a time.

    tools/run-tests.py [--jobs N] [cargo test options ...]

The tests of daemons wait more than they work: two processes at a time take
about half of what one takes. The modules of tests/main.rs get a process each.
All run, whatever fails; each one's output comes whole, when it ends.
The exit code is that of the worst.
"""

import json
import os
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# The longest first, so that none of them is left over at the end.
FIRST = ["e2e_pair", "faults", "e2e_drill", "e2e_lies", "e2e_activation",
         "e2e_cluster", "e2e_failover", "attack", "e2e_database"]


def built(cargo, options):
    """Builds; gives a name and a command for each test binary or module."""
    command = [cargo, "test", *options, "--no-run",
               "--message-format=json-render-diagnostics"]
    build = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if build.returncode != 0:
        sys.exit(build.returncode)
    binaries = []
    for line in build.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["profile"]["test"]:
            name, path = message["target"]["name"], message["executable"]
            binaries += modules(path) if name == "all" else [(name, [path])]
    return binaries


def modules(path):
    """The modules of one test binary, each with the command that runs it."""
    listed = subprocess.run([path, "--list"], stdout=subprocess.PIPE,
                            check=True).stdout.decode()
    tests = {}
    for line in listed.splitlines():
        if line.endswith(": test"):
            test = line.removesuffix(": test")
            tests.setdefault(test.split("::")[0], []).append(test)
    return [(module, [path, "--exact", *names])
            for module, names in tests.items()]


def rank(binary):
    """Where in the queue one stands."""
    return FIRST.index(binary[0]) if binary[0] in FIRST else len(FIRST)


def run(command):
    """Runs one as cargo would; gives its exit code, time and output."""
    began = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, cwd=ROOT,
                          env={**os.environ, "CARGO_MANIFEST_DIR": ROOT},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    return done.returncode, time.monotonic() - began, done.stdout


def main():
    """Builds, runs, sums up."""
    options = sys.argv[1:]
    jobs = 2
    if options[:1] == ["--jobs"]:
        jobs, options = int(options[1]), options[2:]
    cargo = os.environ.get("CARGO", "cargo")
    queue = sorted(built(cargo, options), key=rank)
    lock = threading.Lock()
    failed, times = [], []

    def work():
        while True:
            with lock:
                if not queue:
                    return
                name, command = queue.pop(0)
            code, seconds, output = run(command)
            with lock:
                times.append((seconds, name))
                if code != 0:
                    failed.append(name)
                sys.stdout.write(f"\n     Running {name} ({seconds:.0f} s)\n")
                sys.stdout.flush()
                sys.stdout.buffer.write(output)
                sys.stdout.flush()

    threads = [threading.Thread(target=work) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    docs = subprocess.run([cargo, "test", *options, "--doc"], check=False)
    if docs.returncode != 0:
        failed.append("doc tests")
    longest = ", ".join(f"{name} {seconds:.0f} s"
                        for seconds, name in sorted(times)[:-6:-1])
    print(f"\nlongest: {longest}")
    if failed:
        print(f"failed: {', '.join(failed)}")
        sys.exit(101)


main()

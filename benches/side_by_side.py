#!/usr/bin/env python3
"""Two programs side by side on one large network: is the newer one slower?

    benches/side_by_side.py OLD NEW [--modems N] [--runs N]

Both run the same commands in turn, each below a root of its own, on one
private MariaDB. CPU time (user and system, children included) is what is
compared: on a machine with other work the clock says little. A figure counts
as worse where the median of the ratios is over 1.05 and more than the spread
of the old program's own runs. Exit 1 if one is.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fleet import HERE, Server


def spent(argv):
    """CPU seconds (user, system) and wall seconds of a command that must succeed."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            sys.exit(f"{argv}: exit {child.returncode}: {said.read().decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begin


class Program:
    """One of the two, with its root."""

    def __init__(self, path, base, server, name):
        self.root = base / name
        (self.root / "tftpboot").mkdir(parents=True)
        (self.root / "tftpboot/keyfile").write_text("DOCSIS\n")
        self.path = path
        self.common = [path, "--root", str(self.root), "--env-dir", str(base / "env"), "--role", "master",
                       "--no-activate", "-q", "--db", f"mysql:///nmsprime?socket={server.socket}&user=root"]

    def run(self, command):
        return spent(self.common + [command])

    def empty(self, *names):
        """Forgets what was made."""
        for name in (*names, "var"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        os.sync()


def network(server, modems):
    """The golden network and so many modems more."""
    server.sql("CREATE DATABASE nmsprime")
    for name in ["fixtures/schema.sql", "fixtures/golden/network.sql"]:
        server.sql((HERE / name).read_text(), database="nmsprime")
    rows = subprocess.run([sys.executable, str(HERE / "tools/make-network.py"), str(modems)],
                          check=True, stdout=subprocess.PIPE).stdout
    server.sql(rows.decode(), database="nmsprime")
    server.sql("ANALYZE TABLE modem, mta, phonenumber, contract", database="nmsprime")


def works(server):
    """What is compared: a name, and what to do for a program."""
    step = 0

    def change():
        nonlocal step
        step += 1
        server.sql(f"UPDATE modem SET serial_num = 'B{step}' WHERE id = 1000007", database="nmsprime")

    def after(prepare, command):
        def work(program):
            prepare(program)
            return program.run(command)
        return work

    nothing = lambda program: None
    return [
        ("start (--version)", lambda program: spent([program.path, "--version"])),
        ("dhcp from empty", after(lambda program: program.empty("etc"), "dhcp")),
        ("dhcp unchanged", after(nothing, "dhcp")),
        ("configfile from empty", after(lambda program: program.empty("tftpboot/cm", "tftpboot/mta"), "configfile")),
        ("configfile unchanged", after(nothing, "configfile")),
        ("configfile, one changed", after(lambda program: change(), "configfile")),
        ("rebuild, first", after(nothing, "rebuild")),
        ("rebuild, quiet tick", after(nothing, "rebuild")),
        ("rebuild, one changed", after(lambda program: change(), "rebuild")),
    ]


def report(name, old, new):
    """One line; whether the new program is worse beyond the old one's spread."""
    cpu = [[run[0] for run in runs] for runs in (old, new)]
    middle = statistics.median(cpu[0])
    ratio = statistics.median(after / before for before, after in zip(*cpu) if before) if middle else 1.0
    spread = (max(cpu[0]) - min(cpu[0])) / middle if middle else 0.0
    worse = ratio > 1.05 and ratio - 1 > spread and statistics.median(cpu[1]) - middle > 0.005
    wall = [statistics.median(run[1] for run in runs) for runs in (old, new)]
    print(f"  {name:26} CPU {middle:8.3f} s -> {statistics.median(cpu[1]):8.3f} s  ratio {ratio:5.2f}  (spread of the old "
          f"{spread:4.0%})   wall {wall[0]:7.2f} s -> {wall[1]:7.2f} s{'   WORSE' if worse else ''}", flush=True)
    return worse


def compare(server, base, args):
    network(server, args.modems)
    env = base / "env"
    env.mkdir()
    (env / "bench.env").write_text("APP_TIMEZONE=UTC\nPROVHA__DHCPD_BIN=true\nPROVHA__GUARD_NO_FILE='100% 0'\n")
    both = [Program(path, base, server, name) for path, name in [(args.old, "old"), (args.new, "new")]]
    todo = works(server)
    figures = {name: ([], []) for name, _ in todo}
    for number in range(args.runs):
        for name, work in todo:
            # Whoever is first pays for what the other finds warm.
            for index in (0, 1) if number % 2 else (1, 0):
                figures[name][index].append(work(both[index]))
    print(f"{args.modems} modems, medians of {args.runs}")
    return any([report(name, *runs) for name, runs in figures.items()])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--modems", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="provha-compare."))
    server = Server(base)
    try:
        worse = compare(server, base, args)
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()

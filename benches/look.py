#!/usr/bin/env python3
"""Speed and size of the commands that look: `explain`, `log`, `leases`, `--diff` over the fleet, each against its goal.
Called by `make bench`.

    benches/look.py PROVHA [--modems N] [--events N] [--runs N]

A private MariaDB on a local socket is started and ended; its own time does not count. Figures are medians of the
program's processor time (user and system), which a busy machine does not change. Ends with 1 where a goal is missed.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fleet import HERE, Server, timed  # noqa: E402

DAY = 86_400
FIRST = 1_000_000


def spent(argv):
    """Processor seconds of a command that must succeed, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{argv}: {done.stderr.decode()[-2000:]}")
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used, done.stdout


def address(number):
    return f"10.{16 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}"


def leases(path, events, begin):
    """A lease file with as many events, spread over a day."""
    chance = random.Random(1)
    addresses = max(events // 10, 1)
    with open(path, "w") as out:
        for event in range(events):
            number, at = event % addresses, begin + event * DAY // events
            client = number if chance.random() < 0.95 else chance.randrange(addresses)
            mac = f"02:{client >> 24 & 255:02x}:{client >> 16 & 255:02x}:{client >> 8 & 255:02x}:{client & 255:02x}:01"
            out.write(f"lease {address(number)} {{\n  starts epoch {at};\n  ends epoch {at + 3 * DAY // 10};\n"
                      f"  cltt epoch {at};\n  binding state active;\n  hardware ethernet {mac};\n"
                      f"  option agent.remote-id 0:1a:2b:{client >> 16 & 255:x}:{client >> 8 & 255:x}:{client & 255:x};\n}}\n")


class Goals:
    """Figures with their goals."""

    def __init__(self):
        self.missed = 0

    def show(self, name, value, goal, unit):
        good = value <= goal
        self.missed += not good
        print(f"  {name:34} {value:9.3f} {unit:4} goal {goal:7.2f} {unit:4} {'' if good else 'MISSED'}", flush=True)


def run(server, base, args):
    server.sql("CREATE DATABASE nmsprime")
    for name in ["fixtures/schema.sql", "fixtures/golden/network.sql"]:
        server.sql((HERE / name).read_text(), database="nmsprime")
    rows = subprocess.run([sys.executable, str(HERE / "tools/make-network.py"), str(args.modems)],
                          check=True, stdout=subprocess.PIPE).stdout
    server.sql(rows.decode(), database="nmsprime")
    env, root = base / "env", base / "root"
    env.mkdir()
    (env / "bench.env").write_text("APP_TIMEZONE=UTC\nPROVHA__DHCPD_BIN=true\nPROVHA__TIME_INETD=none\n"
                                   "PROVHA__DHCPD_LEASES=/leases\nPROVHA__GUARD_NO_FILE='100% 0'\n")
    (root / "tftpboot").mkdir(parents=True)
    (root / "tftpboot/keyfile").write_text("DOCSIS\n")
    common = [args.provha, "--root", str(root), "--env-dir", str(env), "--role", "master",
              "--db", f"mysql:///nmsprime?socket={server.socket}&user=root"]
    goals = Goals()
    print(f"{args.modems} modems, {args.events} lease events a day, medians of {args.runs}")
    for command in ["dhcp", "configfile"]:
        spent(common + ["--no-activate", command])
    device = f"cm-{FIRST + 7}"
    for n in range(5):
        server.sql(f"UPDATE modem SET mac = '02:ff:00:00:00:{n:02x}' WHERE id = {FIRST + 7}", database="nmsprime")
        for command in ["dhcp", "configfile"]:
            spent(common + ["--no-activate", command])

    def median(*command):
        return statistics.median(spent(common + list(command))[0] for _ in range(args.runs))
    goals.show("explain", median("explain", device, "--json"), 0.15, "s")
    goals.show("log DEVICE, 5 changes", median("log", device, "--json"), 1.0, "s")

    server.sql("UPDATE configfile SET text = CONCAT(text, '\\nGlobalPrivacyEnable 1;') WHERE device = 'cm'",
               database="nmsprime")
    argv = common + ["--no-activate", "configfile", "--dry-run", "--diff", "--json"]
    used, out = spent(argv)
    wall, peak = timed(argv)
    told = json.loads(out)
    groups = sum(group["files"] for group in told.get("fleet", []))
    changed = len(told["written"]) + len(told["removed"])
    print(f"  the fleet's diff: {len(told.get('fleet', []))} groups of {groups} files; {changed} files change")
    goals.show("diff of the fleet", used, 5.0, "s")
    goals.show("diff of the fleet, memory", peak, 256.0, "MiB")
    goals.show("files that no group has", abs(changed - groups), 0, "")

    begin = int(time.time()) - DAY
    leases(root / "leases", args.events, begin)
    spent(common + ["--no-activate", "rebuild"])
    journal = sum(path.stat().st_size for path in (root / "var/lib/provha/leases").rglob("*") if path.is_file())
    goals.show("lease journal of a day", journal / 1e6, 40.0, "MB")
    at = str(begin + DAY // 2)
    ip = address(max(args.events // 20, 1))
    goals.show("leases IP --at TIME", median("leases", ip, "--at", at, "--local", "--json"), 0.5, "s")
    mac = json.loads(spent(common + ["leases", ip, "--local", "--json"])[1])["holdings"][0]["mac"]
    goals.show("leases MAC", median("leases", mac, "--local", "--json"), 0.5, "s")
    return goals.missed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("provha")
    parser.add_argument("--modems", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="provha-look."))
    server = Server(base)
    try:
        missed = run(server, base, args)
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

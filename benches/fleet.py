#!/usr/bin/env python3
"""Speed of `dhcp` and `configfile` on a large network, each as a ratio to a
floor that is measured in the same run. Called by `make bench`.

    benches/fleet.py PROVHA WRITE_LOOP [--modems N] [--runs N]

A private MariaDB on a local socket is started and ended. Figures are medians.
Everything lies below TMPDIR, which decides what disk is measured.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LIMITS = {"dhcp": 4.0, "configfile from empty": 2.5, "configfile unchanged": 0.5}


class Server:
    """A MariaDB of our own."""

    def __init__(self, where):
        self.data, self.socket = where / "data", where / "s"
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={self.data}",
             "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            ["mariadbd", "--no-defaults", "--user=root", f"--datadir={self.data}", f"--socket={self.socket}",
             "--skip-networking", "--skip-name-resolve", "--innodb-buffer-pool-size=2G",
             "--innodb-flush-log-at-trx-commit=0", f"--log-error={where}/error.log"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            if self.sql("SELECT 1", check=False).returncode == 0:
                return
            time.sleep(0.1)
        sys.exit("MariaDB did not start")

    def client(self):
        return ["mariadb", "--no-defaults", "-S", str(self.socket), "-uroot"]

    def sql(self, text, check=True, database=None):
        argv = self.client() + ([database] if database else [])
        return subprocess.run(argv, input=text.encode(), check=check, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def timed(argv):
    """Seconds and peak memory (MiB) of a command that must succeed. The peak is the kernel's own mark, read while the
    command runs: what wait4 tells counts this interpreter too, which the child was before it became the command."""
    begin = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0

    def watch():
        nonlocal peak
        while process.returncode is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            peak = max(peak, *map(int, marks or [0]))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    error = process.stderr.read()
    process.wait()
    seconds = time.monotonic() - begin
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"{argv}: {error.decode()[-2000:]}")
    return seconds, peak / 1024


def fetch(server, queries, where):
    """Reads rows with the stock client into a synced file."""
    begin = time.monotonic()
    with open(where, "wb") as out:
        subprocess.run(server.client() + ["--quick", "-N", "nmsprime"], input=";".join(queries).encode(),
                       stdout=out, check=True)
        out.flush()
        os.fsync(out.fileno())
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("provha")
    parser.add_argument("write_loop")
    parser.add_argument("--modems", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="provha-bench."))
    server = Server(base)
    try:
        run(server, base, args)
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)


def medians(runs, *works):
    """The median of each, done in turn, so that whatever else the machine does meets them all."""
    rounds = []
    for done in range(runs):
        if sys.stderr.isatty():
            print(f"\r  round {done + 1} of {runs} ", end="", file=sys.stderr, flush=True)
        rounds.append([work() for work in works])
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return [statistics.median(column) for column in zip(*rounds)]


def run(server, base, args):
    server.sql("CREATE DATABASE nmsprime")
    for name in ["fixtures/schema.sql", "fixtures/golden/network.sql"]:
        server.sql((HERE / name).read_text(), database="nmsprime")
    rows = subprocess.run([sys.executable, str(HERE / "tools/make-network.py"), str(args.modems)],
                          check=True, stdout=subprocess.PIPE).stdout
    server.sql(rows.decode(), database="nmsprime")
    server.sql("ANALYZE TABLE modem, mta, phonenumber, contract", database="nmsprime")
    env = base / "env"
    env.mkdir()
    (env / "bench.env").write_text("APP_TIMEZONE=UTC\nPROVHA__DHCPD_BIN=true\n")
    root = base / "root"
    (root / "tftpboot").mkdir(parents=True)
    (root / "tftpboot/keyfile").write_text("DOCSIS\n")
    common = [args.provha, "--root", str(root), "--env-dir", str(env), "--role", "master", "--no-activate", "-q",
              "--db", f"mysql:///nmsprime?socket={server.socket}&user=root"]
    memory = 0.0

    def provha(*command):
        nonlocal memory
        seconds, peak = timed(common + list(command))
        memory = max(memory, peak)
        return seconds

    def from_empty(command, what):
        def once():
            shutil.rmtree(root / what, ignore_errors=True)
            shutil.rmtree(root / "var", ignore_errors=True)
            os.sync()
            return provha(command)
        return once

    print(f"{args.modems} modems, medians of {args.runs}")
    show = lambda name, value, floor: print(
        f"  {name:28} {value:7.2f} s   floor {floor:6.2f} s   ratio {value / floor:5.2f}"
        + (f"   (limit {LIMITS[name]})" if name in LIMITS else ""), flush=True)
    # What dhcp reads.
    queries = [
        "SELECT id, mac, hostname, public, internet_access FROM modem WHERE deleted_at IS NULL ORDER BY id",
        "SELECT id, modem_id, mac FROM mta WHERE deleted_at IS NULL ORDER BY id",
        "SELECT * FROM endpoint WHERE deleted_at IS NULL", "SELECT * FROM ippool", "SELECT * FROM netgw",
    ]
    floor, dhcp, same = medians(args.runs, lambda: fetch(server, queries, base / "rows"), from_empty("dhcp", "etc"),
                                lambda: provha("dhcp"))
    show("dhcp", dhcp, floor)
    show("dhcp unchanged", same, floor)

    tftp = root / "tftpboot"
    def configfile_from_empty():
        for name in ["cm", "mta"]:
            shutil.rmtree(tftp / name, ignore_errors=True)
        shutil.rmtree(root / "var", ignore_errors=True)
        os.sync()
        return provha("configfile")
    provha("configfile")
    def loop():
        shutil.rmtree(base / "loop", ignore_errors=True)
        os.sync()
        out = subprocess.run([args.write_loop, str(tftp), str(base / "loop")], check=True, stdout=subprocess.PIPE).stdout
        return float(out)
    floor, made, same = medians(args.runs, loop, configfile_from_empty, lambda: provha("configfile"))
    shutil.rmtree(base / "loop", ignore_errors=True)
    count = sum(len(list((tftp / name).iterdir())) for name in ["cm", "mta"])
    print(f"  {count} device files")
    show("configfile from empty", made, floor)
    show("configfile unchanged", same, floor)
    queries = ["SELECT m.*, c.id, c.has_telephony, c.internet_access FROM modem m LEFT JOIN contract c "
               "ON c.id = m.contract_id WHERE m.deleted_at IS NULL ORDER BY m.id",
               "SELECT t.*, p.* FROM mta t LEFT JOIN phonenumber p ON p.mta_id = t.id ORDER BY t.id",
               "SELECT * FROM modem_option"]
    step = 0
    def one_changed():
        nonlocal step
        step += 1
        server.sql(f"UPDATE modem SET serial_num = 'B{step}' WHERE id = 1000007", database="nmsprime")
        return provha("configfile")
    read, changed = medians(args.runs, lambda: fetch(server, queries, base / "rows"), one_changed)
    print(f"  {'configfile, one changed':28} {changed:7.2f} s   reading {read:6.2f} s   more {changed - read:5.2f} s   (limit 0.3)")
    for n in range(10):
        server.sql(f"UPDATE modem SET serial_num = 'G{n}', mac = '02:ff:00:00:00:{n:02x}' WHERE id = 1000009",
                   database="nmsprime")
        provha("configfile")
        provha("dhcp")
    kept = sum(path.stat().st_size for path in (root / "var/lib/provha/generations").iterdir())
    print(f"  generations on disk {kept / 1024 / 1024:.1f} MiB; peak memory {memory:.0f} MiB (limit 256)")


if __name__ == "__main__":
    main()

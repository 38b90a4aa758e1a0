#!/usr/bin/env python3
"""Run times of the same network in MariaDB, PostgreSQL and SQLite, as ratios
to MariaDB in the same run. Called by `make bench`.

    benches/engines.py PROVHA [--modems N] [--runs N] [--quick] [--watch]

Private servers on local sockets are started and ended. Figures are medians of
the seconds by the clock, of the program's own processor time (user), and of that
with the server's (work), which other work on the machine does not stretch; the engines are measured in turn.
Everything lies below TMPDIR. --quick: SQLite is left out, and all device files
are made in the first round alone. --watch: how long after a commit the file of
the modem is new, while `watch` follows MariaDB by polling and PostgreSQL by its
notifications (limit: two seconds).
"""

import argparse
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE / "benches"))
from fleet import Server, timed  # noqa: E402

PG_BIN = Path("/usr/lib/postgresql/15/bin")
NOBODY = 65534
# What the issue asks of PostgreSQL.
LIMIT = 1.3
TABLES = ["provbase", "provvoip", "provha", "netgw", "ippool", "modem", "modem_option", "mta", "phonenumber",
          "endpoint", "configfile", "qos", "contract"]


class Postgres:
    """A PostgreSQL of our own, which runs as nobody."""

    def __init__(self, where):
        where.mkdir()
        os.chown(where, NOBODY, NOBODY)
        self.dir = where
        as_nobody = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        subprocess.run(as_nobody + [PG_BIN / "initdb", "--auth=trust", "--username=root", "--no-sync", "--encoding=UTF8",
                                    "--locale=C", "-D", where / "data"], check=True, cwd=where, stdout=subprocess.DEVNULL)
        log = open(where / "log", "wb")
        self.process = subprocess.Popen(
            as_nobody + [PG_BIN / "postgres", "-D", where / "data", "-k", where, "-h", "", "-c", "shared_buffers=512MB",
                         "-c", "synchronous_commit=off"], stdout=log, stderr=log, cwd=where)
        for _ in range(300):
            if self.sql("SELECT 1", "postgres", check=False).returncode == 0:
                break
            time.sleep(0.1)
        else:
            sys.exit("PostgreSQL did not start")
        self.sql("CREATE DATABASE nmsprime", "postgres")

    def sql(self, text, database="nmsprime", check=True):
        argv = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "root", "-h", str(self.dir), database]
        return subprocess.run(argv, input=text.encode(), check=check, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def columns_of(maria, table):
    """Names and types of a table's columns."""
    out = maria.sql("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'nmsprime' AND "
                    f"table_name = '{table}' ORDER BY ordinal_position").stdout.decode()
    return [line.split("\t") for line in out.splitlines()[1:]]


def unload(maria, table, names, where):
    """A table as a file that COPY reads."""
    names = ", ".join(f"`{name}`" for name in names)
    where.unlink(missing_ok=True)
    maria.sql(f"SELECT {names} FROM {table} INTO OUTFILE '{where}'", database="nmsprime")
    where.chmod(0o644)


def into_postgres(maria, postgres, base):
    """Copies all rows."""
    postgres.sql((HERE / "fixtures/schema-pgsql.sql").read_text())
    for table in TABLES:
        there = postgres.sql("SELECT column_name FROM information_schema.columns WHERE table_schema = 'nmsprime' AND "
                             f"table_name = '{table}'").stdout.decode().split()
        names = [name for name, _ in columns_of(maria, table) if name in there]
        unload(maria, table, names, base / "rows")
        names = ", ".join(f'"{name}"' for name in names)
        postgres.sql(f"\\copy nmsprime.{table} ({names}) FROM '{base}/rows'")
    # The existing system's indices are not known; those of the primary keys are there.
    postgres.sql("VACUUM ANALYZE")


def into_sqlite(maria, path, base):
    """Copies all rows."""
    kinds = {"int": "INTEGER", "bigint": "INTEGER", "smallint": "INTEGER", "tinyint": "INTEGER", "double": "REAL",
             "float": "REAL"}
    escapes = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b"}

    def cell(text):
        if text == "\\N":
            return None
        parts = text.split("\\")
        out, at = parts[0], 1
        while at < len(parts):
            part = parts[at]
            if part == "":
                out += "\\" + (parts[at + 1] if at + 1 < len(parts) else "")
                at += 2
                continue
            out += escapes.get(part[0], part[0]) + part[1:]
            at += 1
        return out

    lite = sqlite3.connect(path)
    for table in TABLES:
        columns = columns_of(maria, table)
        kind = lambda name, kind: "INTEGER PRIMARY KEY" if name == "id" else kinds.get(kind, "TEXT")
        lite.execute(f"CREATE TABLE {table} (" + ", ".join(f"`{n}` {kind(n, k)}" for n, k in columns) + ")")
        names = [name for name, _ in columns]
        unload(maria, table, names, base / "rows")
        text = (base / "rows").read_text(errors="surrogateescape").replace("\\\n", "\\n").replace("\\\t", "\\t")
        rows = ([cell(part) for part in line.split("\t")] for line in text.split("\n") if line)
        lite.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
        for name in names:
            if name.endswith("_id"):
                lite.execute(f"CREATE INDEX {table}_{name} ON {table} ({name})")
    lite.commit()
    lite.execute("ANALYZE")
    lite.close()


class Engine:
    """A database with a machine of its own."""

    def __init__(self, name, provha, base, url, change, server=None):
        self.name, self.change, self.peak, self.server = name, change, 0.0, server
        self.root, env = base / f"root-{name}", base / "env"
        (self.root / "tftpboot").mkdir(parents=True)
        (self.root / "tftpboot/keyfile").write_text("DOCSIS\n")
        self.argv = [provha, "--root", str(self.root), "--env-dir", str(env), "--role", "master", "--no-activate", "-q",
                     "--db", url]

    def provha(self, command):
        before, served = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, self.served()
        seconds, peak = timed(self.argv + [command])
        self.peak = max(self.peak, peak)
        user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        # A process of PostgreSQL counts when it has ended.
        time.sleep(0.3)
        return seconds, user, user + self.served() - served

    def served(self):
        """Processor time of the server, its ended processes included, seconds."""
        if self.server is None:
            return 0.0
        words = Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")

    def forget(self, *names):
        for name in names:
            shutil.rmtree(self.root / name, ignore_errors=True)
        os.sync()

    def watched(self, times):
        """Seconds from a commit to the new file, so many times."""
        argv = [word for word in self.argv if word != "-q"] + ["watch", "-v"]
        path = self.root / "tftpboot/cm/cm-1000007.conf"
        log = self.root / "watch.log"
        with open(log, "wb") as out, subprocess.Popen(argv, stdout=out, stderr=out) as process:
            try:
                self.wait("the changes are known", log)
                time.sleep(3)
                took = []
                for number in range(times):
                    begin = time.monotonic()
                    self.change(f"UPDATE modem SET serial_num = 'W{number}' WHERE id = 1000007")
                    self.wait(f'"W{number}"', path)
                    took.append(time.monotonic() - begin)
                    time.sleep(1 + number * 0.17)
                return took
            finally:
                process.terminate()

    def wait(self, words, path):
        """Waits until a file holds these words."""
        end = time.monotonic() + 180
        while time.monotonic() < end:
            if path.is_file() and words in path.read_text(errors="replace"):
                return
            time.sleep(0.01)
        sys.exit(f"{self.name}: {path} never held {words}")

    def measure(self, step, whole):
        """One round: what was measured, seconds; whole: all device files anew."""
        out = {}
        self.forget("etc")
        if whole:
            self.forget("var")
        out["dhcp"] = self.provha("dhcp")
        if whole:
            self.forget("tftpboot/cm", "tftpboot/mta", "var")
            out["configfile, first"] = self.provha("configfile")
        else:
            self.provha("configfile")
        out["configfile, second"] = self.provha("configfile")
        self.provha("rebuild")
        self.change(f"UPDATE modem SET us_pwr = {step} WHERE id = 1000003")
        out["rebuild, nothing for us"] = self.provha("rebuild")
        self.change(f"UPDATE modem SET serial_num = 'E{step}' WHERE id = 1000007")
        out["rebuild, one modem"] = self.provha("rebuild")
        return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("provha")
    parser.add_argument("--modems", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--watch", action="store_true")
    args = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="provha-engines."))
    base.chmod(0o711)
    servers = []
    try:
        run(args, base, servers)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(base, ignore_errors=True)


def run(args, base, servers):
    maria = Server(base)
    servers.append(maria)
    maria.sql("CREATE DATABASE nmsprime")
    for name in ["fixtures/schema.sql", "fixtures/golden/network.sql"]:
        maria.sql((HERE / name).read_text(), database="nmsprime")
    rows = subprocess.run([sys.executable, str(HERE / "tools/make-network.py"), str(args.modems)],
                          check=True, stdout=subprocess.PIPE).stdout
    maria.sql(rows.decode(), database="nmsprime")
    # PostgreSQL knows no year 0.
    maria.sql("SET sql_mode = ''; UPDATE modem SET deleted_at = '2020-01-01' WHERE deleted_at = 0", database="nmsprime")
    maria.sql("ANALYZE TABLE modem, mta, phonenumber, contract", database="nmsprime")
    postgres = Postgres(base / "pg")
    servers.append(postgres)
    into_postgres(maria, postgres, base)
    lite = base / "nms.sqlite"
    if not args.quick:
        into_sqlite(maria, lite, base)

    (base / "env").mkdir()
    # Most texts of the golden network name objects of MIBs that only their makers have.
    (base / "env/bench.env").write_text(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_BIN=true\nPROVHA__KEA_BIN=true\nPROVHA__GUARD_NO_FILE=100% 0\n")

    def in_lite(sql):
        connection = sqlite3.connect(lite)
        connection.execute(sql)
        connection.commit()
        connection.close()

    engines = [
        Engine("MariaDB", args.provha, base, f"mysql:///nmsprime?socket={maria.socket}&user=root",
               lambda sql: maria.sql(sql, database="nmsprime"), maria),
        Engine("PostgreSQL", args.provha, base, f"postgresql:///nmsprime?socket={base}/pg&user=root",
               lambda sql: postgres.sql("SET search_path = nmsprime; " + sql), postgres),
        Engine("SQLite", args.provha, base, f"sqlite:{lite}", in_lite),
    ]
    if args.quick:
        del engines[2:]
    rounds = [{engine.name: engine.measure(step, step == 1 or not args.quick) for engine in engines}
              for step in range(1, args.runs + 1)]
    print(f"{args.modems} modems, medians of {args.runs}, seconds (ratio to MariaDB; limit of PostgreSQL {LIMIT})")
    worst = {}
    for what in rounds[0]["MariaDB"]:
        for at, kind in enumerate(["clock", "user", "work"]):
            middle = {engine.name: statistics.median(r[engine.name][what][at] for r in rounds if what in r[engine.name]) for engine in engines}
            floor = middle["MariaDB"]
            cells = [f"{name} {value:7.2f} ({value / floor:4.2f})" for name, value in middle.items()]
            print(f"  {what:26} {kind:5} " + "   ".join(cells), flush=True)
            worst[kind] = max(worst.get(kind, 0.0), middle["PostgreSQL"] / floor)
    if args.watch:
        grants = subprocess.run([word for word in engines[1].argv if word != "--no-activate"] + ["setup", "grants"], stdout=subprocess.PIPE).stdout.decode()
        postgres.sql("CREATE OR REPLACE" + grants.split("\nCREATE OR REPLACE", 1)[1])
        for engine in engines[:2]:
            took = sorted(engine.watched(10))
            print(f"  watch, commit to file, {engine.name}: " + " ".join(f"{seconds:.2f}" for seconds in took), flush=True)
    for engine in engines:
        print(f"  peak memory of {engine.name}: {engine.peak:.0f} MiB")
    for kind, ratio in worst.items():
        print(f"  worst ratio of PostgreSQL, {kind}: {ratio:.2f} (limit {LIMIT})")


if __name__ == "__main__":
    main()

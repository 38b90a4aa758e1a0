#!/usr/bin/env bash
# Two bare Debian 12 machines become a pair by the words of docs/setup.md, and
# go back. Each is a debootstrap root with networks, processes and a host name
# of its own; a third network is the CMTS. MariaDB with the sample network of
# 'provha demo' runs on the master. 'make pair-test' calls it with the .deb.
# Root; the mirror is taken as in tools/package-test.sh.
#
# systemd does not run in the roots: 'service' starts the daemons (docs/
# install.md, 'In a container or chroot'). PAIR_BASE names a directory for the
# prepared root, which is kept there for the next time.
set -euo pipefail

deb=$(realpath "$1")
provha=$(realpath "$2")
tools=$(cd "$(dirname "$0")" && pwd)
mirror=${DEBIAN_MIRROR:-$(apt-cache policy | sed -n 's/^ *[0-9]* \([a-z]*:[^ ]*\) bookworm\/main.*/\1/p' | head -1)}
work=$(mktemp -d)
base=${PAIR_BASE:-$work/base}
declare -A root=()
declare -A address=([master]=172.20.0.10 [slave]=172.20.0.11)
declare -A pid=()
daemons="isc-dhcp-server bind9 bind9-utils bind9-dnsutils tftpd-hpa chrony xinetd
  rsync openssh-server openssh-client rsyslog nftables"

cd /

step() { printf '== %5d s  %s\n' "$SECONDS" "$*" >&2; }
fail() { echo "pair-test: $*" >&2; exit 1; }

# Runs a command on a machine, as its root user.
on() {
  local name=$1
  shift
  nsenter -t "${pid[$name]}" --net --uts --mount --pid --root --wd \
    /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "$@"
}
# The same for a line of shell.
sh_on() { local name=$1; shift; on "$name" sh -ec "$*"; }
# Runs a command at the CMTS.
at_cmts() { nsenter -t "${pid[cmts]}" --net --mount "$@"; }

cleanup() {
  local name
  # Each is the first process of its namespace: all others end with it.
  for name in "${!pid[@]}"; do kill -KILL "${pid[$name]}" 2>/dev/null || true; done
  sleep 0.3
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# The child of an 'unshare --fork': the first process of its namespace.
first_of() {
  local child
  for _ in $(seq 100); do
    child=$(pgrep -P "$1" | head -1) || true
    [ -z "$child" ] || { echo "$child"; return; }
    sleep 0.05
  done
  fail "a machine did not start"
}

# A machine: namespaces, /proc, a host name, a disk of its own above the base.
boot() {
  local disk=$work/$1
  mkdir -p "$disk/upper" "$disk/work" "$disk/root"
  unshare --net --uts --mount --pid --fork --kill-child=KILL -- sh -ec "
    hostname $2
    mount -t overlay overlay \
      -o 'lowerdir=$base,upperdir=$disk/upper,workdir=$disk/work' '$disk/root' ||
      cp -a '$base/.' '$disk/root'
    mount -t proc proc '$disk/root/proc'
    mount -t tmpfs tmpfs '$disk/root/dev/shm'
    mount -t tmpfs -o mode=0755 tmpfs '$disk/root/run'
    mkdir '$disk/root/run/lock'
    touch '$disk/root/run/up'
    cd /
    exec chroot '$disk/root' sleep infinity" 2>"$disk/log" &
  pid[$1]=$(first_of $!)
  root[$1]=/proc/${pid[$1]}/root
  for _ in $(seq 600); do
    [ ! -e "${root[$1]}/run/up" ] || break
    sleep 0.1
  done
  [ -e "${root[$1]}/run/up" ] || fail "$1 did not start: $(cat "$disk/log")"
  sh_on "$1" "ip link set lo up"
}

# A cable from a machine to the CMTS, which joins them.
cable() {
  at_cmts ip link add "to-$1" type veth peer name eth0 netns "${pid[$1]}"
  at_cmts ip link set "to-$1" master br0 up
  sh_on "$1" "ip address add ${address[$1]}/24 dev eth0; ip link set eth0 up
    ip route add default via 172.20.0.1"
}

# All files of a machine but logs, the database and what copies left.
picture() {
  sh_on "$1" "cd /; find . -xdev \( -path ./var/log -o -path ./var/lib/mysql -o -path ./root/peer \
    -o -path ./tmp -o -path ./proc -o -path ./run \) -prune -o -printf '%p %y %m %U %G %l\n' | sort
    find etc root usr/lib var/lib/dhcp var/lib/provha var/named tftpboot -xdev -type f \
      ! -path 'root/peer/*' -exec sha256sum {} + 2>/dev/null | sort -k 2"
}

if [ ! -e "$base/.ready" ]; then
  step "debootstrap, and the daemons of docs/install.md"
  mkdir -p "$base"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$base" "$mirror" \
    >"$work/log" 2>&1 || { tail "$work/log"; fail debootstrap; }
  cp /etc/resolv.conf "$base/etc/resolv.conf"
  # Nothing may start while the packages come: the roots have no network yet.
  printf '#!/bin/sh\nexit 101\n' >"$base/usr/sbin/policy-rc.d"
  chmod 0755 "$base/usr/sbin/policy-rc.d"
  mount -t proc proc "$base/proc"
  # shellcheck disable=SC2086
  chroot "$base" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $daemons mariadb-server iproute2 iputils-ping procps \
    >"$work/log" 2>&1 || { umount "$base/proc"; tail "$work/log"; fail "apt-get"; }
  umount "$base/proc"
  rm "$base/usr/sbin/policy-rc.d"
  touch "$base/.ready"
fi

step "two machines and a CMTS"
unshare --net --mount --fork --kill-child=KILL sleep infinity &
pid[cmts]=$(first_of $!)
at_cmts ip link add br0 type bridge
at_cmts ip address add 172.20.0.1/24 dev br0
at_cmts ip address add 10.32.0.1/22 dev br0
at_cmts ip link set br0 up
boot master nms01.cable.example.org
boot slave nms02.cable.example.org
cable master
cable slave
for name in master slave; do
  # No name server can be reached from there.
  echo "nameserver 127.0.0.1" >"${root[$name]}/etc/resolv.conf"
  rm -f "${root[$name]}"/.ready "${root[$name]}"/etc/ssh/ssh_host_*
  sh_on "$name" "ssh-keygen -A >/dev/null"
  cp "$deb" "${root[$name]}/root/provha.deb"
done

step "MariaDB with the sample network, on the master"
cat >"${root[master]}/etc/mysql/mariadb.conf.d/99-pair.cnf" <<END
[mariadbd]
bind-address = 0.0.0.0
skip-name-resolve
END
sh_on master "service mariadb start >/dev/null; mariadb -e 'CREATE DATABASE nmsprime'"
"$provha" demo --out "$work/demo" >/dev/null 2>&1
python3 - "$work/demo/network.sqlite" >"$work/network.sql" <<'END'
import sqlite3, sys
for line in sqlite3.connect(sys.argv[1]).iterdump():
    if not line.startswith(("BEGIN", "COMMIT")):
        print(line.replace("\n  key TEXT", "\n  `key` TEXT"))
END
on master mariadb --default-character-set=utf8mb4 \
  --init-command="SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES'" nmsprime <"$work/network.sql"
for name in master slave; do
  # rsyslog has no init script any more.
  sh_on "$name" "service ssh start; rsyslogd" >/dev/null 2>&1
  # What an operator has: firmware, the CMTS's secret; the clock is this
  # machine's and must be left alone.
  mkdir -p "${root[$name]}/tftpboot"
  cp -r "$work/demo/$name/tftpboot/fw" "$work/demo/$name/tftpboot/keyfile" "${root[$name]}/tftpboot/"
  sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' "${root[$name]}/etc/default/chrony"
done

begin=$SECONDS
step "the package, and the env files"
user=provha
for name in master slave; do
  sh_on "$name" "dpkg -i /root/provha.deb >/dev/null; man -w provha >/dev/null 2>&1 ||
    test -e /usr/share/man/man1/provha.1.gz -o -e /usr/share/man/man1/provha.1
    mkdir -p -m 0750 /etc/nmsprime/env; umask 027
    cat >/etc/nmsprime/env/provha.env" <<END
APP_TIMEZONE=Europe/Berlin
DB_HOST=${address[master]}
DB_DATABASE=nmsprime
DB_USERNAME=$user
DB_PASSWORD=sample-$name
PROVHA__DHCPD_RESTART=service isc-dhcp-server restart
PROVHA__NAMED_RESTART=service named restart
PROVHA__CHRONY_RESTART=service chrony restart
PROVHA__XINETD_RESTART=service xinetd restart
END
  user=provha_ro
  mkdir -m 0700 -p "${root[$name]}/root/peer"
  picture "$name" >"$work/$name.before"
done

# From one machine's disk to the peer's: what a person copies.
hand() {
  local from=$1 to=$2 file
  shift 2
  for file in "$@"; do cp "${root[$from]}$file" "${root[$to]}/root/peer/"; done
}
of_master="setup master --own ${address[master]} --peer ${address[slave]}"
of_slave="setup slave --own ${address[slave]} --peer ${address[master]} --peer-files peer"
host_key=/etc/ssh/ssh_host_ed25519_key.pub
user_key=/root/.ssh/id_ed25519.pub

step "docs/setup.md, 1: the master, and the database users"
sh_on master "provha $of_master; provha $of_master --yes" >"$work/log" 2>&1
sh_on master "provha setup grants --with-passwords" >"$work/grants.sql"
sed -i 's/CHANGE-ME/sample-slave/' "$work/grants.sql"
on master mariadb <"$work/grants.sql"
step "2 and 3: the slave, and the master once more"
hand master slave /etc/dhcp-nmsprime/omapi.key $host_key $user_key
sh_on slave "cd /root; provha $of_slave --yes" >"$work/log" 2>&1
hand slave master $host_key $user_key
sh_on master "cd /root; provha $of_master --peer-files peer --yes" >"$work/log" 2>&1

step "a second setup changes nothing"
sh_on master "provha $of_master --yes" 2>&1 | grep -q "no change" || fail "master: a second setup"
sh_on slave "cd /root; provha $of_slave --yes" 2>&1 | grep -q "no change" || fail "slave: a second setup"

step "the first undo: as before, byte by byte"
for name in master slave; do
  picture "$name" >"$work/$name.set-up"
  sh_on "$name" "provha setup undo --yes" >"$work/log" 2>&1
  picture "$name" | diff "$work/$name.before" - >"$work/diff" ||
    { cat "$work/diff"; fail "$name: setup undo left something"; }
done
sh_on master "provha $of_master --yes" >/dev/null 2>&1
hand master slave /etc/dhcp-nmsprime/omapi.key $user_key
sh_on slave "cd /root; provha $of_slave --yes" >/dev/null 2>&1
hand slave master $user_key
sh_on master "cd /root; provha $of_master --peer-files peer --yes" >/dev/null 2>&1

step "4: the first runs"
for name in master slave; do
  sh_on "$name" "provha configfile --quiet; provha dns --quiet; provha time --quiet
    service tftpd-hpa restart" >"$work/log" 2>&1
done
sh_on master "provha sync-ha-master-files --quiet" >/dev/null
sh_on slave "provha dns --quiet" # the key of public names has come

step "5: into the pair"
sh_on master "provha setup pair --yes" | tee "$work/pair"
grep -q "both are in normal operation" "$work/pair" || fail "not normal"

step "6: a modem boots; both know it, its file, its name, the time"
for name in master slave; do
  mkdir -p "${root[$name]}/etc/cron.d"
  cp "${root[$name]}/usr/share/doc/provha/examples/provha.cron" "${root[$name]}/etc/cron.d/provha"
done
got=$(at_cmts python3 "$tools/pair-modem.py" 10.32.0.1 00:1d:ce:00:00:06 "${address[master]}" "${address[slave]}")
echo "the modem has $got" >&2
sh_on slave "provha rebuild --quiet" >"$work/log" 2>&1
for name in master slave; do
  for try in $(seq 30); do
    # What the timer, watch or cron would do: names that only the peer heard of.
    sh_on "$name" "provha rebuild --quiet" >"$work/log" 2>&1
    if sh_on "$name" "provha probe cm-100006" >"$work/probe"; then break; fi
    [ "$try" -lt 30 ] || { cat "$work/probe"; fail "$name: probe"; }
    sleep 2
  done
  cat "$work/probe"
done

step "7: setup check on both"
for name in master slave; do
  sh_on "$name" "provha setup check" >"$work/check" || { cat "$work/check"; fail "$name: setup check"; }
  grep -E '^(warning|problem)' "$work/check" || true
done
took=$((SECONDS - begin))

step "what is broken is found: the peer's side"
broken() { # what, where it is broken, the line, words of the check on the other
  sh_on "$2" "$3" >/dev/null 2>&1 || true
  sh_on "$4" "provha setup check" >"$work/check" 2>&1 && fail "$1: not found" || true
  grep -qE "^problem.*$5" "$work/check" || { cat "$work/check"; fail "$1: not named"; }
}
broken "the peer's named" slave "service named stop" master "dns"
sh_on slave "service named start" >/dev/null
broken "the peer's ssh" slave "service ssh stop" master "ssh"
sh_on slave "service ssh start" >/dev/null
broken "another writer on the peer" slave \
  "echo '* * * * * root php /var/www/nmsprime/artisan schedule:run' >/etc/cron.d/nmsprime" \
  master "writers.*on ${address[slave]}"
sh_on slave "rm /etc/cron.d/nmsprime"
broken "the own TFTP server" master "service tftpd-hpa stop" master "units.*TFTP"
sh_on master "service tftpd-hpa start" >/dev/null
broken "the peer's dhcpd" slave "service isc-dhcp-server stop" master "failover"
sh_on slave "service isc-dhcp-server start" >/dev/null

step "a save of the GUI: refused with words, and taken with the keys of docs/migration.md"
hosts=/etc/dhcp-nmsprime/modems-host.conf
gui() { # A program edits the file in place, as the web server's user.
  sh_on master "setpriv --reuid=www-data --regid=www-data --clear-groups \
    sh -c 't=\$(cat $hosts) && echo \"# of the GUI\" >>$hosts'"
}
gui >"$work/log" 2>&1 && fail "the web user may write without the keys" || true
grep -q "Permission denied" "$work/log" || { cat "$work/log"; fail "no words"; }
cp -p "${root[master]}/etc/nmsprime/env/provha.env" "$work/env"
printf 'PROVHA__DHCP_OWNER=www-data\nPROVHA__TFTP_OWNER=www-data\nPROVHA__CONF_MODE=0660\n' \
  >>"${root[master]}/etc/nmsprime/env/provha.env"
sh_on master "provha dhcp --quiet" >/dev/null 2>&1
gui || fail "the web user may not write with the keys"
grep -q "of the GUI" "${root[master]}$hosts" || fail "the save was lost"
sh_on master "provha status drift" 2>&1 | grep -q "changed: $hosts" || fail "status does not tell of the save"
sh_on master "provha dhcp --quiet" >/dev/null 2>&1
! grep -q "of the GUI" "${root[master]}$hosts" || fail "the next run does not make the file whole"
gui || fail "the web user may not write any more"
cp -p "$work/env" "${root[master]}/etc/nmsprime/env/provha.env"
sh_on master "provha dhcp --quiet" >/dev/null 2>&1

[ "$took" -le 600 ] || fail "it took $took s from the package to two green machines"
echo "pair-test: all is well; $took s from the package to two green machines" >&2

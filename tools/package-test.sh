#!/usr/bin/env bash
# Tries the .deb as a new admin would: lintian, then install, upgrade, remove
# and purge in a clean Debian 12 made by debootstrap. 'make package-test' calls
# it with the target directory. Root; a few minutes.
#
# DEBIAN_MIRROR names the mirror; without it, that of this machine's apt is
# used.
set -euo pipefail

target=$1
deb=$(ls -t "$target"/debian/provha_*.deb | head -1)
rpm=$(ls -t "$target"/generate-rpm/provha-*.rpm | head -1)
mirror=${DEBIAN_MIRROR:-$(apt-cache policy | sed -n 's/^ *[0-9]* \([a-z]*:[^ ]*\) bookworm\/main.*/\1/p' | head -1)}
work=$(mktemp -d)
root=$work/root
trap 'mountpoint -q "$root/proc" && umount "$root/proc"; rm -rf --one-file-system "$work"' EXIT

step() { echo "== $*" >&2; }
fail() { echo "package-test: $*" >&2; exit 1; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  DEBIAN_FRONTEND=noninteractive "$@"; }
# All files of the root that are not dpkg's own records or logs.
tree() { (cd "$root" && find . -path ./proc -prune -o -path ./var/lib/dpkg -prune \
  -o -path ./var/log -prune -o -path ./var/cache -prune -o -printf '%p %y %m\n' | sort); }

for program in lintian debootstrap rpm; do
  command -v "$program" >/dev/null ||
    apt-get install -y -qq --no-install-recommends "$program" >/dev/null
done

step "lintian"
lintian --no-tag-display-limit --fail-on error "$deb"

step "the .rpm holds the same files"
list() { sed 's#^\./#/#; s#/$##; s#\.gz$##; s#zsh/vendor-completions#zsh/site-functions#' | sort -u; }
diff <(dpkg-deb --fsys-tarfile "$deb" | tar t | grep -v '/$' | list |
  grep -vE 'lintian|/copyright$|/changelog.Debian$') \
  <(rpm -qlp "$rpm" 2>/dev/null | list | grep -v licenses) ||
  fail "the two packages differ"

step "debootstrap"
debootstrap --variant=minbase --include=man-db,bash-completion,zsh,fish \
  bookworm "$root" "$mirror" >"$work/log" 2>&1 || { tail "$work/log"; fail debootstrap; }
mount -t proc proc "$root/proc"
cp "$deb" "$root/tmp/provha.deb"
# One and the same, but older and newer.
for version in 0.0.1-1 99.0-1; do
  dpkg-deb -R "$deb" "$work/other"
  sed -i "s/^Version: .*/Version: $version/" "$work/other/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$work/other" "$root/tmp/provha-$version.deb" >/dev/null
  rm -rf "$work/other"
done
tree >"$work/before"

step "install"
inside dpkg -i /tmp/provha-0.0.1-1.deb 2>&1 | tee "$work/said"
inside provha --version
! grep -q 'clean-up-slave' "$work/said" || fail "a machine without a role was cleaned up"
inside getent group provha >/dev/null || fail "group provha is missing"
inside man -w provha >/dev/null && inside man -w provha.env >/dev/null || fail "no man pages"
# grep must read all of it: with pipefail a man that is cut off is a failure.
inside man provha | grep -c rebuild >/dev/null || fail "man provha does not read"

step "completions"
inside bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader provha
  COMP_WORDS=(provha reb); COMP_CWORD=1; _provha provha reb provha
  [ "${COMPREPLY[*]}" = rebuild ]' || fail "bash completion"
inside zsh -fc 'autoload -U compinit; compinit -D -d /tmp/z; [[ $_comps[provha] = _provha ]] &&
  autoload -U +X _provha' || fail "zsh completion"
inside fish -c 'complete -C "provha reb" | string match -q "rebuild*"' || fail "fish completion"

step "the demo and its lines, by root and by a user, with nothing else installed"
inside useradd -m someone
for user in root someone; do
  by() { inside su "$user" -s /bin/sh -c "cd && $1"; }
  by 'provha demo --out demo' >"$work/demo" 2>"$work/said" || { tail "$work/said"; fail "demo by $user"; }
  grep -q '== try ==' "$work/demo" || fail "demo by $user says nothing to try"
  sed -n '/== try ==/,$s/^  //p' "$work/demo" >"$work/lines"
  [ "$(wc -l <"$work/lines")" -ge 6 ] || fail "too few lines to try: $(cat "$work/lines")"
  while read -r line; do
    by "$line" >"$work/said" 2>&1 </dev/null || { tail "$work/said"; fail "by $user: $line"; }
  done <"$work/lines"
  by 'rm -r demo'
done
inside userdel -r someone 2>/dev/null

step "upgrade on a slave: what must not run there is moved away"
mkdir -p "$root/etc/nmsprime/env"
echo 'PROVHA__OWN_STATE=slave' >"$root/etc/nmsprime/env/provha.env"
echo 'DB_HOST=127.0.0.1' >>"$root/etc/nmsprime/env/provha.env"
mkdir -p "$root/etc/cron.d"
echo '* * * * * root true' >"$root/etc/cron.d/cacti"
inside dpkg -i /tmp/provha.deb 2>&1 | tee "$work/said"
[ ! -e "$root/etc/cron.d/cacti" ] || fail "cacti is still there"
[ -e "$root/var/lib/provha/moved_system_files/etc/cron.d/cacti" ] || fail "cacti was lost"

step "a configuration that cannot be read does not break the upgrade, and is told"
echo 'PROVHA__MCLT=soon' >>"$root/etc/nmsprime/env/provha.env"
inside dpkg -i /tmp/provha-99.0-1.deb 2>&1 | tee "$work/said"
grep -q 'the configuration cannot be read' "$work/said" || fail "it is not told"
[ "$(inside dpkg-query -W -f '${db:Status-Status}' provha)" = installed ] || fail "not installed"

step "remove"
inside dpkg -r provha 2>&1 | tee "$work/said"
grep -q 'stay in /var/lib/provha/moved_system_files' "$work/said" || fail "moved files are not told"
[ ! -e "$root/usr/bin/provha" ] || fail "the program is still there"
[ -e "$root/var/lib/provha/moved_system_files/etc/cron.d/cacti" ] || fail "moved files were lost"

step "purge"
inside dpkg -P provha 2>&1
[ -e "$root/var/lib/provha/moved_system_files/etc/cron.d/cacti" ] || fail "moved files were lost"
rm -rf "$root/var/lib/provha" "$root/etc/nmsprime" "$root/tmp/z"
tree >"$work/after"
# Left: what others made (the man database, shells' and apt's state) and the group.
left=$(diff "$work/before" "$work/after" | grep '^[<>]' |
  grep -vE ' \./(tmp|root|run)( |/)|\./etc/(passwd|shadow|group|gshadow|subuid|subgid)-? |/\.cache' || true)
[ -z "$left" ] || fail "left behind: $left"
echo "package-test: all is well" >&2

#!/usr/bin/env bash
# Installs the Debian packages that the tests start. As root; without starting
# any of their services. Nothing is done when all are there.
set -euo pipefail

packages=(
  isc-dhcp-server bind9 bind9-dnsutils bind9-utils tftpd-hpa tftp-hpa chrony
  xinetd iproute2 iputils-ping rsync openssh-server openssh-client mariadb-server
  mariadb-client galera-4 galera-arbitrator-4 socat lsof gcc libc6-dev faketime
  postgresql util-linux procps e2fsprogs python3 make systemd strace
  apparmor nftables rsyslog kea-dhcp6-server glusterfs-server
  prometheus bash-completion zsh fish icinga2-bin icinga2-common
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null |
    grep -qx installed || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

echo "installing: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
made=
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 0755 "$policy"
  made=1
fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

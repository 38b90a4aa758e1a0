//! The files of a machine on which nothing was set up yet.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use super::machine::{Machine, put};

/// A root as a fresh Debian with the daemons' packages has it.
pub fn debian(machine: &Machine) {
    let file = |path: &str, text: &str| {
        put(&machine.at(path), text.as_bytes());
    };
    file("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    file("/etc/default/isc-dhcp-server", "#OPTIONS=\"\"\nINTERFACESv4=\"\"\n");
    file("/etc/default/named", "RESOLVCONF=no\nOPTIONS=\"-u bind\"\n");
    file(
        "/etc/default/tftpd-hpa",
        "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\n\
         TFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n",
    );
    file("/etc/chrony/chrony.conf", "confdir /etc/chrony/conf.d\n");
    file("/etc/rsyslog.conf", "#module(load=\"imudp\")\n");
    file("/etc/rsyslog.d/20-other.conf", "");
    file("/etc/logrotate.d/rsyslog", "");
    file("/etc/nftables.conf", "#!/usr/sbin/nft -f\nflush ruleset\n");
    file("/etc/auto.master.d/other.autofs", "");
    file(
        "/etc/cacti/debian.php",
        "<?php\n$database_hostname = 'db';\n$database_username = 'cacti';\n\
         $database_password = 'old';\n$url_path = '/cacti/';\n",
    );
    for (profile, text) in
        [("usr.sbin.dhcpd", "# local\n"), ("usr.sbin.named", "")]
    {
        file(&format!("/etc/apparmor.d/local/{profile}"), text);
    }
    std::fs::create_dir_all(machine.at("/var/lib/cacti/rra")).unwrap();
    file("/var/lib/cacti/rra/a.rrd", "graph");
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd");
    for entry in std::fs::read_dir(units).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let to = machine.at(&format!("/usr/lib/systemd/system/{name}"));
        put(&to, &std::fs::read(&path).unwrap());
    }
    // Attributes that must come back.
    let named = machine.at("/etc/default/named");
    chown(&named, Some(1234), Some(4321)).unwrap();
    std::fs::set_permissions(&named, PermissionsExt::from_mode(0o604)).unwrap();
}

//! The files that only the master has: rsync over ssh to the slave.

use std::time::{Duration, Instant};

use super::Drill;
use crate::common::lab::until;
use crate::common::plant::SLAVE;
use crate::common::tree;

/// sshd of the slave: keys only, and only the drill's.
const SSHD: &str = "Port 22\nHostKey /etc/drill/host\nUsePAM no\n\
    StrictModes no\nPidFile none\nAuthorizedKeysFile /etc/drill/authorized\n\
    PasswordAuthentication no\nKbdInteractiveAuthentication no\n";

impl Drill {
    /// A secret and an image come to the master; after the sync the slave
    /// makes the same files of them.
    pub fn the_masters_files_are_sent(&mut self) {
        self.open_the_slave();
        let begin = Instant::now();
        let master = &self.lab.master;
        master.put("/srv/tftpboot/keyfile", "a secret of the drill\n");
        master.put("/srv/tftpboot/fw/image.bin", "no certificate\n");
        // Another secret is another MIC in every file: that is meant here.
        let anew = ["rebuild", "--allow", "key-file"];
        let _ = self.lab.master.good(&anew);
        let _ = self.lab.master.good(&["sync-ha-master-files"]);
        let _ = self.lab.slave.good(&anew);
        let took = begin.elapsed().as_secs_f64();
        let [ours, theirs] = self.lab.both().map(|node| {
            let mut files = tree::read(&node.disk("/srv/tftpboot"));
            let key = node.text("/etc/named-ddns-cpe.key").into_bytes();
            let _ = files.insert("names".into(), key);
            files
        });
        for (name, bytes) in &ours {
            let same = theirs.get(name) == Some(bytes) && !bytes.is_empty();
            assert!(same, "{name} differs");
        }
        self.lab.say(&format!(
            "secret, image and key of names sent; {} files equal after \
             {took:.1} s",
            ours.len()
        ));
    }

    /// Starts sshd on the slave, and lets the master's root in.
    fn open_the_slave(&self) {
        let (master, slave) = (&self.lab.master, &self.lab.slave);
        let make = "ssh-keygen -q -t ed25519 -N '' -f /etc/drill";
        let _ = master.shell(&format!("{make}/user"));
        let _ = slave.shell(&format!("{make}/host"));
        slave.put("/etc/drill/authorized", &master.text("/etc/drill/user.pub"));
        let host = slave.text("/etc/drill/host.pub");
        master.put("/etc/drill/known", &format!("{SLAVE} {host}"));
        // An account without a password that is not locked.
        slave.put("/etc/shadow", "root:*:19000:0:99999:7:::\n");
        slave.put("/etc/drill/sshd.conf", SSHD);
        slave.start("sshd", "/usr/sbin/sshd -D -e -f /etc/drill/sshd.conf");
        until("sshd listens", Duration::from_secs(10), || {
            std::net::TcpStream::connect((SLAVE, 22)).is_ok()
        });
    }
}

//! The database dies, node after node, and comes back.

use std::time::{Duration, Instant};

use super::{Drill, fetch, live, made};
use crate::common::galera;
use crate::common::lab::until;
use crate::common::plant::{MASTER, SLAVE};

impl Drill {
    /// A node of a minority is never read from; with all nodes gone the slave
    /// serves on; then it catches up.
    pub fn the_database_dies(&mut self) {
        let modem = self.fresh(1).remove(0);
        self.lab.sql(&modem.insert());
        let before = live(&self.lab.slave);
        let restarts = self.lab.slave.restarts("dhcpd").len();
        self.lab.arbiter.control("kill", "garbd");
        self.lab.master.control("kill", "mariadbd");
        until("the slave's node is alone", Duration::from_secs(30), || {
            let status = "wsrep_cluster_status";
            galera::status(&self.lab.slave, status) == "non-Primary"
        });
        self.refused("not usable", "a node of a minority");
        self.lab.slave.control("kill", "mariadbd");
        self.refused("no database node can be used", "no node at all");
        assert!(live(&self.lab.slave) == before, "something was touched");
        assert_eq!(self.lab.slave.restarts("dhcpd").len(), restarts);
        let took = self.rebind_all();
        self.lab.say(&format!("without a database: all rebound, {took:.1?}"));
        // Begun without a database, watch waits for it.
        let count = self.lab.master.restarts("dhcpd").len();
        self.begin_watch();
        let begin = Instant::now();
        self.revive();
        until("watch follows again", Duration::from_secs(30), || {
            self.lab.master.restarts("dhcpd").len() > count
        });
        let watch = begin.elapsed();
        let _ = fetch(&self.lab.master, &modem);
        self.end_watch();
        let said = self.lab.slave.good(&["rebuild", "--json"]);
        let made = made(&said);
        assert!(made.contains_key("dhcp"), "{said:#?}");
        let why = &made["configfile cm"];
        assert_eq!(*why, format!("device {} changed", modem.id));
        let _ = fetch(&self.lab.slave, &modem);
        let _ = self.lab.normal();
        let lease = self.boot(&[modem], Duration::from_secs(10));
        self.leases.extend(lease);
        self.lab.say(&format!(
            "the database is back; watch on the master has caught up \
             {watch:.1?} after its begin, the slave with its next rebuild"
        ));
    }

    /// The slave's rebuild fails and says why.
    #[track_caller]
    fn refused(&self, words: &str, what: &str) {
        let begin = Instant::now();
        let said = self.lab.slave.provha(&["rebuild"]);
        let took = begin.elapsed().as_secs_f64();
        assert_eq!(said.code, 1, "{what}: {said:#?}");
        assert!(said.err.contains(words), "{what}: {said:#?}");
        self.lab.say(&format!("{what}: refused after {took:.1} s"));
    }

    /// Brings the database back: the master's node had the last word.
    fn revive(&self) {
        let patience = Duration::from_secs(60);
        let _ = self.lab.master.shell(
            "sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' \
             /var/lib/mysql/data/grastate.dat; \
             rm -f /var/lib/mysql/data/gvwstate.dat",
        );
        let _ = self.lab.slave.shell("rm -f /var/lib/mysql/data/gvwstate.dat");
        galera::start(&self.lab.master, true);
        galera::synced(&self.lab.master, patience);
        galera::start(&self.lab.slave, false);
        galera::synced(&self.lab.slave, patience);
        galera::arbiter(&self.lab.arbiter, &[MASTER, SLAVE]);
        self.lab.cluster_of(3);
    }
}

//! The drill: two whole machines with a real Galera, dhcpd, named, TFTP and
//! time, made by the program; a CMTS with modems behind them; and one thing
//! after the other dies. The short form is part of all tests; PROVHA_DRILL=1
//! gives the long one. Both print their figures (`--nocapture`).

use crate::common;
#[path = "drill/mod.rs"]
mod phases;

use common::lab::Times;
use common::private;
use phases::Drill;

#[test]
fn the_pair_carries_the_network() {
    if !private::inside("the_pair_carries_the_network") {
        return;
    }
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    let mclt = if long { 20 } else { 10 };
    let times = Times { mclt, max_response_delay: 5, lease: 900 };
    let mut drill = Drill::new(times, long);
    drill.first_run();
    drill.all_devices_get_everything();
    drill.names_on_both_nodes();
    drill.changes_make_just_the_work_needed();
    drill.the_masters_files_are_sent();
    drill.both_restart();
    drill.watch_follows();
    drill.minutes();
    drill.the_database_dies();
    drill.the_masters_dhcpd_dies();
    drill.the_masters_tftpd_dies();
    drill.the_master_dies();
    drill.alone();
    drill.the_master_returns();
    drill.end();
}

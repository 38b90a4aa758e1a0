//! A node that serves alone collects its changes.

use std::time::{Duration, Instant};

use super::{answered, ends, status};
use crate::common::drill::within;
use crate::common::duo::{PATIENCE, Pair};
use crate::common::private;

#[test]
fn a_lone_node_starts_dhcpd_once_in_its_interval() {
    let name = "pair::lone::a_lone_node_starts_dhcpd_once_in_its_interval";
    if !private::inside(name) {
        return;
    }
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    let mut pair = Pair::new();
    pair.slave.kill_dhcpd();
    let lost = || pair.master.state() == "communications-interrupted";
    assert!(within(PATIENCE, lost), "{}", pair.master.state());
    changes(&mut pair, if long { 180 } else { 45 }, "before partner-down");
    let down = ["failover", "partner-down", "--yes"];
    ends(&pair.master, 0, &down, &[]);
    changes(&mut pair, if long { 180 } else { 20 }, "after partner-down");
    it_says_what_waits(&mut pair);
}

/// A change each second, each with a run: how often dhcpd is started, and how
/// long nobody is answered.
fn changes(pair: &mut Pair, seconds: u64, how: &str) {
    let before = pair.master.restarts().len();
    let begin = Instant::now();
    let (mut asked, mut silent, mut runs) = (0_u32, 0_u32, Vec::new());
    let mut next = begin;
    while begin.elapsed() < Duration::from_secs(seconds) {
        if Instant::now() >= next {
            pair.master.change();
            runs.push(pair.master.spawn(&["dhcp"]));
            next += Duration::from_secs(1);
        }
        asked += 1;
        silent += u32::from(!answered());
        std::thread::sleep(Duration::from_millis(200));
    }
    let number = runs.len();
    for run in runs {
        let code = run.wait_with_output().unwrap().status.code();
        // Another run may have held the lock.
        assert!(matches!(code, Some(0 | 75)), "{code:?}");
    }
    let starts = pair.master.restarts().len() - before;
    println!(
        "{how}: {number} runs in {seconds} s: {starts} starts, {silent} of \
         {asked} questions without an answer"
    );
    assert!(starts <= 1, "{how}: {starts} starts");
}

/// What waits, until when, and the person's way.
fn it_says_what_waits(pair: &mut Pair) {
    pair.master.change();
    let words = ["waits until", "serves alone", "dhcp --now"];
    let said = ends(&pair.master, 0, &["dhcp"], &words);
    assert!(said.err.contains("a change waits"), "{said:?}");
    let told = status(&pair.master);
    assert!(told.contains("waits until"), "{told}");
    let args = ["rebuild"];
    let _ =
        ends(&pair.master, 0, &args, &["dhcp (never made by rebuild): waits"]);
    let starts = pair.master.restarts().len();
    ends(&pair.master, 0, &["dhcp", "--now"], &["dhcpd restarted"]);
    assert_eq!(pair.master.restarts().len(), starts + 1);
    assert!(within(PATIENCE, answered), "{}", pair.master.log());
    let told = status(&pair.master);
    assert!(!told.contains("waits until"), "{told}");
}

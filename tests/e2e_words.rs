//! What goes wrong is told in the right words, with the right code: the
//! drills of the pair saw each of these told as something else, or not at all.

use crate::common;

use common::lone::Lone;
use common::machine::{GOLDEN_TEXTS, Machine, Said, put, said, script};
use common::private;
use common::sqlite::Lite;

/// Texts of a base configfile and of the one that modems have.
fn texts(base: &str, own: &str) -> String {
    let quoted = |text: &str| text.replace('\'', "''");
    format!(
        "UPDATE configfile SET firmware = '', text = CASE id WHEN 1 THEN \
         '{}' WHEN 2 THEN '{}' ELSE '' END, parent_id = CASE id WHEN 1 THEN \
         NULL ELSE 1 END WHERE device = 'cm'; UPDATE modem SET configfile_id \
         = 2;",
        quoted(base),
        quoted(own)
    )
}

/// A run that does not leave texts out as golden ones do.
fn run(machine: &Machine, args: &[&str]) -> Said {
    let mut command = machine.command(args);
    command.env_remove(GOLDEN_TEXTS.0);
    said(&command.output().unwrap())
}

#[test]
fn a_text_is_blamed_for_its_own_faults() {
    // A base text, the modems' own, and the row that is to blame.
    let cases = [
        (
            "MaxCPE 5;\nUsServiceFlow {\nUsServiceFlowRef 1;",
            "GlobalPrivacyEnable 1;",
            "configfile 1 text: 'Base', line 2: the block that begins here",
        ),
        (
            "MaxCPE 5;\nGlobalPrivacyEnable 1",
            "MaxCPE 5;",
            "configfile 1 text: 'Base', line 2: this statement does not end",
        ),
        (
            "GlobalPrivacyEnable 1;",
            "MaxCPE 5;\nMaxClassifiers 7",
            "configfile 2 text: 'DOCSIS 3.0', line 2: this statement does not",
        ),
        (
            "MaxCPE 5;\n}\nGlobalPrivacyEnable 1;",
            "MaxCPE 5;",
            "configfile 1 text: 'Base', line 3: did not expect",
        ),
        (
            "MaxCPE 5;\nNoSuchThing 1;",
            "GlobalPrivacyEnable 1;",
            "configfile 1 text: 'Base', line 2: there is no setting",
        ),
    ];
    for (base, own, words) in cases {
        let lite = Lite::golden(&texts(base, own));
        let machine = Machine::new(&lite.url(), "master");
        let told = run(&machine, &["configfile", "--id", "100004", "cm"]);
        told.check(3, &[words]);
        assert!(!told.err.contains("generated line"), "{told:?}");
    }
}

#[test]
fn a_dead_dhcpd_and_a_run_that_failed_are_told() {
    if !private::inside("a_dead_dhcpd_and_a_run_that_failed_are_told") {
        return;
    }
    let mut lone = Lone::new();
    let first = lone.machine.activate(&["rebuild"]);
    first.check(0, &["dhcpd restarted"]);
    lone.kill("dhcpd");
    let status = lone.status(&[]);
    status.says("dhcpd", "does not answer");
    assert!(status.wrong().contains(&("dhcpd", "critical")), "{:#}", status.0);
    // Nothing changed, but it is started.
    let said = lone.machine.activate(&["rebuild"]);
    said.check(0, &["dhcpd does not run", "dhcpd restarted"]);
    lone.machine.activate(&["rebuild"]).check(0, &["nothing to do"]);
    assert!(!lone.status(&[]).wrong().contains(&("dhcpd", "critical")));
    // A start that does nothing is no success, as long as that is so.
    lone.kill("dhcpd");
    let path = lone.at("dhcpd");
    let former = std::fs::read_to_string(&path).unwrap();
    script(&path, "exit 0");
    let said = lone.machine.activate(&["rebuild"]);
    said.check(5, &["dhcpd does not answer after the restart"]);
    lone.status(&[]).says("rebuild", "half done");
    put(&path, former.as_bytes());
    lone.machine.activate(&["rebuild"]).check(0, &["dhcpd restarted"]);
    // A run that could not even look is told, with its time and its code.
    let db = std::mem::replace(
        &mut lone.machine.db,
        "mysql:///s?socket=/nonexistent&user=root".into(),
    );
    lone.machine.activate(&["rebuild"]).check(1, &[]);
    lone.machine.db = db;
    let status = lone.status(&[]);
    status.says("rebuild", "the last run failed");
    status.says("rebuild", "(exit 1: ");
    status.says("rebuild", "last good work");
    lone.machine.activate(&["rebuild", "--force"]).check(0, &[]);
    assert!(!lone.status(&[]).wrong().contains(&("rebuild", "warning")));
}

#[test]
fn what_cannot_be_replaced_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("taken");
    std::fs::create_dir(&path).unwrap();
    assert!(provha::system::files::replace(&path, b"x", 0o644).is_err());
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

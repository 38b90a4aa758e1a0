//! Findings are told when they are new and when they are gone.

use super::*;

#[test]
fn findings_are_told_when_new_and_when_gone() {
    let found = |ids: &[u32]| {
        let mut findings = Findings::default();
        for id in ids {
            findings.warn("modem", *id, "mac", "odd");
        }
        findings.sorted().into_iter().collect::<BTreeSet<_>>()
    };
    let ids = |list: &[Finding]| -> Vec<u32> {
        list.iter().map(|finding| finding.id).collect()
    };
    let mut kept = Kept::default();
    let mut told = |command, now: &[u32], only: &[u32]| {
        let (new, gone) = kept.turn_over(command, found(now), only);
        (ids(&new), ids(&gone))
    };
    assert_eq!(told("dhcp", &[1, 2], &[]), (vec![1, 2], vec![]));
    assert_eq!(told("time", &[1, 3], &[]), (vec![3], vec![]));
    assert_eq!(told("dhcp", &[1, 2], &[]), (vec![], vec![]));
    // 1 is still told by time.
    assert_eq!(told("dhcp", &[4], &[]), (vec![4], vec![2]));
    assert_eq!(told("dhcp", &[], &[9]), (vec![], vec![]));
    assert_eq!(told("dhcp", &[], &[4]), (vec![], vec![4]));
}

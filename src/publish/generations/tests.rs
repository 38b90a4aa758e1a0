//! Tests of the kept generations.

use std::fs;

use crate::publish::generations::*;

fn store(dir: &Path) -> Generations {
    Generations {
        dir: dir.join("g"),
        root: Root::new(Some(dir.to_path_buf())),
        keep: 3,
    }
}

const ONE: Heading<'_> =
    Heading { command: "test", together: false, run: 0, reason: "" };
const ALL: Heading<'_> = Heading { together: true, ..ONE };

/// The run ends before the record has a number.
fn killed(pending: Pending<'_>) {
    let _ = under_way().remove(&pending.store.meta(&pending.name));
    std::mem::forget(pending);
}

#[test]
fn two_that_are_made_at_once_have_a_number_each() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, store) = (dir.path(), store(dir.path()));
    let begin = |command, path: &str| {
        let heading = Heading { command, ..ONE };
        let change = Change::of(path.into(), false);
        store.prepare(&heading, &mut std::iter::once(change)).unwrap()
    };
    let (slow, quick) = (begin("time", "/b"), begin("dhcp", "/a"));
    for name in ["a", "b"] {
        files::replace(&dir.join(name), b"new", 0o644).unwrap();
    }
    // What is under way is no other run's.
    store.settle().unwrap();
    assert!(store.list().unwrap().is_empty());
    assert_eq!(quick.commit().unwrap(), 1);
    assert_eq!(set(&store, dir, "three"), 2);
    assert_eq!(slow.commit().unwrap(), 3);
    // Both of a killed run are settled.
    let (slow, quick) = (begin("time", "/b"), begin("dhcp", "/a"));
    for name in ["a", "b"] {
        files::replace(&dir.join(name), b"newer", 0o644).unwrap();
    }
    killed(slow);
    killed(quick);
    store.settle().unwrap();
    let last: Vec<bool> =
        store.list().unwrap().iter().map(|m| m.unverified).collect();
    assert_eq!(last, [false, true, true]);
}

/// Makes a generation that sets /a to `text`.
fn set(store: &Generations, dir: &Path, text: &str) -> u64 {
    let change = Change::of("/a".into(), false);
    let pending = store.prepare(&ONE, &mut std::iter::once(change)).unwrap();
    files::replace(&dir.join("a"), text.as_bytes(), 0o644).unwrap();
    pending.commit().unwrap()
}

#[test]
fn generations_are_numbered_bounded_and_tell_what_they_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, store) = (dir.path(), store(dir.path()));
    for (number, text) in [(1, "one"), (2, "two"), (3, "three"), (4, "four")] {
        assert_eq!(set(&store, dir, text), number);
    }
    let numbers: Vec<u64> =
        store.list().unwrap().iter().map(|m| m.number).collect();
    assert_eq!(numbers, [2, 3, 4]);
    let mut seen = Vec::new();
    store
        .replaced(2, 4, &mut |number, entry| {
            seen.push((number, entry.before.unwrap()));
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, [(3, b"two".to_vec()), (4, b"three".to_vec())]);
    assert!(store.replaced(0, 4, &mut |_, _| Ok(())).is_err());
    // A note that a bad disk ate: its contents still count.
    files::replace(&store.meta("00000003"), b"", 0o600).unwrap();
    fs::remove_file(store.meta("00000004")).unwrap();
    let numbers: Vec<u64> =
        store.list().unwrap().iter().map(|m| m.number).collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert_eq!(set(&store, dir, "five"), 5);
}

#[test]
fn what_one_run_made_counts_as_one() {
    let meta = |number, run| Meta { number, run, ..Meta::default() };
    let all = [meta(1, 0), meta(2, 7), meta(3, 7), meta(4, 0), meta(5, 0)];
    assert_eq!(begin_of_last(&all), 5);
    assert_eq!(begin_of_last(&all[..3]), 2);
    assert_eq!(begin_of_last(&all[..1]), 1);
    assert_eq!(too_old(&all, 2), [3, 2, 1]);
    assert_eq!(too_old(&all, 3), [1]);
    assert!(too_old(&all, 4).is_empty());
}

#[test]
fn a_changed_bit_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, store) = (dir.path(), store(dir.path()));
    let _ = set(&store, dir, &"one two three ".repeat(9));
    let _ = set(&store, dir, "four");
    let path = store.pack("00000002");
    let whole = fs::read(&path).unwrap();
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        files::replace(&path, &bytes, 0o600).unwrap();
        let mut seen = Vec::new();
        let read = store.replaced(1, 2, &mut |_, entry| {
            seen.push(entry.before.unwrap_or_default());
            Ok(())
        });
        let same = seen.concat() == "one two three ".repeat(9).as_bytes();
        assert!(read.is_err() || same, "bit {bit}");
    }
}

#[test]
fn a_killed_run_is_settled_by_what_is_live() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, store) = (dir.path(), store(dir.path()));
    let _ = set(&store, dir, "one");
    for (text, number) in [("one", 1), ("two", 2)] {
        let change = Change::of("/a".into(), false);
        let pending =
            store.prepare(&ONE, &mut std::iter::once(change)).unwrap();
        killed(pending);
        files::replace(&dir.join("a"), text.as_bytes(), 0o644).unwrap();
        store.settle().unwrap();
        assert_eq!(store.list().unwrap().last().unwrap().number, number);
    }
}

#[test]
fn a_half_swap_of_what_belongs_together_is_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, store) = (dir.path(), store(dir.path()));
    let put = |name: &str, text: &str| {
        files::replace(&dir.join(name), text.as_bytes(), 0o640).unwrap();
    };
    let read = |name| fs::read_to_string(dir.join(name)).ok();
    let change = |path: &&str| Change::of((*path).into(), false);
    for (done, kept) in [(1, false), (2, false), (3, true), (0, false)] {
        put("a", "old");
        put("b", "old");
        files::remove_if_there(&dir.join("c")).unwrap();
        let paths = ["/c", "/a", "/b"];
        let mut changes = paths.iter().map(change);
        let pending = store.prepare(&ALL, &mut changes).unwrap();
        killed(pending);
        for path in &paths[..done] {
            put(&path[1..], "new");
        }
        let before = store.list().unwrap().len();
        store.settle().unwrap();
        let after = store.list().unwrap().len();
        assert_eq!(after - before, usize::from(kept), "{done}");
        let old = Some("old".to_string());
        assert_eq!(read("b") == old, !kept, "{done}");
        assert_eq!(read("a") == old, !kept, "{done}");
        assert_eq!(read("c").is_some(), kept, "{done}");
    }
}

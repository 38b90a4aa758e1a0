//! Files: boot files of the devices that dhcpd names, what somebody else
//! changed, dhcpd's leases.

use crate::console::count;
use crate::devices::boot_files::Fault;
use crate::status::codes;
use crate::status::codes::Code;
use crate::status::metrics::{
    DAMAGED, DEVICES, DRIFT, LEASES, MISSING, NOT_ENCODED,
};
use crate::status::{Check, State, first_ten};

/// The files of one kind of device.
#[derive(Debug, Clone, Default)]
pub struct Kind {
    /// `cm` or `mta`.
    pub kind: &'static str,
    /// How many the live dhcpd set names.
    pub named: usize,
    /// Those whose boot file they cannot get, ascending.
    pub faults: Vec<(u32, Fault)>,
    /// Of these, those for which no file was ever made, as far as one can
    /// tell: no text either, and nothing remembered.
    pub never_made: Vec<u32>,
    /// Those whose file does not decode, with why; only with --deep.
    pub damaged: Vec<(u32, String)>,
    /// Whether files were decoded.
    pub deep: bool,
    /// Those whose text did not encode the last time, ascending.
    pub not_encoded: Vec<u32>,
    /// Of these, those that dhcpd does not name, or not yet, and that have no
    /// file at all; ascending.
    pub unnamed: Vec<u32>,
    /// Those of which a file is not as it was made.
    pub edited: Vec<u32>,
    /// Why it cannot be told which devices dhcpd names.
    pub unread: Option<String>,
}

/// What the database adds about devices.
#[derive(Debug, Clone, Copy)]
pub enum Needs<'a> {
    /// The modems and the adapters that boot with our files, ascending. One
    /// that was just deleted, and that dhcpd still names, does not any more.
    Known(&'a [Vec<u32>; 2]),
    /// The database cannot be read: a device for which no file was ever made
    /// may be one that another system provisions.
    Unknown,
}

/// The check of the boot files; None: nothing came in time.
pub fn boot(kinds: Option<&[Kind]>, needs: Needs<'_>) -> Check {
    let name = "boot-files";
    let Some(kinds) = kinds else {
        let text = "the files cannot be looked at in time";
        return Check::wrong(&codes::FILES_UNSEEN, State::Critical, text)
            .hint("does the file system of PROVHA__TFTP_DIR hang?");
    };
    let judged: Vec<(&Kind, Vec<(u32, Fault)>)> =
        kinds.iter().map(|kind| (kind, needed(kind, needs))).collect();
    let mut found = Found::default();
    for (kind, faults) in &judged {
        if let Some(why) = &kind.unread {
            let hint = "run it as root";
            let code = &codes::FILES_UNSEEN;
            found.add(code, State::Unknown, why.clone(), hint);
        }
        found.faults(kind, faults);
        found.damaged(kind);
        found.not_encoded(kind, faults);
    }
    let mut check = found.check(name, kinds);
    // A number that is not known is none, least of all 0.
    for (kind, faults) in judged.iter().filter(|(k, _)| k.unread.is_none()) {
        check = check
            .labelled(&DEVICES, kind.kind, kind.named as f64)
            .labelled(&MISSING, kind.kind, faults.len() as f64)
            .labelled(&NOT_ENCODED, kind.kind, kind.not_encoded.len() as f64);
        if kind.deep {
            let damaged = kind.damaged.len() as f64;
            check = check.labelled(&DAMAGED, kind.kind, damaged);
        }
    }
    check
}

/// The faults of devices that need a file.
fn needed(kind: &Kind, needs: Needs<'_>) -> Vec<(u32, Fault)> {
    let needed = |(id, _): &&(u32, Fault)| match needs {
        Needs::Known([modems, mtas]) => {
            let ids = if kind.kind == "cm" { modems } else { mtas };
            ids.binary_search(id).is_ok()
        }
        Needs::Unknown => kind.never_made.binary_search(id).is_err(),
    };
    let mut faults: Vec<(u32, Fault)> =
        kind.faults.iter().filter(needed).copied().collect();
    if let Needs::Known(_) = needs {
        let unnamed = kind.unnamed.iter().map(|id| (*id, Fault::Missing));
        faults.extend(unnamed.filter(|fault| needed(&fault)));
        faults.sort_unstable();
    }
    faults
}

/// What is wrong, as it is put together.
#[derive(Default)]
struct Found {
    state: State,
    code: Option<&'static Code>,
    words: Vec<String>,
    hint: Option<String>,
}

impl Found {
    /// Adds something wrong.
    fn add(
        &mut self,
        code: &'static Code,
        state: State,
        words: String,
        hint: &str,
    ) {
        if self.code.is_none() || state > self.state {
            self.code = Some(code);
        }
        self.state = self.state.max(state);
        self.words.push(words);
        if self.hint.is_none() {
            self.hint = Some(hint.to_string());
        }
    }

    /// Files that devices cannot get.
    fn faults(&mut self, kind: &Kind, faults: &[(u32, Fault)]) {
        for fault in Fault::ALL {
            let ids: Vec<u32> = faults
                .iter()
                .filter(|(_, other)| *other == fault)
                .map(|(id, _)| *id)
                .collect();
            if ids.is_empty() {
                continue;
            }
            let words = format!(
                "{} of {} {} files {}: {}",
                ids.len(),
                kind.named.max(ids.len()),
                kind.kind,
                fault.words(),
                first_ten(&ids)
            );
            let hint = format!(
                "provha configfile {} makes them, or says why it cannot",
                kind.kind
            );
            let code = &codes::FILES_MISSING;
            self.add(code, State::Critical, words, &hint);
        }
    }

    /// Files that do not decode.
    fn damaged(&mut self, kind: &Kind) {
        let Some((id, why)) = kind.damaged.first() else { return };
        let ids: Vec<u32> = kind.damaged.iter().map(|(id, _)| *id).collect();
        let words = format!(
            "{} files damaged: {} ({id}: {why})",
            kind.kind,
            first_ten(&ids)
        );
        let hint = format!("provha configfile {} --full", kind.kind);
        self.add(&codes::FILES_DAMAGED, State::Critical, words, &hint);
    }

    /// Texts that do not encode; the last good file stays, where there is
    /// one.
    fn not_encoded(&mut self, kind: &Kind, faults: &[(u32, Fault)]) {
        let hint = format!(
            "provha configfile {} names configfile and line",
            kind.kind
        );
        let known = |id: &u32| faults.binary_search_by_key(id, |f| f.0).is_ok();
        let unnamed: Vec<u32> =
            kind.unnamed.iter().copied().filter(|id| !known(id)).collect();
        if !unnamed.is_empty() {
            let words = format!(
                "{} {} without a file, which dhcpd does not name: {}",
                unnamed.len(),
                kind.kind,
                first_ten(&unnamed)
            );
            self.add(&codes::TEXTS, State::Warning, words, &hint);
        }
        let known = |id: &u32| known(id) || unnamed.binary_search(id).is_ok();
        let rest: Vec<u32> =
            kind.not_encoded.iter().copied().filter(|id| !known(id)).collect();
        if rest.is_empty() {
            return;
        }
        let do_not = if rest.len() == 1 { "does not" } else { "do not" };
        let words = format!(
            "{} {do_not} encode, the last good file stays: {}",
            count(rest.len(), &format!("{} text", kind.kind)),
            first_ten(&rest)
        );
        self.add(&codes::TEXTS, State::Warning, words, &hint);
    }

    /// The check.
    fn check(self, name: &'static str, kinds: &[Kind]) -> Check {
        let Some(code) = self.code else {
            let text: Vec<String> = kinds
                .iter()
                .map(|kind| format!("{} {}", kind.named, kind.kind))
                .collect();
            let deep = kinds.iter().any(|kind| kind.deep);
            let how = if deep { "there and sound" } else { "there" };
            let text = format!("all of {} {how}", text.join(", "));
            return Check::new(name, State::Ok, text);
        };
        let check = Check::wrong(code, self.state, self.words.join("; "));
        match self.hint {
            Some(hint) => check.hint(hint),
            None => check,
        }
    }
}

/// Live files that are not as provha put them there.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// Files with other content, or written again; paths without the root.
    pub edited: Vec<String>,
    /// Files that are gone.
    pub gone: Vec<String>,
    /// What a killed run left beside live files: harmless, and swept by the
    /// next one; paths without the root.
    pub left: Vec<String>,
    /// How many files of daemons could be compared.
    pub compared: usize,
    /// Whether a run was at work meanwhile, so that nothing can be told.
    pub running: bool,
}

/// The check of what somebody else changed; None: nothing came in time.
pub fn drift(drift: Option<&Drift>, kinds: Option<&[Kind]>) -> Check {
    let name = "drift";
    let (Some(drift), Some(kinds)) = (drift, kinds) else {
        let text = "the files cannot be looked at in time";
        return Check::wrong(&codes::NOT_COMPARED, State::Unknown, text);
    };
    if drift.running {
        let text = "a run is at work: not compared";
        return Check::new(name, State::Ok, text);
    }
    let mut words = Vec::new();
    for (what, paths) in [("gone", &drift.gone), ("changed", &drift.edited)] {
        if !paths.is_empty() {
            words.push(format!("{what}: {}", first_ten(paths)));
        }
    }
    let mut number = drift.gone.len() + drift.edited.len();
    for kind in kinds.iter().filter(|kind| !kind.edited.is_empty()) {
        let (files, ids) = (kind.edited.len(), first_ten(&kind.edited));
        words.push(format!("changed: files of {files} {}: {ids}", kind.kind));
        number += files;
    }
    let found = match (drift.gone.is_empty(), words.is_empty()) {
        (false, _) => Some((&codes::LIVE_GONE, State::Critical)),
        (true, false) => Some((&codes::LIVE_CHANGED, State::Warning)),
        (true, true) => None,
    };
    if words.is_empty() {
        let text = match drift.compared {
            0 => "nothing to compare with yet",
            _ => "live files are as provha put them there",
        };
        words.push(text.to_string());
    }
    if !drift.left.is_empty() {
        let left = first_ten(&drift.left);
        words.push(format!("left by a killed run, swept by the next: {left}"));
    }
    let words = words.join("; ");
    let check = match found {
        None => Check::new(name, State::Ok, words),
        Some((code, state)) => Check::wrong(code, state, words).hint(
            "provha dhcp --diff (dns, time, configfile) shows the lines; the \
             next full run puts back what the database says",
        ),
    };
    check.value(&DRIFT, number as f64)
}

/// The check of dhcpd's lease file: its size, or why it cannot be read.
/// `expected`: a dhcpd runs here.
pub fn leases(
    path: &str,
    size: Option<&Result<Option<u64>, String>>,
    expected: bool,
) -> Check {
    let name = "leases";
    let hint = "names of devices and the guard rail on pools need it; see \
                PROVHA__DHCPD_LEASES";
    let bad = |text: String| {
        Check::wrong(&codes::LEASES_UNREAD, State::Warning, text).hint(hint)
    };
    match size {
        None => bad(format!("{path} cannot be read in time")),
        Some(Err(why)) => bad(format!("{path} cannot be read: {why}")),
        Some(Ok(None)) if expected => {
            let text = format!(
                "{path} does not exist: dhcpd will not start again without it"
            );
            let hint = "put back a copy of it; 'touch' makes an empty one, \
                        with which dhcpd forgets every lease; see \
                        PROVHA__DHCPD_LEASES";
            Check::wrong(&codes::LEASES_GONE, State::Critical, text).hint(hint)
        }
        Some(Ok(None)) => {
            let text = format!("{path} does not exist yet");
            Check::new(name, State::Ok, text)
        }
        Some(Ok(Some(size))) => {
            let text = format!("{path}, {} KiB", size.div_ceil(1024));
            Check::new(name, State::Ok, text).value(&LEASES, *size as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(faults: &[(u32, Fault)]) -> Kind {
        Kind {
            kind: "cm",
            named: 5,
            faults: faults.to_vec(),
            ..Kind::default()
        }
    }

    #[test]
    fn each_fault_is_critical_and_counted() {
        let alive = [(1..=5).collect(), Vec::new()];
        let known = Needs::Known(&alive);
        let well = boot(Some(&[kind(&[])]), known);
        assert_eq!((well.state, &*well.text), (State::Ok, "all of 5 cm there"));
        let bad = [(1, Fault::Missing), (2, Fault::Empty), (4, Fault::Closed)];
        let check = boot(Some(&[kind(&bad)]), known);
        assert_eq!(check.state, State::Critical);
        assert_eq!(
            check.text,
            "1 of 5 cm files missing: 1; 1 of 5 cm files empty: 2; 1 of 5 cm \
             files not world-readable: 4"
        );
        assert_eq!(boot(None, known).state, State::Critical);
    }

    #[test]
    fn devices_of_another_system_need_no_file() {
        let kind = Kind { never_made: vec![1], ..kind(&[(1, Fault::Missing)]) };
        let kinds = [kind];
        let known = |id| {
            let alive = [vec![id], Vec::new()];
            boot(Some(&kinds), Needs::Known(&alive)).state
        };
        assert_eq!(known(2), State::Ok);
        assert_eq!(known(1), State::Critical);
        assert_eq!(boot(Some(&kinds), Needs::Unknown).state, State::Ok);
    }

    #[test]
    fn a_text_that_does_not_encode_is_a_warning_while_a_file_is_there() {
        let texts = Kind { not_encoded: vec![3], ..kind(&[]) };
        let check = boot(Some(&[texts]), Needs::Unknown);
        assert_eq!(check.state, State::Warning);
        let words = "1 cm text does not encode, the last good file stays: 3";
        assert_eq!(check.text, words);
        let texts =
            Kind { not_encoded: vec![3], ..kind(&[(3, Fault::Missing)]) };
        let check = boot(Some(&[texts]), Needs::Unknown);
        assert_eq!(check.state, State::Critical);
        assert!(!check.text.contains("last good"), "{}", check.text);
        let texts =
            Kind { not_encoded: vec![3], unnamed: vec![3], ..kind(&[]) };
        let check = boot(Some(&[texts]), Needs::Unknown);
        assert_eq!(check.state, State::Warning);
        assert!(!check.text.contains("last good"), "{}", check.text);
        let texts =
            Kind { not_encoded: vec![3], unnamed: vec![3], ..kind(&[]) };
        let alive = [vec![3], Vec::new()];
        let check = boot(Some(&[texts]), Needs::Known(&alive));
        assert_eq!(check.text, "1 of 5 cm files missing: 3");
        let unread = Kind { unread: Some("no".into()), ..kind(&[]) };
        let check = boot(Some(&[unread]), Needs::Unknown);
        assert_eq!((check.state, &*check.text), (State::Unknown, "no"));
    }

    #[test]
    fn damage_is_critical_and_says_why() {
        let damaged = Kind {
            damaged: vec![(7, "no MIC".into())],
            deep: true,
            ..kind(&[])
        };
        let check = boot(Some(&[damaged]), Needs::Unknown);
        assert_eq!(check.state, State::Critical);
        assert_eq!(check.text, "cm files damaged: 7 (7: no MIC)");
    }

    #[test]
    fn changed_is_a_warning_gone_is_critical() {
        let tell = |edited: &[&str], gone: &[&str], running| {
            let list = |l: &[&str]| l.iter().map(ToString::to_string).collect();
            let (edited, gone) = (list(edited), list(gone));
            let facts = Drift {
                edited,
                gone,
                compared: 9,
                running,
                ..Drift::default()
            };
            drift(Some(&facts), Some(&[])).state
        };
        assert_eq!(tell(&[], &[], false), State::Ok);
        assert_eq!(tell(&["/a"], &[], false), State::Warning);
        assert_eq!(tell(&[], &["/a"], false), State::Critical);
        assert_eq!(tell(&["/a"], &["/b"], true), State::Ok);
        let devices = Kind { edited: vec![9], ..kind(&[]) };
        let check = drift(Some(&Drift::default()), Some(&[devices]));
        assert_eq!(check.state, State::Warning);
        assert_eq!(check.text, "changed: files of 1 cm: 9");
        assert_eq!(drift(None, None).state, State::Unknown);
        let left = vec!["/etc/.provha-stage.x".into()];
        let left = Drift { left, ..Drift::default() };
        let check = drift(Some(&left), Some(&[]));
        assert_eq!(check.state, State::Ok);
        assert!(check.text.ends_with("next: /etc/.provha-stage.x"));
    }

    #[test]
    fn a_lease_file_is_expected_where_dhcpd_runs() {
        let state = |size: Result<Option<u64>, String>, expected| {
            leases("/l", Some(&size), expected).state
        };
        assert_eq!(state(Ok(Some(5)), true), State::Ok);
        assert_eq!(state(Ok(None), true), State::Critical);
        assert_eq!(state(Ok(None), false), State::Ok);
        assert_eq!(state(Err("x".into()), false), State::Warning);
        assert_eq!(leases("/l", None, true).state, State::Warning);
    }
}

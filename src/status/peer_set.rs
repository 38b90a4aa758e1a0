//! Whether both nodes serve the same, but for what their roles say: by the
//! hashes of what each of them made.

use std::net::Ipv4Addr;

use crate::rebuild::manifest::Manifest;
use crate::status::metrics::PEER_DIFFERENCES;
use crate::status::{Check, State, codes, first_ten};

/// How long the nodes may work from different data, seconds: each rebuilds
/// every minute, and a run may take several.
const APART: i64 = 600;
/// How long files that another command made may wait for the next rebuild,
/// which knows of which data they are, seconds.
const UNSETTLED: i64 = 600;

/// What came of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// They were not compared; why.
    Not(String),
    /// The two work from different states of the database; how long neither
    /// has changed, seconds.
    OtherData(i64),
    /// The same data; what is not alike.
    SameData(Vec<String>),
}

impl Compared {
    /// Compares the own manifest with the peer's; `now`: seconds since 1970.
    pub fn of(own: &Manifest, peer: &Manifest, now: i64) -> Self {
        if own.node == peer.node {
            return Self::Not(
                "the peer answers with this node's address".into(),
            );
        }
        if own.version != peer.version {
            return Self::Not(format!(
                "the peer runs provha {}, this node {}",
                peer.version, own.version
            ));
        }
        if own.data != peer.data {
            return Self::OtherData(now - own.made.max(peer.made));
        }
        let is_unsettled = |node: &&Manifest| {
            node.changed > node.made + 2 && now - node.changed < UNSETTLED
        };
        if let Some(node) = [own, peer].iter().find(|m| is_unsettled(m)) {
            return Self::Not(format!(
                "files on {} were made by another command since its last \
                 rebuild",
                node.node
            ));
        }
        Self::SameData(own.differences(peer))
    }
}

/// The check; None: nothing came in time.
pub fn check(peer: Ipv4Addr, compared: Option<&Compared>) -> Check {
    let name = codes::PEER_SET.check;
    let good = |text: String| Check::new(name, State::Ok, text);
    match compared {
        None => good(format!("not compared: no answer of {peer} in time")),
        Some(Compared::Not(why)) => good(format!("not compared: {why}")),
        Some(Compared::OtherData(seconds)) if *seconds > APART => {
            let text = format!(
                "{peer} works from other data than this node, and neither has \
                 seen a change for {} minutes",
                seconds / 60
            );
            Check::wrong(&codes::PEER_DATA, State::Warning, text).hint(
                "on both nodes: provha status db; does the database of the \
                 slave still follow? then provha rebuild",
            )
        }
        Some(Compared::OtherData(_)) => good(format!(
            "not compared: {peer} has just made another state of the database"
        )),
        Some(Compared::SameData(unlike)) => alike(peer, unlike),
    }
}

/// The check of two nodes with the same data.
fn alike(peer: Ipv4Addr, unlike: &[String]) -> Check {
    let number = unlike.len() as f64;
    if unlike.is_empty() {
        let text =
            format!("{peer} serves the same, but for what the roles say");
        return Check::new(codes::PEER_SET.check, State::Ok, text)
            .value(&PEER_DIFFERENCES, number);
    }
    let text = format!(
        "{peer} works from the same data and serves something else: {}",
        first_ten(unlike)
    );
    Check::wrong(&codes::PEER_SET, State::Warning, text)
        .value(&PEER_DIFFERENCES, number)
        .hint(
            "compare on both nodes: provha config show --origin, \
             /etc/provha/templates, /tftpboot/keyfile; provha rebuild --force \
             makes the files again",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

    fn manifest(node: &str, data: &str) -> Manifest {
        Manifest {
            version: "1".into(),
            node: node.into(),
            data: data.into(),
            made: 1000,
            changed: 1000,
            ..Manifest::default()
        }
    }

    #[test]
    fn only_a_difference_on_the_same_data_is_wrong() {
        let differs = Compared::SameData(vec!["mta.conf".into()]);
        let bad = check(PEER, Some(&differs));
        assert_eq!(bad.code, Some(&codes::PEER_SET));
        assert!(bad.text.contains("mta.conf"), "{}", bad.text);
        let stuck = check(PEER, Some(&Compared::OtherData(APART + 1)));
        assert_eq!(stuck.code, Some(&codes::PEER_DATA));
        for good in [
            Compared::Not("x".into()),
            Compared::OtherData(APART),
            Compared::SameData(Vec::new()),
        ] {
            assert_eq!(check(PEER, Some(&good)).state, State::Ok, "{good:?}");
        }
        assert_eq!(check(PEER, None).state, State::Ok);
    }

    #[test]
    fn what_belongs_to_different_data_or_programs_is_not_compared() {
        let own = manifest("a", "1");
        let mut peer = manifest("b", "1");
        let is =
            |own: &Manifest, peer: &Manifest, now| Compared::of(own, peer, now);
        assert_eq!(is(&own, &peer, 2000), Compared::SameData(Vec::new()));
        let _ = peer.files.insert("x".into(), "1".into());
        let found = is(&own, &peer, 2000);
        assert_eq!(found, Compared::SameData(vec!["x".into()]));
        // Made by `dhcp` of what the next rebuild will know.
        peer.changed = 1900;
        assert!(matches!(is(&own, &peer, 2000), Compared::Not(_)));
        let later = is(&own, &peer, 1900 + UNSETTLED);
        assert_eq!(later, Compared::SameData(vec!["x".into()]));
        peer.data = "2".into();
        assert_eq!(is(&own, &peer, 2000), Compared::OtherData(1000));
        peer.version = "2".into();
        assert!(matches!(is(&own, &peer, 2000), Compared::Not(_)));
        assert!(matches!(is(&own, &own, 2000), Compared::Not(_)));
    }
}

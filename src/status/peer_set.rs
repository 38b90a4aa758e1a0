//! Whether both nodes serve the same, but for what their roles say: by the
//! hashes that each shows below its TFTP directory.

use std::net::Ipv4Addr;

use crate::status::{Check, State, codes, first_ten};

/// What came of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// This node has shown no hashes yet.
    NoneHere,
    /// The peer shows none.
    NoneThere,
    /// The peer cannot be asked.
    Silent(String),
    /// The two work from different states of the database.
    OtherData,
    /// The same data; the files that are not alike.
    SameData(Vec<String>),
}

/// The check; None: nothing came in time.
pub fn check(peer: Ipv4Addr, compared: Option<&Compared>) -> Check {
    let name = "peer-set";
    let good = |text: String| Check::new(name, State::Ok, text);
    let files = match compared {
        None => return good(format!("not compared: {peer} is silent")),
        Some(Compared::NoneHere) => {
            return good(
                "not compared: no rebuild has shown hashes here".into(),
            );
        }
        Some(Compared::NoneThere) => {
            return good(format!("not compared: {peer} shows no hashes"));
        }
        Some(Compared::Silent(why)) => {
            return good(format!("not compared: {why}"));
        }
        Some(Compared::OtherData) => {
            return good(format!(
                "not compared: {peer} works from another state of the database"
            ));
        }
        Some(Compared::SameData(files)) => files,
    };
    if files.is_empty() {
        return good(format!(
            "{peer} serves the same, but for what the roles say"
        ));
    }
    let text = format!(
        "{peer} works from the same state of the database and serves \
         something else: {}",
        first_ten(files)
    );
    Check::wrong(&codes::PEER_SET, State::Warning, text).hint(
        "compare the two nodes: provha --version, provha config show, \
         /etc/provha/templates; then provha rebuild --force on both",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_difference_on_the_same_data_is_wrong() {
        let peer = Ipv4Addr::new(10, 0, 0, 2);
        let differs = Compared::SameData(vec!["mta.conf".into()]);
        let bad = check(peer, Some(&differs));
        assert_eq!(bad.code, Some(&codes::PEER_SET));
        assert!(bad.text.contains("mta.conf"), "{}", bad.text);
        for good in [
            Compared::NoneHere,
            Compared::NoneThere,
            Compared::Silent("x".into()),
            Compared::OtherData,
            Compared::SameData(Vec::new()),
        ] {
            assert_eq!(check(peer, Some(&good)).state, State::Ok, "{good:?}");
        }
        assert_eq!(check(peer, None).state, State::Ok);
    }
}

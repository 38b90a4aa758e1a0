//! Reads the hashes that the peer shows, and compares them with the own ones.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use crate::clients::tftp::{self, MANIFEST, PORT, TftpError};
use crate::context::Context;
use crate::rebuild::manifest::Manifest;
use crate::status::Check;
use crate::status::gather::ask::Question;
use crate::status::gather::base::Base;
use crate::status::peer_set::{self, Compared};

/// 'File not found' (RFC 1350 section 5).
const NOT_FOUND: u16 = 1;

/// The question, on its way.
pub struct Asked {
    peer: Ipv4Addr,
    question: Question<Compared>,
}

/// Begins to compare; None: there is no peer.
pub fn ask(context: &Context<'_>, base: &Base) -> Option<Asked> {
    let peer = base.peer()?;
    let settings = context.settings.clone();
    let question = Question::ask(move || {
        let Some(own) = Manifest::read(&settings) else {
            return Compared::NoneHere;
        };
        let server = SocketAddr::from((peer, PORT));
        match tftp::read(server, MANIFEST) {
            Err(TftpError::Refused { code: NOT_FOUND, .. }) => {
                Compared::NoneThere
            }
            Err(error) => Compared::Silent(error.to_string()),
            Ok(bytes) => compared(&own, &bytes),
        }
    });
    Some(Asked { peer, question })
}

/// The own hashes against what the peer shows.
fn compared(own: &Manifest, bytes: &[u8]) -> Compared {
    match Manifest::parse(bytes) {
        // A copy of ours, or the form of another version.
        None => Compared::NoneThere,
        Some(other) if other.node == own.node => Compared::NoneThere,
        Some(other) if other.data != own.data => Compared::OtherData,
        Some(other) => Compared::SameData(own.differences(&other)),
    }
}

impl Asked {
    /// Waits for the answer.
    pub fn check(self, end: Instant) -> Check {
        peer_set::check(self.peer, self.question.wait(end).as_ref())
    }
}

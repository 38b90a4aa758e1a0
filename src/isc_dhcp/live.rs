//! What the live dhcpd set says about failover and OMAPI: what the running
//! dhcpd was started with, readable with the database gone.

use std::net::Ipv4Addr;
use std::path::Path;

use crate::isc_dhcp::syntax::statements;
use crate::render::dhcp::OmapiKey;
use crate::system::files;

/// The failover relation of the live set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peering {
    /// Whether this node is the primary.
    pub primary: bool,
    /// The address that our dhcpd uses towards the peer.
    pub own: Ipv4Addr,
    /// The peer's address.
    pub peer: Ipv4Addr,
    /// The peer's failover port (TCP).
    pub peer_port: u16,
}

/// What was found in the live set.
#[derive(Clone, Default)]
pub struct Live {
    /// The failover relation, if it is whole.
    pub peering: Option<Peering>,
    /// The key of `omapi-key`, if it is defined.
    pub key: Option<OmapiKey>,
    /// `omapi-port`, if dhcpd listens for OMAPI.
    pub port: Option<u16>,
}

/// The same as [`try_read`] where what cannot be read says nothing: for what
/// only looks.
pub fn read(dir: &Path) -> Live {
    try_read(dir).unwrap_or_default()
}

/// Reads dhcpd.conf and failover.conf of a directory; what is not there says
/// nothing.
///
/// # Errors
/// One cannot be read: that there is no peer is not known then.
pub fn try_read(dir: &Path) -> files::Result<Live> {
    let mut text = String::new();
    for name in ["dhcpd.conf", "failover.conf"] {
        let bytes = match files::read_through(&dir.join(name)) {
            Err(error) if files::is_missing(&error) => Vec::new(),
            other => other?,
        };
        text += &String::from_utf8_lossy(&bytes);
        text.push('\n');
    }
    Ok(parse(&text))
}

/// Finds the statements in the text of the files.
fn parse(text: &str) -> Live {
    let mut facts = Facts::default();
    statements(text, &mut |blocks, words| {
        let block = blocks.last().map_or(&[][..], Vec::as_slice);
        facts.statement(block, words);
    });
    facts.live()
}

/// What the statements said so far.
#[derive(Default)]
struct Facts {
    primary: Option<bool>,
    own: Option<Ipv4Addr>,
    peer: Option<Ipv4Addr>,
    peer_port: Option<u16>,
    keys: Vec<OmapiKey>,
    omapi_key: Option<String>,
    port: Option<u16>,
}

impl Facts {
    /// Takes one statement in a block; outside of blocks `block` is empty.
    fn statement(&mut self, block: &[String], words: &[String]) {
        let block: Vec<&str> = block.iter().map(String::as_str).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match (&block[..], &words[..]) {
            (["failover", ..], words) => self.failover(words),
            (["key", name], ["algorithm", word]) => {
                self.key(name).algorithm = (*word).to_string();
            }
            (["key", name], ["secret", word]) => {
                self.key(name).secret = (*word).to_string();
            }
            ([], ["omapi-key", name]) => {
                self.omapi_key = Some((*name).to_string());
            }
            ([], ["omapi-port", port]) => self.port = port.parse().ok(),
            _ => (),
        }
    }

    /// A statement of the failover block.
    fn failover(&mut self, words: &[&str]) {
        match words {
            ["primary"] => self.primary = Some(true),
            ["secondary"] => self.primary = Some(false),
            ["address", address] => self.own = address.parse().ok(),
            ["peer", "address", address] => self.peer = address.parse().ok(),
            ["peer", "port", port] => self.peer_port = port.parse().ok(),
            _ => (),
        }
    }

    /// The key of this name, made when it is new.
    fn key(&mut self, name: &str) -> &mut OmapiKey {
        let at = self.keys.iter().position(|key| key.name == name);
        let at = at.unwrap_or_else(|| {
            self.keys.push(OmapiKey {
                name: name.to_string(),
                algorithm: String::new(),
                secret: String::new(),
            });
            self.keys.len() - 1
        });
        &mut self.keys[at]
    }

    /// What it all comes to.
    fn live(self) -> Live {
        let peering = self.primary.zip(self.own).zip(self.peer).map(
            |((primary, own), peer)| Peering {
                primary,
                own,
                peer,
                peer_port: self.peer_port.unwrap_or(647),
            },
        );
        let key = self.omapi_key.and_then(|name| {
            self.keys.into_iter().find(|key| key.name == name)
        });
        Live { peering, key, port: self.port }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLAVE: &str = "# x\nfailover peer \"dhcpd-failover\"\n{\n\
        \tsecondary;\n\taddress 10.0.0.2;\n\tport 647;\n\
        \tpeer address 10.0.0.1;\n\tpeer port 648;\n}\n\
        key k { algorithm hmac-md5; secret \"c2Vj\"; }\n\
        omapi-key k;\nomapi-port 7911; # end";

    #[test]
    fn the_relation_and_the_key_are_found() {
        let live = parse(SLAVE);
        let peering = live.peering.unwrap();
        assert!(!peering.primary);
        assert_eq!(peering.own.to_string(), "10.0.0.2");
        assert_eq!(peering.peer.to_string(), "10.0.0.1");
        assert_eq!(peering.peer_port, 648);
        let key = live.key.unwrap();
        let words = [&key.name, &key.algorithm, &key.secret];
        assert_eq!(words, ["k", "hmac-md5", "c2Vj"]);
        assert_eq!(live.port, Some(7911));
    }

    #[test]
    fn what_is_missing_is_none() {
        let live = parse("key a { secret b; } omapi-key c; # omapi-port 1;");
        assert!(live.peering.is_none() && live.key.is_none());
        assert_eq!(live.port, None);
        let unset = SLAVE.replace("10.0.0.1", "slave.not.set.localdomain");
        assert!(parse(&unset).peering.is_none());
        assert!(parse("} } \"").peering.is_none());
        assert!(read(Path::new("/nonexistent")).port.is_none());
    }
}

//! The last entry of one address or one client in a lease file, with all it
//! says: read from the end, where what is active now was noted.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

use memchr::memmem::FinderRev;

use crate::isc_dhcp::lease_file::LeaseFile;
use crate::isc_dhcp::leases::{self, Entry};
use crate::model::mac;

/// How much is read at once, octets.
const CHUNK: u64 = 1 << 22;
/// Longest entry, octets.
const ENTRY: usize = 1 << 14;

/// An entry with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// What it comes to.
    pub entry: Entry,
    /// Its statements, a line each.
    pub statements: Vec<String>,
}

impl Last {
    /// The value of a statement.
    pub fn value(&self, name: &str) -> Option<&str> {
        let rest = |line: &'_ String| -> Option<usize> {
            let rest = line.strip_prefix(name)?;
            rest.starts_with(' ').then_some(name.len() + 1)
        };
        let found =
            self.statements.iter().find_map(|line| Some((line, rest(line)?)));
        found.map(|(line, at)| line[at..].trim_end_matches(';').trim())
    }

    /// The modem that the client is behind: what the CMTS puts into option
    /// 82.
    pub fn behind(&self) -> Option<[u8; 6]> {
        octets(self.value("option agent.remote-id")?)
    }
}

/// Six octets as dhcpd writes them: with colons, or as a string where each of
/// them prints.
fn octets(text: &str) -> Option<[u8; 6]> {
    if let Some(inner) =
        text.strip_prefix('"').and_then(|t| t.strip_suffix('"'))
    {
        return string(inner).try_into().ok();
    }
    mac::octets(text)
}

/// The octets of a string with dhcpd's escapes: `\"`, `\\` and `\ooo`.
fn string(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let octal = rest.get(..3).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        match octal {
            Some(octet) => {
                out.push(octet);
                rest = &rest[3..];
            }
            None => {
                out.extend(rest.first());
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out
}

/// The last entry of an address.
///
/// # Errors
/// The file cannot be read; one that is not there has no entry.
pub fn of_address(path: &Path, ip: Ipv4Addr) -> io::Result<Option<Last>> {
    let Some(file) = LeaseFile::open(path)? else { return Ok(None) };
    search(&file, &format!("lease {ip} {{"), &mut |last| {
        last.entry.address == ip
    })
}

/// The last entry of a client that is still the last one of its address: of
/// several, the one that was written last.
///
/// # Errors
/// The file cannot be read.
pub fn of_client(path: &Path, mac: [u8; 6]) -> io::Result<Option<Last>> {
    let Some(file) = LeaseFile::open(path)? else { return Ok(None) };
    let hex = mac.map(|octet| format!("{octet:02x}")).join(":");
    let needle = format!("hardware ethernet {hex};");
    let mut older = None;
    let found = search(&file, &needle, &mut |last| {
        let own = format!("lease {} {{", last.entry.address);
        let newest = search(&file, &own, &mut |_| true).ok().flatten();
        let current = newest.is_some_and(|newest| {
            newest.entry == last.entry && newest.statements == last.statements
        });
        if !current {
            return false;
        }
        if !last.entry.bound {
            // An address that it had once; it may hold another one.
            let _ = older.get_or_insert_with(|| last.clone());
        }
        last.entry.bound
    })?;
    Ok(found.or(older))
}

/// The last entry that holds a text and that is taken.
fn search(
    file: &LeaseFile,
    needle: &str,
    take: &mut dyn FnMut(&Last) -> bool,
) -> io::Result<Option<Last>> {
    let finder = FinderRev::new(needle);
    let mut end = file.length;
    while end > 0 {
        let begin = end.saturating_sub(CHUNK);
        // With what an entry that begins before it, or ends after it, needs.
        let from = begin.saturating_sub(ENTRY as u64);
        let mut bytes = vec![0; (end - from) as usize + ENTRY];
        let length = file.read_at(&mut bytes, from)?;
        bytes.truncate(length);
        let mut limit = (end - from) as usize + needle.len() - 1;
        let first = (begin - from) as usize;
        while let Some(at) = finder.rfind(&bytes[..limit.min(bytes.len())]) {
            if at < first {
                break;
            }
            if let Some(last) = entry_at(&bytes, at)
                && take(&last)
            {
                return Ok(Some(last));
            }
            limit = at;
        }
        end = begin;
    }
    Ok(None)
}

/// The whole entry around a place.
fn entry_at(bytes: &[u8], at: usize) -> Option<Last> {
    let head = b"\nlease ";
    let before = &bytes[..(at + head.len()).min(bytes.len())];
    let begin = match FinderRev::new(head).rfind(before) {
        Some(at) => at + 1,
        None if bytes.starts_with(b"lease ") => 0,
        None => return None,
    };
    let end = memchr::memmem::find(&bytes[begin..], b"\n}")? + begin + 2;
    let text = &bytes[begin..end];
    let mut entry = None;
    let _ = leases::scan(text, &mut |found| entry = Some(found));
    let text = String::from_utf8_lossy(text);
    let inner = text.lines().skip(1).filter(|line| !line.starts_with('}'));
    let statements = inner.map(|line| line.trim().to_string()).collect();
    Some(Last { entry: entry?, statements })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::files;

    fn lease(ip: &str, mac: u8, state: &str, more: &str) -> String {
        format!(
            "lease {ip} {{\n  starts 1 2026/11/02 10:00:00;\n  ends 1 \
             2026/11/02 11:00:00;\n  binding state {state};\n  hardware \
             ethernet 00:00:00:00:00:{mac:02x};\n{more}}}\n"
        )
    }

    #[test]
    fn the_last_entry_is_found_from_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leases");
        let behind = "  option agent.remote-id 0:1a:2b:10:0:1;\n  \
                      client-hostname \"tv set\";\n";
        let mut text = String::from("# The format\n");
        text += &lease("10.0.0.1", 1, "active", "");
        text += &lease("10.0.0.2", 2, "active", behind);
        // More than one piece of the file.
        for _ in 0..60_000 {
            text += &lease("10.0.1.1", 9, "active", "");
        }
        text += &lease("10.0.0.1", 3, "active", "");
        text += &lease("10.0.0.12", 4, "free", "");
        text += "lease 10.0.0.2 {\n  starts";
        files::replace(&path, text.as_bytes(), 0o644).unwrap();
        let of = |ip: &str| of_address(&path, ip.parse().unwrap()).unwrap();
        let mac = |last: Last| last.entry.hardware.unwrap()[5];
        assert_eq!(of("10.0.0.1").map(mac), Some(3));
        let second = of("10.0.0.2").unwrap();
        assert_eq!(second.behind(), Some([0, 0x1a, 0x2b, 0x10, 0, 1]));
        assert_eq!(second.value("client-hostname"), Some("\"tv set\""));
        assert_eq!(of("10.0.0.3"), None);
        let client = |mac: u8| {
            let found = of_client(&path, [0, 0, 0, 0, 0, mac]).unwrap();
            found.map(|last| last.entry.address.to_string())
        };
        assert_eq!(client(2).as_deref(), Some("10.0.0.2"));
        // Another has its address now.
        assert_eq!(client(1), None);
        assert_eq!(client(4).as_deref(), Some("10.0.0.12"));
        assert_eq!(client(7), None);
        assert_eq!(octets(r#""A\"\\\001bc""#), Some(*b"A\"\\\x01bc"));
    }
}

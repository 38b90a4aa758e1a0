//! The lease file of Kea's DHCPv6 server: a line of commas each time a lease
//! changes, the last one counts (Kea's manual, 'Memfile').

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::net::Ipv6Addr;
use std::path::Path;

use crate::system::files;

/// Longest line that is read, octets.
const LINE: u64 = 1 << 16;

/// An active lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease6 {
    /// The address, or the address of the prefix.
    pub address: Ipv6Addr,
    /// The length of the prefix; 128: an address.
    pub length: u8,
    /// When it ends, seconds since 1970.
    pub ends: i64,
}

/// The leases that are active at `now`, ascending; none without a file.
///
/// # Errors
/// The file cannot be read.
pub fn active(path: &Path, now: i64) -> io::Result<Vec<Lease6>> {
    let file = match files::open_through(path) {
        Err(error) if files::is_missing(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error.source),
        Ok((file, _)) => file,
    };
    read(BufReader::new(file), now)
}

/// The same of what is read.
fn read(mut input: impl BufRead, now: i64) -> io::Result<Vec<Lease6>> {
    let mut leases: HashMap<(Ipv6Addr, u8), (i64, bool)> = HashMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut input).take(LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let Some((place, ends, free)) = entry(&text) else { continue };
        let _ = leases.insert(place, (ends, free));
    }
    let mut out: Vec<Lease6> = leases
        .into_iter()
        .filter(|(_, (ends, free))| *ends > now && !free)
        .map(|((address, length), (ends, _))| Lease6 { address, length, ends })
        .collect();
    out.sort_unstable_by_key(|lease| (lease.address, lease.length));
    Ok(out)
}

/// One line: the place, when the lease ends, and whether it is nobody's.
fn entry(line: &str) -> Option<((Ipv6Addr, u8), i64, bool)> {
    let cells: Vec<&str> = line.trim_end().split(',').collect();
    let address = cells.first()?.parse().ok()?;
    let lifetime: u64 = cells.get(2)?.parse().ok()?;
    let ends = cells.get(3)?.parse().ok()?;
    let length = match *cells.get(6)? {
        "2" => cells.get(8)?.parse().ok()?,
        _ => 128,
    };
    // 0: assigned; 1: declined; 2: expired and reclaimed.
    let state = cells.get(13).is_some_and(|state| *state != "0");
    Some(((address, length), ends, state || lifetime == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_lease_counts() {
        let text = "address,duid,valid_lifetime,expire,subnet_id,\
            pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,\
            hostname,hwaddr,state,user_context\n\
            2001:db8::1,00:01,4000,500,1,3000,0,1,128,0,0,,,0,\n\
            2001:db8::1,00:01,4000,900,1,3000,0,1,128,0,0,,,0,\n\
            2001:db8::2,00:01,4000,900,1,3000,0,1,128,0,0,,,1,\n\
            2001:db8::3,00:01,0,900,1,0,0,1,128,0,0,,,0,\n\
            2001:db8::4,00:01,1,500,1,0,0,1,128,0,0,,,0,\n\
            fd00::,00:01,4000,900,1,3000,2,1,56,0,0,,,0,\n\
            rubbish\n\
            2001:db8::5,00:0";
        let got = read(text.as_bytes(), 600).unwrap();
        let lease = |address: &str, length| Lease6 {
            address: address.parse().unwrap(),
            length,
            ends: 900,
        };
        assert_eq!(got, [lease("2001:db8::1", 128), lease("fd00::", 56)]);
    }
}

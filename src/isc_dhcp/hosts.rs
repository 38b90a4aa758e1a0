//! The host lines of a dhcpd set: one host a line, as `render/dhcp` writes
//! them. There may be a million, so they are read as octets and not as
//! statements.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::Ipv4Addr;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::model::mac;

/// Words that are looked for in every line; to make ready for a search takes
/// longer than the search in one line.
struct Word(&'static str, LazyLock<Finder<'static>>);

impl Word {
    /// What follows its first place in a line.
    fn after<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let at = self.1.find(line)?;
        Some(&line[at + self.0.len()..])
    }
}

/// Before a hardware address.
static HARDWARE: Word = Word(
    "hardware ethernet ",
    LazyLock::new(|| Finder::new("hardware ethernet ")),
);
/// Before the name of a boot file.
static BOOT_FILE: Word =
    Word("filename \"", LazyLock::new(|| Finder::new("filename \"")));
/// Before a fixed address.
static FIXED: Word =
    Word("fixed-address ", LazyLock::new(|| Finder::new("fixed-address ")));

/// The files of a set that hold hosts.
pub const FILES: [&str; 3] =
    ["modems-host.conf", "mta.conf", "endpoints-host.conf"];

/// Visits each line of a file.
///
/// # Errors
/// The file cannot be read to its end.
pub fn each_line(file: File, visit: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        visit(&line);
        line.clear();
    }
    Ok(())
}

/// The name of the host of a line; None: no host begins in it.
pub fn name(line: &[u8]) -> Option<&[u8]> {
    let rest = line.trim_ascii_start().strip_prefix(b"host ")?;
    let mut words = rest.split(u8::is_ascii_whitespace);
    words.find(|word| !word.is_empty())
}

/// The hardware address of a host line, as a number.
pub fn hardware(line: &[u8]) -> Option<u64> {
    number(HARDWARE.after(line)?)
}

/// The hardware address of a modem whose devices get no address.
pub fn blocked(line: &[u8]) -> Option<u64> {
    number(line.strip_prefix(b"subclass \"blocked\" ")?)
}

/// The boot file that a host line names.
pub fn boot_file(line: &[u8]) -> Option<&str> {
    let rest = BOOT_FILE.after(line)?;
    let end = rest.iter().position(|octet| *octet == b'"')?;
    std::str::from_utf8(&rest[..end]).ok()
}

/// The fixed address of a host line, if it has one.
pub fn fixed_address(line: &[u8]) -> Option<Ipv4Addr> {
    let rest = FIXED.after(line)?;
    let end = rest.iter().position(|octet| *octet == b';')?;
    std::str::from_utf8(&rest[..end]).ok()?.trim().parse().ok()
}

/// The hardware address that a text begins with, as a number.
fn number(text: &[u8]) -> Option<u64> {
    let ends = |octet: &u8| matches!(octet, b';' | b' ');
    let end = text.iter().position(ends).unwrap_or(text.len());
    let octets = mac::octets(std::str::from_utf8(&text[..end]).ok()?)?;
    Some(octets.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_line_says() {
        let line = b"\thost x { hardware ethernet 00:1a:2B:00:00:01 ; \
            filename \"cm/cm-7.cfg\"; }\n";
        assert_eq!(name(line), Some(&b"x"[..]));
        assert_eq!(hardware(line), Some(0x001a_2b00_0001));
        assert_eq!(boot_file(line), Some("cm/cm-7.cfg"));
        let other = b"host y { host-identifier option z 1:2; }";
        assert_eq!((hardware(other), boot_file(other)), (None, None));
        assert_eq!(name(b"# host x"), None);
        let fixed = b"host z { hardware ethernet 00:00:00:00:00:01 ; \
            fixed-address 198.51.100.7; }";
        assert_eq!(fixed_address(fixed), Some([198, 51, 100, 7].into()));
        assert_eq!(fixed_address(line), None);
    }

    #[test]
    fn what_a_line_of_blocked_modems_says() {
        let line = b"subclass \"blocked\" 00:1a:2b:00:00:01; # CM id: 1\n";
        assert_eq!(blocked(line), Some(0x001a_2b00_0001));
        assert_eq!(blocked(b"subclass \"other\" 00:1a:2b:00:00:01;"), None);
    }
}

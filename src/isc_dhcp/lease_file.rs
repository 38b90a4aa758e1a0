//! The lease file as a file: opened through links, and read in pieces at any
//! place while dhcpd goes on writing it.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use crate::isc_dhcp::leases::{self, Entry};
use crate::system::files;

/// Octets that are read at once.
const CHUNK: usize = 1 << 24;
/// The end of an entry.
const END: &[u8] = b"\n}\n";

/// An opened lease file, and which one it is.
#[derive(Debug)]
pub struct LeaseFile {
    file: File,
    /// Its device.
    pub device: u64,
    /// Its inode: dhcpd writes a whole new file from time to time.
    pub inode: u64,
    /// Its length when it was opened, octets.
    pub length: u64,
}

impl LeaseFile {
    /// Opens a file; None: it is not there.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        match files::open_through(path) {
            Ok((file, meta)) => Ok(Some(Self {
                file,
                device: meta.dev(),
                inode: meta.ino(),
                length: meta.len(),
            })),
            Err(error) if files::is_missing(&error) => Ok(None),
            Err(error) => Err(error.source),
        }
    }

    /// Reads until the buffer is full or the file ends; how much was read.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read_at(&self, bytes: &mut [u8], from: u64) -> io::Result<usize> {
        let mut length = 0;
        while length < bytes.len() {
            let at = from + length as u64;
            match self.file.read_at(&mut bytes[length..], at) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => (),
                Err(error) => return Err(error),
            }
        }
        Ok(length)
    }

    /// Visits the whole entries from an offset on, and calls `chunk` after
    /// each piece of the file; where the whole entries end.
    ///
    /// # Errors
    /// The file cannot be read, or `chunk` fails.
    pub fn entries(
        &self,
        mut from: u64,
        visit: &mut dyn FnMut(Entry),
        chunk: &mut dyn FnMut() -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut bytes = vec![0; CHUNK];
        loop {
            let length = self.read_at(&mut bytes, from)?;
            let read = &bytes[..length];
            let whole = match memchr::memmem::rfind(read, END) {
                Some(at) => at + END.len(),
                // No entry is that long: there is nothing of ours in it.
                None if length == CHUNK => length,
                None => return Ok(from),
            };
            leases::scan(&read[..whole], visit)?;
            chunk()?;
            from += whole as u64;
            if length < CHUNK {
                return Ok(from);
            }
        }
    }
}

//! What the codec's commands read besides the file itself.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::docsis::mib::dirs::MibDirs;
use crate::docsis::{Files, Mib};

/// Names of SNMP objects: embedded, then the directories.
pub fn mib(directories: &[PathBuf]) -> Mib {
    Mib::with_loader(Box::new(MibDirs {
        directories: directories.to_vec(),
        system: true,
    }))
}

/// Files that a text names, as the reference finds them: from the working
/// directory.
pub struct Here;

impl Files for Here {
    fn read(&self, name: &[u8], most: usize) -> io::Result<Vec<u8>> {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(name));
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path)?;
        let _ = file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

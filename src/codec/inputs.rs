//! What the codec's commands read besides the file itself.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::console::Console;
use crate::docsis::mib::dirs::{MibDirs, MibNotes};
use crate::docsis::{Files, Mib, key_of_file, kind_of};
use crate::exit::Stop;
use crate::system::streams::read;

/// Names of SNMP objects: embedded, then the directories.
pub struct Mibs {
    /// The names.
    pub mib: Mib,
    /// What reading the directories had to say.
    told: Arc<MibNotes>,
    /// The directories given.
    directories: Vec<PathBuf>,
}

impl Mibs {
    /// Looks at the directories.
    ///
    /// # Errors
    ///
    /// One of them cannot be read: a name that is not known would be blamed
    /// instead.
    pub fn open(directories: &[PathBuf]) -> anyhow::Result<Self> {
        for directory in directories {
            if let Err(error) = std::fs::read_dir(directory) {
                let path = directory.display();
                let text = format!("cannot read --mib-dir {path}: {error}");
                return Err(Stop::usage(text).into());
            }
        }
        let told = Arc::new(MibNotes::default());
        let dirs = MibDirs {
            directories: directories.to_vec(),
            system: true,
            told: Arc::clone(&told),
        };
        let mib = Mib::with_loader(Box::new(dirs));
        Ok(Self { mib, told, directories: directories.to_vec() })
    }

    /// Tells what could not be read, if they were.
    pub fn tell(&self, console: &Console) {
        for text in self.told.take() {
            console.warning(&text);
        }
    }

    /// Tells how many objects came from the directories given.
    pub fn tell_count(&self, console: &Console) {
        let _ = self.mib.full();
        for directory in &self.directories {
            let count = self.told.count(directory);
            let path = directory.display();
            console.note(&format!("{count} objects came from {path}"));
        }
    }
}

/// Reads a file that is to be a binary.
pub fn binary(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = read(path)?;
    if bytes.is_empty() {
        let text = format!("{}: the file is empty", path.display());
        return Err(Stop::refused(text).into());
    }
    match kind_of::other(&bytes) {
        Some(other) => {
            let text = format!("{}: {}", path.display(), other.advice());
            Err(Stop::refused(text).into())
        }
        None => Ok(bytes),
    }
}

/// The secret of a key file.
pub fn key(path: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(path) = path else { return Ok(None) };
    Ok(Some(key_of_file(&read(path)?).to_vec()))
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

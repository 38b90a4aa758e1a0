//! What lies below the TFTP server's directory besides devices' files: images,
//! dial plans, the key file, and what texts name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

use crate::context::Context;
use crate::docsis::key_of_file;
use crate::exit::Stop;
use crate::model::device::DeviceKind;
use crate::model::texts::{ConfigfileRow, Device, Shared};
use crate::model::{Findings, Role};
use crate::publish::device_files::Part;
use crate::render::device::is_plain_name;
use crate::services::tftpd;
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::Owner;
use crate::template::{MOST_IMAGE, cvc_rows};

/// Longest dial plan or key file that is read, octets.
const MOST_INPUT: u64 = 1 << 20;

/// The key file of a new machine, as the existing system's package makes it.
const STOCK_KEY: &[u8] = b"DOCSIS\n";

/// What lies below the TFTP server's directory.
pub struct Tftp {
    dir: PathBuf,
    /// Who owns the device files.
    pub owner: Owner,
    /// How many files that texts name were read.
    pub reads: AtomicUsize,
}

impl Tftp {
    /// Looks up the directory and the owner.
    pub fn open(context: &Context<'_>) -> Self {
        let owner = tftpd::owner(context);
        let dir = context.settings.path("PROVHA__TFTP_DIR");
        Self { dir, owner, reads: AtomicUsize::new(0) }
    }

    /// A firmware image. Root may have linked it to another version.
    fn image(&self, name: &str) -> files::Result<Vec<u8>> {
        files::through_at_most(&self.dir.join("fw").join(name), MOST_IMAGE)
    }

    /// The rows of a firmware image's certificate.
    pub fn firmware(&self, name: &str) -> Option<Vec<String>> {
        let image = self.image(name).ok()?;
        cvc_rows(&image)
    }

    /// Firmware images that are there and cannot be read.
    pub fn unreadable_images(&self, shared: &Shared) -> BTreeSet<String> {
        let rows = shared.configfiles.iter().filter(|row| has_image(row));
        let unreadable = rows.filter(|row| {
            let image = self.image(&row.firmware);
            image.is_err_and(|e| e.source.kind() != ErrorKind::NotFound)
        });
        unreadable.map(|row| row.firmware.clone()).collect()
    }

    /// Tells of firmware that gives no certificate, of the configfiles that
    /// `concerns` names.
    pub fn missing_images(
        &self,
        shared: &Shared,
        concerns: &dyn Fn(u32) -> bool,
        findings: &mut Findings,
    ) {
        let named = shared.configfiles.iter().filter(|row| has_image(row));
        for row in named.filter(|row| concerns(row.id)) {
            let name = &row.firmware;
            let reason = match self.image(name) {
                Err(e) if e.source.kind() == ErrorKind::NotFound => {
                    format!("image fw/{name} is missing: {NO_ROWS}")
                }
                Err(error) => format!(
                    "image fw/{name} cannot be read ({}): the files of its \
                     devices stay as they are",
                    error.source
                ),
                Ok(image) if cvc_rows(&image).is_none() => format!(
                    "image fw/{name} holds no PKCS#7 certificate: {NO_ROWS}"
                ),
                Ok(_) => continue,
            };
            findings.warn("configfile", row.id, "firmware", reason);
        }
    }

    /// The dial plans of MTA configfiles, or why one cannot be used.
    pub fn dial_plans(
        &self,
        shared: &Shared,
    ) -> BTreeMap<u32, Result<Vec<u8>, String>> {
        let named = shared.configfiles.iter().filter(|row| {
            row.device == Device::Mta && !row.firmware.is_empty()
        });
        named
            .map(|row| {
                let name = &row.firmware;
                let plan = if is_plain_name(name) {
                    let path = self.dir.join("dialplan").join(name);
                    files::read_at_most(&path, MOST_INPUT).map_err(|error| {
                        let why = error.source;
                        format!("dialplan/{name} cannot be read ({why})")
                    })
                } else {
                    Err(format!("'{name}' is not a plain file name"))
                };
                (row.id, plan)
            })
            .collect()
    }

    /// The secret that modems' files are signed with, and whether it is the
    /// stock one of a key file that is still to be made.
    ///
    /// A machine that has no modem files yet and no key file gets one with
    /// the stock secret, as the existing system's package does; where files
    /// are live, a missing key file is refused: they would all be signed
    /// with another secret.
    pub fn key(
        &self,
        context: &Context<'_>,
        role: Role,
    ) -> anyhow::Result<(Vec<u8>, bool)> {
        let path = self.key_file();
        let key = match files::read_at_most(&path, MOST_INPUT) {
            Err(e) if files::is_missing(&e) => None,
            other => Some(other?),
        };
        if let Some(bytes) = key {
            return Ok((key_of_file(&bytes).to_vec(), false));
        }
        let mut modems = tftpd::directory(context, self.owner, DeviceKind::Cm);
        modems.begin()?;
        if modems.live().iter().any(|file| file.1 == Part::Cfg) {
            let hint = match role {
                Role::Slave => "run sync-ha-master-files on the master",
                _ => "put the secret shared with the CMTS into it",
            };
            return Err(Stop::refused(format!(
                "{} is missing: the modems' files would be signed with \
                 another secret than the live ones",
                path.display()
            ))
            .hint(hint)
            .into());
        }
        context.console.warning(&format!(
            "{} is missing: the stock secret DOCSIS is used",
            path.display()
        ));
        Ok((key_of_file(STOCK_KEY).to_vec(), true))
    }

    /// Makes the key file with the stock secret: once the guard rails have
    /// let the files pass that are signed with it, and before those are live.
    pub fn make_key_file(&self) -> anyhow::Result<()> {
        files::make_dirs(&self.dir)?;
        files::replace(&self.key_file(), STOCK_KEY, 0o640)
            .context("making the key file")
    }

    /// Where the secret is.
    fn key_file(&self) -> PathBuf {
        self.dir.join("keyfile")
    }
}

/// What an image without a certificate leads to.
const NO_ROWS: &str = "rows without MfgCVCData";

/// Whether a configfile of modems names an image.
fn has_image(row: &ConfigfileRow) -> bool {
    row.device == Device::Cm && is_plain_name(&row.firmware)
}

/// Files that a text names lie below the TFTP server's directory.
impl crate::docsis::Files for Tftp {
    fn read(&self, name: &[u8], most: usize) -> std::io::Result<Vec<u8>> {
        use std::io::Read as _;
        let _ = self.reads.fetch_add(1, Ordering::Relaxed);
        let name = std::str::from_utf8(name).map_err(std::io::Error::other)?;
        let name = name.strip_prefix("/tftpboot/").unwrap_or(name);
        let outside =
            || std::io::Error::other("it must lie below the TFTP directory");
        let mut names = Vec::new();
        for part in Path::new(name).components() {
            match part {
                std::path::Component::Normal(name) => names.push(name),
                _ => return Err(outside()),
            }
        }
        let name = names.pop().ok_or_else(outside)?;
        let inner = |error: files::FileError| error.source;
        let mut dir = Dir::open(&self.dir).map_err(inner)?;
        for name in names {
            dir = dir.sub(name).map_err(inner)?;
        }
        let (file, _) = dir.file(name).map_err(inner)?;
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

//! Compares the files of all devices with what would be made, and makes none.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::devices::batch::Batch;
use crate::devices::inputs::Shop;
use crate::devices::observer::{Observer, See};
use crate::devices::tftp_dir::Tftp;
use crate::devices::{Selection, batch, directories, site, while_listing};
use crate::guard::contents;
use crate::model::device::DeviceKind;
use crate::model::texts::Shared;
use crate::source::load::{self, Modules};

/// What was looked at.
pub struct Looked {
    /// What is wrong with devices' rows, by table and id.
    pub findings: BTreeMap<(&'static str, u32), String>,
    /// Devices with live files and without a row: the endings of the files.
    pub stale: Vec<(DeviceKind, u32, String)>,
    /// What may not be read.
    pub closed: Vec<String>,
    /// How many devices there are.
    pub devices: usize,
    /// Rows of configfiles with several expressions: what stands around them.
    pub several: Vec<Vec<String>>,
}

impl Looked {
    /// Takes over what one kind of device came to.
    fn take(&mut self, kind: DeviceKind, batch: &Batch) {
        self.devices += batch.devices.len();
        for (id, part) in &batch.stale {
            let end = part.extension();
            match self.stale.last_mut() {
                Some((k, last, ends)) if *k == kind && last == id => {
                    *ends = format!("{ends},{end}");
                }
                _ => self.stale.push((kind, *id, end.into())),
            }
        }
        for finding in batch.made.findings.sorted() {
            if finding.table != "configfile" {
                let row = (finding.table, finding.id);
                self.findings.entry(row).or_insert(finding.to_string());
            }
        }
    }
}

/// The rows of configfiles that have several expressions, as the pieces of
/// text around those.
fn several(shared: &Shared) -> Vec<Vec<String>> {
    let texts = shared.configfiles.iter().filter_map(|row| row.text.as_ref());
    let mut out = Vec::new();
    for text in texts {
        for line in String::from_utf8_lossy(text).lines() {
            if line.matches('{').count() < 2 {
                continue;
            }
            let pieces = line.split('{').enumerate().map(|(at, piece)| {
                let text = match piece.split_once('}') {
                    Some((_, text)) if at > 0 => text,
                    _ => piece,
                };
                text.trim().to_string()
            });
            out.push(pieces.collect());
        }
    }
    out
}

/// Renders and encodes all devices and has `see` told of each file.
///
/// # Errors
/// The database cannot be read.
pub fn run(context: &Context<'_>, see: &See<'_>) -> anyhow::Result<Looked> {
    let mut db = context.database()?;
    let modules = Modules::find(&*db, &context.settings)?;
    let site = site(context, &mut *db)?;
    let tftp = Tftp::open(context);
    let args = Selection { full: true, ..Selection::default() };
    let mut kinds = directories(context, &tftp, modules, &args);
    let (shared, listed) = while_listing(&mut kinds, || {
        load::texts::shared(&mut *db, &site, modules)
    });
    let shared = shared?;
    let mut closed = Vec::new();
    if let Err(error) = listed {
        closed.push(error.to_string());
    }
    let (key, key_is_known) = match tftp.key(context, site.role) {
        Ok((key, _)) => (key, true),
        Err(error) => {
            closed.push(format!("{error:#}: message integrity checks"));
            (Vec::new(), false)
        }
    };
    let unreadable = tftp.unreadable_images(&shared);
    let chains = contents::chains(&shared);
    let shop = Shop {
        context,
        news_only: false,
        tftp: &tftp,
        shared: &shared,
        key: &key,
        unreadable: &unreadable,
        chains: &chains,
        observer: Some(Observer { see, key_is_known }),
    };
    let mut looked = Looked {
        findings: BTreeMap::new(),
        stale: Vec::new(),
        closed,
        devices: 0,
        several: several(&shared),
    };
    shop.open(&mut |inputs| {
        for (kind, dir) in kinds.drain(..) {
            let place = (kind, dir);
            let made = batch(context, &mut *db, &shared, inputs, place, &args)?;
            looked.take(kind, &made);
        }
        Ok(())
    })?;
    Ok(looked)
}

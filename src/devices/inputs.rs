//! What all devices of a run are made with.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::devices::cache::SharedInputs;
use crate::devices::observer::Observer;
use crate::devices::tftp_dir::Tftp;
use crate::devices::worker;
use crate::docsis::check::rules::Allow;
use crate::docsis::mib::dirs::{MibDirs, MibNotes, fingerprint};
use crate::docsis::{Hash, Mib};
use crate::model::texts::Shared;
use crate::render::device::{Texts, is_plain_name};
use crate::system::stamp;

/// What the workers' inputs are made of.
pub(super) struct Shop<'a> {
    pub(super) context: &'a Context<'a>,
    /// True if only what is new is told.
    pub(super) news_only: bool,
    pub(super) tftp: &'a Tftp,
    pub(super) shared: &'a Shared,
    pub(super) key: &'a [u8],
    /// Firmware images that are there and cannot be read.
    pub(super) unreadable: &'a BTreeSet<String>,
    /// The texts that the devices of each configfile are made of.
    pub(super) chains: &'a HashMap<u32, Vec<u32>>,
    /// Who compares instead of making.
    pub(super) observer: Option<Observer<'a>>,
}

impl Shop<'_> {
    /// Makes the inputs and does the work with them.
    pub(super) fn open(
        &self,
        work: &mut dyn FnMut(&worker::Inputs<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Self { context, tftp, shared, key, unreadable, chains, .. } = self;
        let mut texts = Texts::new(shared, |name| tftp.firmware(name));
        texts.stall(unreadable);
        let plans = tftp.dial_plans(shared);
        let told = Arc::new(MibNotes::default());
        let directories = context.settings.paths("PROVHA__MIB_DIRS");
        let mibs = fingerprint(&directories, true);
        let mib = Mib::with_loader(Box::new(MibDirs {
            directories,
            system: true,
            told: Arc::clone(&told),
        }));
        let names = context.settings.text("PROVHA__CODEC_ALLOW");
        let allow = Allow::parse(&names.to_ascii_lowercase())
            .map_err(|name| anyhow::anyhow!("'{name}' is not a rule"))?;
        let hash = match context.settings.text("PROVHA__MTA_HASH") {
            "na" => Hash::Na,
            "none" => Hash::None,
            _ => Hash::Eu,
        };
        work(&worker::Inputs {
            texts: &texts,
            key,
            hash,
            plans: &plans,
            files: *tftp,
            reads: &tftp.reads,
            digest: digest(
                shared,
                tftp,
                (key, context.settings.text("PROVHA__CONF_MODE")),
                (hash, allow, mibs),
                &plans,
            ),
            mib: &mib,
            allow,
            chains,
            chain_rows: &chain_rows(shared),
            news_only: self.news_only,
            observer: self.observer.as_ref(),
            wants_diff: context.options.diff,
            shown: &context.shown,
            wants_notes: context.console.is_verbose(),
        })?;
        for text in told.take() {
            context.console.warning(&text);
        }
        Ok(())
    }
}

/// A hash of the configfile rows that the texts of each configfile's devices
/// are made of.
fn chain_rows(shared: &Shared) -> HashMap<u32, u64> {
    let parents = parents(shared);
    let rows: HashMap<u32, String> = shared
        .configfiles
        .iter()
        .map(|row| (row.id, format!("{row:?}")))
        .collect();
    let hash = |id: &u32| {
        let mut chain = BTreeSet::new();
        ancestors(*id, &parents, &mut chain);
        let mut hash = DefaultHasher::new();
        for id in &chain {
            (id, rows.get(id)).hash(&mut hash);
        }
        hash.finish()
    };
    rows.keys().map(|id| (*id, hash(id))).collect()
}

/// Digests of what all devices share: their rows, the files on disk that go
/// into texts and binaries, and this program itself.
fn digest(
    shared: &Shared,
    tftp: &Tftp,
    (key, mode): (&[u8], &str),
    making: (Hash, Allow, u64),
    plans: &BTreeMap<u32, Result<Vec<u8>, String>>,
) -> SharedInputs {
    let program = stamp::stamp_of(Path::new("/proc/self/exe"));
    let program = std::fs::metadata("/proc/self/exe")
        .map_or(program, |meta| stamp::stamp(&meta));
    let images: Vec<_> = shared
        .configfiles
        .iter()
        .filter(|row| is_plain_name(&row.firmware))
        .map(|row| (row.id, tftp.firmware(&row.firmware)))
        .collect();
    let mut rows = Sha256::new();
    shared.digest(&mut rows);
    rows.update(format!("{images:?}"));
    let mut binaries = Sha256::new();
    binaries.update(program.to_le_bytes());
    binaries.update(env!("CARGO_PKG_VERSION"));
    binaries.update(format!("{key:?} {mode} {making:?} {plans:?}"));
    SharedInputs {
        rows: rows.finalize().into(),
        making: binaries.finalize().into(),
    }
}

/// The parent of each configfile.
pub(super) fn parents(shared: &Shared) -> BTreeMap<u32, Option<u32>> {
    shared.configfiles.iter().map(|row| (row.id, row.parent_id)).collect()
}

/// Adds a configfile, its parent, the parent's, and so on.
pub(super) fn ancestors(
    id: u32,
    parents: &BTreeMap<u32, Option<u32>>,
    out: &mut BTreeSet<u32>,
) {
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| out.insert(*id)) {
        next = parents.get(&id).copied().flatten();
    }
}

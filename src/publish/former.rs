//! Former contents of a directory set, staged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::publish::directory_set::{DirectorySet, SetRules, Staged};
use crate::render::sink::Sink;
use crate::system::files;

/// Contents by name; None: there was no such file.
pub type Contents = BTreeMap<String, Option<Vec<u8>>>;

/// Stages former contents of a set; None when they are live. What `contents`
/// does not name stays as it is.
pub fn stage(
    rules: SetRules,
    work: PathBuf,
    contents: &Contents,
) -> anyhow::Result<Option<Staged>> {
    if contents.is_empty() {
        return Ok(None);
    }
    let live = rules.live.clone();
    let mut names: BTreeSet<String> = files::walk(&live)?
        .into_iter()
        .filter(|name| (rules.is_ours)(name))
        .collect();
    names.extend(contents.keys().cloned());
    let mut stage = DirectorySet::begin(rules, work)?;
    for name in names {
        match contents.get(&name) {
            Some(None) => {}
            Some(Some(bytes)) => {
                stage.file(&name, &mut |out| Ok(out.write_all(bytes)?))?;
            }
            None => stage.file(&name, &mut |out| {
                let (mut file, _) = files::open(&live.join(&name))?;
                let _ = std::io::copy(&mut file, out)?;
                Ok(())
            })?,
        }
    }
    Ok(stage.finish()?)
}

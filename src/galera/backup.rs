//! A copy of the master's data before they are touched: made here, or shown.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cluster::remote::quoted;
use crate::context::Context;
use crate::exit::Stop;
use crate::galera::steps::Hand;

/// What a complete dump ends with (mariadb-dump(1), --dump-date).
const END: &str = "-- Dump completed";
/// How old a dump that is shown may be.
const OLDEST: Duration = Duration::from_secs(24 * 3600);

/// A dump that was made before and is good.
///
/// # Errors
/// Exit 3: it is not there, old, or not complete.
pub fn check(path: &Path) -> anyhow::Result<()> {
    let refused = |why: String| {
        let text = format!("{} does not prove a backup: {why}", path.display());
        let hint = "mariadb-dump --all-databases --single-transaction, at most \
                    a day old";
        Stop::refused(text).hint(hint)
    };
    let meta = std::fs::metadata(path).map_err(|e| refused(e.to_string()))?;
    let age = meta.modified().ok().and_then(|time| time.elapsed().ok());
    if age.is_some_and(|age| age > OLDEST) {
        return Err(refused("it is older than a day".into()).into());
    }
    let end = tail(path).map_err(|error| refused(error.to_string()))?;
    if !end.contains(END) {
        let why = format!("it does not end with '{END}'");
        return Err(refused(why).into());
    }
    Ok(())
}

/// The last octets of a file.
fn tail(path: &Path) -> std::io::Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    let _ = file.seek(SeekFrom::Start(length.saturating_sub(256)))?;
    let mut bytes = Vec::new();
    file.take(256).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The newest good dump of an earlier run.
pub fn earlier(context: &Context<'_>) -> Option<PathBuf> {
    let dir = context.settings.path("PROVHA__GALERA_BACKUP_DIR");
    let names = std::fs::read_dir(dir).ok()?.flatten();
    let mut paths: Vec<PathBuf> = names
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "sql"))
        .collect();
    paths.sort();
    paths.into_iter().rev().find(|path| check(path).is_ok())
}

/// Makes a dump on this machine; where.
///
/// # Errors
/// It could not be made; why.
pub fn make(
    context: &Context<'_>,
    hand: &Hand<'_>,
    own: usize,
) -> Result<PathBuf, String> {
    let dir = context.settings.path("PROVHA__GALERA_BACKUP_DIR");
    let path = dir.join(format!("before-galera-{}.sql", hand.stamp));
    let command = context.settings.text("PROVHA__GALERA_BACKUP");
    let script = format!(
        "umask 077\nmkdir -p {dir} || exit 1\n{command} >{part} || exit 1\n\
         sync {part}; mv {part} {path}\n",
        dir = quoted(&dir.display().to_string()),
        part = quoted(&format!("{}.part", path.display())),
        path = quoted(&path.display().to_string()),
    );
    hand.run(own, &script)?;
    check(&path).map_err(|error| error.to_string())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_dump_must_be_complete() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.sql");
        assert!(check(&path).is_err());
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(b"CREATE TABLE x;\n").unwrap();
        let why = check(&path).unwrap_err().to_string();
        assert!(why.contains("does not end with"), "{why}");
        file.write_all(b"-- Dump completed on 2026-11-30\n").unwrap();
        check(&path).unwrap();
    }
}

//! What was done to the cluster, step by step: a line before and after each,
//! on the disk before the next one. A later run reads from it where an
//! interrupted one stood; what is to be done is decided by the nodes alone.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::system::files;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When, with the zone.
    pub time: String,
    /// The run.
    pub run: u64,
    /// begin, step, done, failed, end.
    pub what: String,
    /// What was, or is, done; why it failed.
    pub text: String,
}

/// The journal of one run.
pub struct Journal {
    file: File,
    run: u64,
}

/// Where it lies.
pub fn path(settings: &Settings) -> PathBuf {
    settings.path("PROVHA__STATE_DIR").join("cluster.log")
}

impl Journal {
    /// Begins a run.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(
        settings: &Settings,
        run: u64,
        text: &str,
    ) -> anyhow::Result<Self> {
        let path = path(settings);
        if let Some(dir) = path.parent() {
            files::make_dirs(dir)?;
        }
        let mut options = OpenOptions::new();
        let options = options.create(true).append(true).mode(0o600);
        let file = options.open(&path).map_err(|source| files::FileError {
            doing: "open",
            path: path.clone(),
            source,
        })?;
        let mut journal = Self { file, run };
        journal.line("begin", text)?;
        Ok(journal)
    }

    /// Writes a line to the disk.
    pub fn line(&mut self, what: &str, text: &str) -> anyhow::Result<()> {
        let line = Line {
            time: jiff::Zoned::now().strftime("%F %T %:z").to_string(),
            run: self.run,
            what: what.into(),
            text: text.into(),
        };
        let text = serde_json::to_string(&line)? + "\n";
        self.file.write_all(text.as_bytes())?;
        Ok(self.file.sync_data()?)
    }
}

/// The last step of a run that did not end, if the last run did not.
pub fn interrupted(path: &Path) -> Option<Line> {
    let text = files::read_text(path).ok()?;
    let lines = text.lines().rev().take(1000);
    let mut lines = lines.filter_map(|l| serde_json::from_str::<Line>(l).ok());
    let last = lines.next()?;
    (last.what != "end").then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_an_end_was_interrupted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        assert_eq!(interrupted(&path), None);
        let line = |what: &str, text: &str| {
            format!(
                "{{\"time\":\"t\",\"run\":7,\"what\":\"{what}\",\
                 \"text\":\"{text}\"}}\n"
            )
        };
        let put = |text: String| {
            let mut file = File::create(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        put(line("begin", "x") + &line("step", "n1: bootstrap") + "{torn");
        let last = interrupted(&path).unwrap();
        assert_eq!(last.text, "n1: bootstrap");
        put(line("begin", "x") + &line("end", "done"));
        assert_eq!(interrupted(&path), None);
    }
}

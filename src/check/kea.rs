//! `kea-dhcp6 -t`.

use std::path::Path;
use std::time::Duration;

use crate::check::{self, Verdict};

/// Asks Kea's DHCPv6 server whether it accepts a configuration.
///
/// # Errors
/// As those of [`check::run`].
pub fn dhcp6(
    program: &str,
    conf: &Path,
    timeout: Duration,
) -> anyhow::Result<Verdict> {
    let dir = conf.parent().unwrap_or(Path::new("/"));
    let file = conf.to_string_lossy();
    check::run(program, &["-t", &file], dir, timeout)
}

/// What it complains about, without its log lines.
pub fn essence(output: &str) -> String {
    let words = ["Syntax check failed with: ", "Error encountered: "];
    let told = |line: &str| {
        let mut all = words.iter();
        all.find_map(|word| line.trim().strip_prefix(word).map(str::to_string))
    };
    let found: Vec<String> = output.lines().filter_map(told).collect();
    match found.is_empty() {
        true => output.trim().to_string(),
        false => found.join("\n  "),
    }
}

/// Whether it was not allowed to read the configuration.
pub fn may_not_read(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(output)
        if output.contains("Unable to open file")
            || output.contains("Permission denied"))
}

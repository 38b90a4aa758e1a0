//! `named-checkconf -z` on what is to become named's configuration.

use std::path::Path;
use std::time::Duration;

use crate::check::Verdict;

/// Checks a configuration and test-loads its zones.
///
/// # Errors
/// As those of [`crate::check::run`].
pub fn named(
    program: &str,
    conf: &Path,
    timeout: Duration,
) -> anyhow::Result<Verdict> {
    let dir = conf.parent().unwrap_or(Path::new("/"));
    crate::check::run(program, &["-z", &conf.to_string_lossy()], dir, timeout)
}

/// What the checker complained about, without what it was content with.
pub fn essence(output: &str) -> String {
    let complaints = output
        .lines()
        .filter(|line| !line.contains(": loaded serial "))
        .take(20);
    complaints.collect::<Vec<_>>().join("\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_that_load_are_no_complaints() {
        let output = "zone a/IN: loaded serial 1\nzone b/IN: has no NS\n";
        assert_eq!(essence(output), "zone b/IN: has no NS");
    }
}

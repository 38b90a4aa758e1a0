//! `chronyd -p` on what is to become a part of chrony's configuration.

use std::path::Path;
use std::time::Duration;

use crate::check::Verdict;

/// Has chronyd read the file and say what it understood.
///
/// # Errors
/// As those of [`crate::check::run`].
pub fn chrony(
    program: &str,
    conf: &Path,
    timeout: Duration,
) -> anyhow::Result<Verdict> {
    let dir = conf.parent().unwrap_or(Path::new("/"));
    crate::check::run(
        program,
        &["-p", "-f", &conf.to_string_lossy()],
        dir,
        timeout,
    )
}

/// Whether chrony's main configuration reads the file: by its path, by a
/// pattern in its directory, or by the directory.
pub fn is_included(main: &str, part: &Path) -> bool {
    let dir = part.parent().unwrap_or(Path::new("/"));
    main.lines().any(|line| {
        let mut words = line.split_whitespace();
        let word = words.next().unwrap_or_default().to_ascii_lowercase();
        words.any(|path| match word.as_str() {
            "include" => {
                let path = Path::new(path);
                let pattern = path.to_string_lossy().contains(['*', '?']);
                path == part || pattern && path.parent() == Some(dir)
            }
            "confdir" => Path::new(path) == dir,
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_included_by_its_path_or_its_directory() {
        let check = |main: &str, expected: bool| {
            let part = Path::new("/etc/chrony.d/nmsprime.conf");
            assert_eq!(is_included(main, part), expected, "{main}");
        };
        check("pool x\ninclude /etc/chrony.d/*.conf\n", true);
        check("confdir /etc/chrony/conf.d /etc/chrony.d", true);
        check("Include /etc/chrony.d/nmsprime.conf", true);
        check("#include /etc/chrony.d/*.conf", false);
        check("include /etc/chrony.d/other.conf", false);
        check("sourcedir /etc/chrony.d", false);
    }
}

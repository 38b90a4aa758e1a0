//! File systems on which no run can write.

use crate::status::codes::NO_ROOM;
use crate::status::{Check, State};

/// What is wrong with a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Less than a megabyte is left, or no file can be made.
    Full,
    /// It is mounted read-only.
    ReadOnly,
}

/// The check of directories that runs write to; None where all is well.
pub fn check(found: &[(String, Trouble)]) -> Option<Check> {
    let words = |trouble: &Trouble| match trouble {
        Trouble::Full => "is full",
        Trouble::ReadOnly => "is read-only",
    };
    let told: Vec<String> = found
        .iter()
        .map(|(dir, trouble)| format!("{dir} {}", words(trouble)))
        .collect();
    (!told.is_empty()).then(|| {
        Check::wrong(&NO_ROOM, State::Critical, told.join("; ")).hint(
            "no run can make or note anything there: make room, or mount it \
             writable and see why it was not",
        )
    })
}

/// What the numbers of a file system mean.
pub fn judge(
    read_only: bool,
    free_octets: u64,
    (free_files, files): (u64, u64),
) -> Option<Trouble> {
    const LEAST: u64 = 1 << 20;
    // Some file systems count no files at all.
    let no_files = files > 0 && free_files == 0;
    match (read_only, free_octets < LEAST || no_files) {
        (true, _) => Some(Trouble::ReadOnly),
        (false, true) => Some(Trouble::Full),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_read_only_are_told() {
        assert_eq!(judge(false, 1 << 30, (5, 9)), None);
        assert_eq!(judge(false, 1 << 30, (0, 0)), None);
        assert_eq!(judge(false, 1 << 30, (0, 9)), Some(Trouble::Full));
        assert_eq!(judge(false, 4096, (5, 9)), Some(Trouble::Full));
        assert_eq!(judge(true, 1 << 30, (5, 9)), Some(Trouble::ReadOnly));
        assert!(check(&[]).is_none());
        let told = [
            ("/var/lib/provha".to_string(), Trouble::Full),
            ("/tftpboot".to_string(), Trouble::ReadOnly),
        ];
        let check = check(&told).unwrap();
        assert_eq!(check.state, State::Critical);
        let text = "/var/lib/provha is full; /tftpboot is read-only";
        assert_eq!(check.text, text);
    }
}

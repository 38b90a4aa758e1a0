//! What `gluster` says, apart: pure.

/// A volume, out of `gluster volume info`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Info {
    /// Whether it is started.
    pub started: bool,
    /// Its copies in order; true: the arbiter's.
    pub bricks: Vec<(String, bool)>,
}

/// Reads `gluster volume info`.
pub fn info(told: &str) -> Info {
    let mut info = Info::default();
    for (key, value) in told.lines().filter_map(|line| line.split_once(": ")) {
        let number = key.strip_prefix("Brick").map(str::parse::<u32>);
        match (key, number) {
            ("Status", _) => info.started = value.trim() == "Started",
            (_, Some(Ok(_))) => info.bricks.push(
                match value.trim().strip_suffix(" (arbiter)") {
                    Some(brick) => (brick.into(), true),
                    None => (value.trim().into(), false),
                },
            ),
            _ => {}
        }
    }
    info
}

/// Another node, out of `gluster peer status`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its names: the one it was found by first.
    pub names: Vec<String>,
    /// Whether it belongs to the pool, and is connected.
    pub connected: bool,
    /// In `gluster`'s words.
    pub state: String,
}

/// Reads `gluster peer status`.
pub fn peers(told: &str) -> Vec<Peer> {
    let mut all: Vec<Peer> = Vec::new();
    let mut others = false;
    for line in told.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("Hostname: ") {
            let names = vec![name.to_string()];
            all.push(Peer { names, ..Peer::default() });
            others = false;
            continue;
        }
        let Some(peer) = all.last_mut() else { continue };
        if let Some(state) = line.strip_prefix("State: ") {
            peer.connected = state == "Peer in Cluster (Connected)";
            peer.state = state.into();
        } else if line == "Other names:" {
            others = true;
        } else if others && !line.is_empty() && !line.contains(": ") {
            peer.names.push(line.into());
        }
    }
    all
}

/// What is to be healed on a copy, out of `gluster volume heal NAME info
/// summary`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Heal {
    /// The copy.
    pub brick: String,
    /// Whether its process answers.
    pub online: bool,
    /// Entries that wait; None: it does not answer.
    pub pending: Option<u64>,
    /// Entries of which there are two histories.
    pub split: Option<u64>,
}

/// Reads `gluster volume heal NAME info summary`.
pub fn heal(told: &str) -> Vec<Heal> {
    let mut all: Vec<Heal> = Vec::new();
    for line in told.lines().map(str::trim) {
        if let Some(brick) = line.strip_prefix("Brick ") {
            all.push(Heal { brick: brick.into(), ..Heal::default() });
            continue;
        }
        let Some(heal) = all.last_mut() else { continue };
        let Some((key, value)) = line.split_once(": ") else { continue };
        match key {
            "Status" => heal.online = value == "Connected",
            "Total Number of entries" => heal.pending = value.parse().ok(),
            "Number of entries in split-brain" => {
                heal.split = value.parse().ok();
            }
            _ => {}
        }
    }
    all
}

/// What is mounted on a directory, out of /proc/mounts: source and type.
/// Later lines cover earlier ones.
pub fn mounted(mounts: &str, dir: &str) -> Option<(String, String)> {
    let plain = |word: &str| word.replace("\\040", " ").replace("\\134", "\\");
    let line = |line: &str| {
        let mut words = line.split(' ');
        let (source, on, kind) = (words.next()?, words.next()?, words.next()?);
        (plain(on) == dir).then(|| (plain(source), kind.to_string()))
    };
    mounts.lines().rev().find_map(line)
}

/// The table of file systems with this line for the directory: in place of its
/// former one, or at the end. None: it has it already.
///
/// # Errors
/// Another kind of file system stands there.
pub fn fstab(
    text: &str,
    dir: &str,
    line: &str,
) -> Result<Option<String>, String> {
    let mut out = String::new();
    let mut there = false;
    for old in text.lines() {
        let words: Vec<&str> = old.split_whitespace().collect();
        let ours = !old.trim_start().starts_with('#')
            && words.get(1).is_some_and(|on| *on == dir);
        if ours && words.get(2) != Some(&"glusterfs") {
            return Err(old.into());
        }
        if ours && there {
            continue;
        }
        out += if ours { line } else { old };
        out.push('\n');
        there |= ours;
    }
    if !there {
        out += line;
        out.push('\n');
    }
    Ok((out != text).then_some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_read() {
        let told = " \nVolume Name: nms\nType: Replicate\nStatus: Started\n\
            Number of Bricks: 1 x (2 + 1) = 3\nBricks:\n\
            Brick1: 192.0.2.21:/b\nBrick2: 192.0.2.22:/b\n\
            Brick3: 192.0.2.23:/b (arbiter)\nOptions Reconfigured:\n\
            cluster.granular-entry-heal: on\n";
        let info = info(told);
        assert!(info.started);
        let brick = |text: &str, arbiter| (text.to_string(), arbiter);
        assert_eq!(
            info.bricks,
            [
                brick("192.0.2.21:/b", false),
                brick("192.0.2.22:/b", false),
                brick("192.0.2.23:/b", true)
            ]
        );
    }

    #[test]
    fn peers_are_read() {
        let told = "Number of Peers: 2\n\nHostname: 192.0.2.22\nUuid: 4e09\n\
            State: Peer in Cluster (Connected)\nOther names:\nn2\n\n\
            Hostname: n3\nUuid: 880a\nState: Peer in Cluster \
            (Disconnected)\n";
        let all = peers(told);
        assert_eq!(all[0].names, ["192.0.2.22", "n2"]);
        assert!(all[0].connected);
        assert_eq!((all[1].names.len(), all[1].connected), (1, false));
        assert!(peers("Number of Peers: 0\n").is_empty());
    }

    #[test]
    fn what_is_to_be_healed_is_read() {
        let told = "Brick a:/b\nStatus: Connected\nTotal Number of entries: 4\n\
            Number of entries in heal pending: 3\n\
            Number of entries in split-brain: 1\n\
            Number of entries possibly healing: 0\n\n\
            Brick c:/b\nStatus: Transport endpoint is not connected\n\
            Total Number of entries: -\n\
            Number of entries in split-brain: -\n";
        let all = heal(told);
        assert_eq!((all[0].pending, all[0].split), (Some(4), Some(1)));
        assert!(all[0].online && !all[1].online);
        assert_eq!((all[1].pending, all[1].split), (None, None));
    }

    #[test]
    fn the_uppermost_mount_counts() {
        let mounts = "/dev/x / ext4 rw 0 0\nn1:/nms /srv/a\\040b fuse.glusterfs \
            rw 0 0\n";
        let found = mounted(mounts, "/srv/a b");
        assert_eq!(found, Some(("n1:/nms".into(), "fuse.glusterfs".into())));
        assert_eq!(mounted(mounts, "/srv"), None);
    }

    #[test]
    fn a_table_has_one_line_for_it() {
        let line = "a:/v /srv/x glusterfs defaults 0 0";
        let other = "UUID=1 / ext4 defaults 0 1\n";
        let new = fstab(other, "/srv/x", line).unwrap().unwrap();
        assert_eq!(new, format!("{other}{line}\n"));
        assert_eq!(fstab(&new, "/srv/x", line), Ok(None));
        let old = "b:/v /srv/x glusterfs ro 0 0\nb:/v /srv/x glusterfs x 0 0\n";
        let mended = fstab(old, "/srv/x", line).unwrap().unwrap();
        assert_eq!(mended, format!("{line}\n"));
        assert!(fstab("x /srv/x nfs ro 0 0\n", "/srv/x", line).is_err());
    }
}

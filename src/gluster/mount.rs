//! `cluster fs mount`: the directory of this node becomes the volume. What was
//! in it is kept in an archive first, and the first node's is brought back.

use std::fmt::Write as _;

use crate::cluster::remote::quoted;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::gluster::Volume;
use crate::gluster::facts;
use crate::gluster::step::{self, Step};
use crate::system::files;

/// The command.
const COMMAND: &str = "cluster fs mount";
/// The table of file systems.
const FSTAB: &str = "/etc/fstab";
/// Beside an archive whose files are still to be brought into the volume.
const OWED: &str = ".owed";
/// What FUSE calls such a file system.
pub const KIND: &str = "fuse.glusterfs";

/// Runs the command.
///
/// # Errors
/// Exit 3: no started volume, something else is mounted there, or `--yes` is
/// missing. Exit 1, 5: it failed.
pub fn run(context: &Context<'_>, yes: bool) -> anyhow::Result<Exit> {
    let volume = Volume::find(context)?;
    let _lock = step::lock(context, COMMAND, yes)?;
    if !volume.info()?.is_some_and(|info| info.started) {
        let text = format!("volume {} is not started", volume.name);
        let hint = format!(
            "provha cluster fs volume --yes, on {}",
            volume.nodes[0].name
        );
        return Err(Stop::refused(text).hint(hint).into());
    }
    let steps = steps(&volume)?;
    step::all(&volume, COMMAND, &steps, yes, &|| match mounted(&volume) {
        Some((_, kind)) if kind == KIND => Ok(()),
        _ => Err(format!("{} is not the volume", volume.dir.display())),
    })
}

/// What is mounted on the directory.
pub fn mounted(volume: &Volume<'_>) -> Option<(String, String)> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    facts::mounted(&mounts, &volume.dir.display().to_string())
}

/// The line of the table: this node's own glusterd tells where the copies are,
/// or else another one.
pub fn line(volume: &Volume<'_>) -> String {
    let own = &volume.nodes[volume.own];
    let others: Vec<String> = volume
        .nodes
        .iter()
        .filter(|node| !node.own)
        .map(|node| node.address.to_string())
        .collect();
    format!(
        "{}:/{} {} glusterfs defaults,_netdev,x-systemd.automount,\
         backup-volfile-servers={} 0 0",
        own.address,
        volume.name,
        volume.dir.display(),
        others.join(":")
    )
}

/// What is still to be done.
fn steps(volume: &Volume<'_>) -> anyhow::Result<Vec<Step>> {
    let dir = volume.dir.display().to_string();
    let refused = |text: String| {
        let hint = "unmount it and take it out of /etc/fstab, or set another \
                    PROVHA__FS_DIR";
        Stop::refused(text).hint(hint)
    };
    let is_mounted = match mounted(volume) {
        None => false,
        // What systemd mounts at the first look at it.
        Some((_, kind)) if kind == "autofs" => false,
        Some((source, kind)) if kind == KIND => {
            if !source.ends_with(&format!(":/{}", volume.name)) {
                let text = format!("{source} is mounted on {dir}");
                return Err(refused(text).into());
            }
            true
        }
        Some((source, kind)) => {
            let text = format!("{source} ({kind}) is mounted on {dir}");
            return Err(refused(text).into());
        }
    };
    let fstab =
        facts::fstab(&table()?, &dir, &line(volume)).map_err(|old| {
            refused(format!("{FSTAB} has another file system on {dir}: {old}"))
        })?;
    let mut steps = Vec::new();
    let archive = archive(volume);
    let full = !is_mounted && !is_empty(volume)?;
    let owed = is_mounted.then(|| owed(volume)).flatten();
    if full {
        steps.push(keep(volume, &archive));
    }
    if let Some(text) = fstab {
        steps.push(Step::new(
            format!("the line of {dir} in {FSTAB}"),
            write_table(&text),
        ));
    }
    if !is_mounted {
        let mount = volume.context.settings.text("PROVHA__FS_MOUNT");
        let mount = mount.replace("%d", &quoted(&dir));
        let script = format!("mkdir -p {} && {mount}", quoted(&dir));
        steps.push(Step::new(format!("mount {dir}"), script));
    }
    let archive = owed.or((full && volume.own == 0).then_some(archive));
    if let Some(archive) = archive {
        steps.push(bring(volume, &archive));
    }
    Ok(steps)
}

/// The table of file systems. One that cannot be read is not an empty one: the
/// new table would hold nothing but our line.
fn table() -> anyhow::Result<String> {
    match files::read_text(FSTAB.as_ref()) {
        Ok(text) => Ok(text),
        Err(error) if files::is_missing(&error) => Ok(String::new()),
        Err(error) => {
            let hint = "nothing was changed: a new table would lose its lines";
            Err(Stop::refused(error.to_string()).hint(hint).into())
        }
    }
}

/// Whether the directory has nothing in it, or is not there.
fn is_empty(volume: &Volume<'_>) -> anyhow::Result<bool> {
    match std::fs::read_dir(&volume.dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => {
            let text = format!("{}: {error}", volume.dir.display());
            Err(Stop::refused(text).into())
        }
    }
}

/// Where the archive of what was there goes.
fn archive(volume: &Volume<'_>) -> String {
    let settings = &volume.context.settings;
    let dir = settings.path("PROVHA__GALERA_BACKUP_DIR");
    let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S");
    let name = format!("before-volume-{stamp}.tar");
    dir.join(name).display().to_string()
}

/// An archive that a run which was killed has not brought back.
fn owed(volume: &Volume<'_>) -> Option<String> {
    let dir = volume.context.settings.path("PROVHA__GALERA_BACKUP_DIR");
    let names = std::fs::read_dir(dir).ok()?.flatten();
    let names = names.map(|entry| entry.path().display().to_string());
    let mut owed: Vec<String> = names
        .filter(|name| name.contains("/before-volume-"))
        .filter_map(|name| Some(name.strip_suffix(OWED)?.to_string()))
        .collect();
    owed.sort();
    owed.pop()
}

/// Keeps what is in the directory; it counts when it is there as a whole.
fn keep(volume: &Volume<'_>, archive: &str) -> Step {
    let dir = quoted(&volume.dir.display().to_string());
    let (part, whole) = (quoted(&format!("{archive}.part")), quoted(archive));
    let mut script = String::from("umask 077\n");
    let _ = writeln!(script, "mkdir -p \"$(dirname {whole})\" || exit 1");
    let _ = writeln!(script, "tar -C {dir} -cf {part} . || exit 1");
    // Against a copy that is not whole: tar compares it with the directory.
    let _ = writeln!(script, "tar -C {dir} -df {part} || exit 1");
    if volume.own == 0 {
        let _ = writeln!(script, ": >{whole}{OWED} || exit 1");
    }
    let _ = writeln!(script, "sync {part} && mv {part} {whole}");
    let words = format!("keep what is in {dir} as {archive}");
    Step::new(words, script)
}

/// Brings the first node's files into a volume that has none.
fn bring(volume: &Volume<'_>, archive: &str) -> Step {
    let dir = quoted(&volume.dir.display().to_string());
    let archive = quoted(archive);
    let script = format!(
        "if [ -n \"$(ls -A {dir})\" ]; then\n\
         \x20 echo \"the volume has files already: {archive} stays as it is\"\n\
         else\n\
         \x20 tar -C {dir} -xpf {archive} && tar -C {dir} -df {archive} || \
         exit 1\n\
         fi\n\
         rm -f \"$(dirname {archive})\"/before-volume-*{OWED}\n"
    );
    Step::new("bring its files into the volume, if that is empty", script)
}

/// Writes the table beside its place, then renames it.
fn write_table(text: &str) -> String {
    format!(
        "new=/etc/.provha-tmp.fstab\n\
         [ ! -e {FSTAB} ] || cp -p {FSTAB} $new || exit 1\n\
         printf '%s' {} >$new && sync $new && mv $new {FSTAB}\n",
        quoted(text)
    )
}

//! What dhcpd's unit starts it with: its lease file, option `-lf`, and its
//! configuration, option `-cf` (dhcpd(8)).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::Root;

/// A file that says how dhcpd is started cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct Unread {
    /// The file.
    pub path: PathBuf,
    /// Why.
    source: std::io::Error,
}

/// Where units are, the ones that win first (systemd.unit(5)).
const UNIT_DIRS: [&str; 3] =
    ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];
/// The files of options that the units of RHEL-likes and the init script of
/// Debian take, with the variable that holds them.
const OPTIONS: [(&str, &str); 2] = [
    ("/etc/sysconfig/dhcpd", "DHCPDARGS"),
    ("/etc/default/isc-dhcp-server", "OPTIONS"),
];

/// The configuration that dhcpd was built with.
pub const BUILT_IN: &str = "/etc/dhcp/dhcpd.conf";
/// The init script of Debian, its options, and its variable for the
/// configuration.
const INIT: &str = "/etc/init.d/isc-dhcp-server";
const DEFAULTS: &str = "/etc/default/isc-dhcp-server";
const CONF: &str = "DHCPDv4_CONF";

/// A file that something names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The absolute path on the machine.
    pub path: String,
    /// The file that says so.
    pub place: PathBuf,
}

/// A variable with options.
struct Variable {
    name: &'static str,
    value: String,
    place: PathBuf,
}

/// The lease file that the unit, or what the unit takes its options from,
/// names; None: the one that dhcpd was built with.
///
/// # Errors
/// One of them is there and cannot be read: nothing is known then.
pub fn find(root: &Root, unit: &str) -> Result<Option<Found>, Unread> {
    Ok(search("-lf", &units(root, unit)?, &variables(root)?))
}

/// The text of a file; None: it is not there.
fn text(root: &Root, path: &Path) -> Result<Option<String>, Unread> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match std::fs::read(root.at(path)) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(e) if matches!(e.kind(), NotFound | NotADirectory) => Ok(None),
        Err(source) => Err(Unread { path: path.into(), source }),
    }
}

/// The variables with options for dhcpd.
fn variables(root: &Root) -> Result<Vec<Variable>, Unread> {
    let mut all = Vec::new();
    for (path, name) in OPTIONS {
        let text = text(root, Path::new(path))?;
        if let Some(value) = text.and_then(|text| assigned(&text, name)) {
            all.push(Variable { name, value, place: path.into() });
        }
    }
    Ok(all)
}

/// The configuration that the unit, or Debian's init script, starts dhcpd
/// with; None: nothing here says how it is started, or it cannot be told.
///
/// # Errors
/// One of the files is there and cannot be read.
pub fn conf(root: &Root, unit: &str) -> Result<Option<Found>, Unread> {
    let (units, variables) = (units(root, unit)?, variables(root)?);
    if let Some(found) = search("-cf", &units, &variables) {
        return Ok(Some(found));
    }
    let built_in = |place: &Path| Found {
        path: BUILT_IN.into(),
        place: place.to_path_buf(),
    };
    if let Some((place, command)) = commands(&units).pop() {
        // What a variable of the command names cannot be told.
        return Ok((!command.contains("-cf")).then(|| built_in(place)));
    }
    if text(root, Path::new(INIT))?.is_none() {
        return Ok(None);
    }
    let text = text(root, Path::new(DEFAULTS))?.unwrap_or_default();
    let path = assigned(&text, CONF);
    let path = path.map(|path| path.trim().trim_matches(['"', '\'']).into());
    let path = path.filter(|path: &String| !path.is_empty());
    let place = PathBuf::from(DEFAULTS);
    Ok(Some(path.map_or(built_in(&place), |path| Found { path, place })))
}

/// The unit's file and then its drop-ins, in the order in which they count.
fn units(root: &Root, unit: &str) -> Result<Vec<(PathBuf, String)>, Unread> {
    let unit = unit.strip_suffix(".service").unwrap_or(unit);
    let mut out = Vec::new();
    for dir in UNIT_DIRS {
        let path = Path::new(dir).join(format!("{unit}.service"));
        if let Some(text) = text(root, &path)? {
            out.push((path, text));
            break;
        }
    }
    let mut more = BTreeMap::new();
    for dir in UNIT_DIRS.iter().rev() {
        let dir = Path::new(dir).join(format!("{unit}.service.d"));
        let entries = std::fs::read_dir(root.at(&dir)).into_iter().flatten();
        let names = entries.flatten().map(|entry| entry.file_name());
        let conf = |name: &std::ffi::OsString| {
            name.as_encoded_bytes().ends_with(b".conf")
        };
        more.extend(names.filter(conf).map(|n| (n.clone(), dir.join(n))));
    }
    for path in more.into_values() {
        let text = text(root, &path)?;
        out.extend(text.map(|text| (path, text)));
    }
    Ok(out)
}

/// The path after the last such option of the commands that start the unit;
/// where they have none, that of the variables.
fn search(
    option: &str,
    units: &[(PathBuf, String)],
    variables: &[Variable],
) -> Option<Found> {
    let of_command = |(place, command): &(&Path, String)| {
        last(option, command, place, variables)
    };
    let of_variable = |v: &Variable| last(option, &v.value, &v.place, &[]);
    let found = commands(units).iter().rev().find_map(of_command);
    found.or_else(|| variables.iter().rev().find_map(of_variable))
}

/// The commands that start the unit.
fn commands(units: &[(PathBuf, String)]) -> Vec<(&Path, String)> {
    let mut commands: Vec<(&Path, String)> = Vec::new();
    for (place, text) in units {
        for line in lines(text) {
            let Some((key, value)) = line.split_once('=') else { continue };
            if key.trim() != "ExecStart" {
                continue;
            }
            if value.trim().is_empty() {
                commands.clear();
            } else {
                commands.push((place, value.to_string()));
            }
        }
    }
    commands
}

/// The lines of a unit without comments, those that go on in one
/// (systemd.syntax(7)).
fn lines(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        match line.strip_suffix('\\') {
            Some(part) => open += &format!("{part} "),
            None => out.push(std::mem::take(&mut open) + line),
        }
    }
    out.push(open);
    out
}

/// The last value that a file of assignments gives to a variable.
fn assigned(text: &str, name: &str) -> Option<String> {
    let value = |line: String| {
        let line = line.trim().trim_start_matches("export ").to_string();
        let rest = line.strip_prefix(name)?.strip_prefix('=')?.to_string();
        Some(rest)
    };
    lines(text).into_iter().filter_map(value).next_back()
}

/// The path after the last such option of a command line; variables are
/// looked into where they stand.
fn last(
    option: &str,
    text: &str,
    place: &Path,
    variables: &[Variable],
) -> Option<Found> {
    let mut found = None;
    let bare = |word: &'_ str| -> String {
        word.trim_matches(['"', '\'', ';']).to_string()
    };
    let mut words = text.split_whitespace().map(bare);
    while let Some(word) = words.next() {
        if word == option {
            let path = words.next().unwrap_or_default();
            if path.starts_with('/') && !path.contains(['$', '%']) {
                found = Some(Found { path, place: place.to_path_buf() });
            }
        } else if let Some(name) = word.strip_prefix('$') {
            let name = name.trim_start_matches('{').trim_end_matches('}');
            let variable = variables.iter().find(|v| v.name == name);
            let inside =
                variable.and_then(|v| last(option, &v.value, &v.place, &[]));
            found = inside.or(found);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds the lease file below a root with these files; 'PATH in PLACE'.
    fn check(unit: &str, files: &[(&str, &str)], expected: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(Some(dir.path().to_path_buf()));
        for (path, text) in files {
            let path = root.at(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            crate::system::files::replace(&path, text.as_bytes(), 0o644)
                .unwrap();
        }
        let found = find(&root, unit)
            .unwrap()
            .map(|f| format!("{} in {}", f.path, f.place.display()));
        assert_eq!(found.as_deref(), expected, "{files:?}");
    }

    const LIB: &str = "/usr/lib/systemd/system/dhcpd.service";
    const ETC: &str = "/etc/systemd/system/dhcpd.service";
    const MORE: &str = "/etc/systemd/system/dhcpd.service.d/10-lf.conf";
    const ARGS: &str = "/etc/sysconfig/dhcpd";
    const START: &str = "[Service]\nExecStart=/usr/sbin/dhcpd -f -cf /etc/x";

    #[test]
    fn the_unit_of_etc_and_its_drop_ins_win() {
        let lib = format!("{START} -lf /lib -lf /lib2 $DHCPDARGS\n");
        let etc = format!("{START} \\\n  # no\n  -lf \"/etc/leases\"\n");
        check("dhcpd", &[], None);
        check("dhcpd", &[(LIB, START)], None);
        let of_lib = format!("/lib2 in {LIB}");
        check("dhcpd.service", &[(LIB, &lib)], Some(&of_lib));
        let of_etc = format!("/etc/leases in {ETC}");
        check("dhcpd", &[(LIB, &lib), (ETC, &etc)], Some(&of_etc));
        let more = format!("[Service]\nExecStart=\n{}", &START[10..]);
        let with = format!("{more} -lf /more\n");
        let of_more = format!("/more in {MORE}");
        check("dhcpd", &[(ETC, &etc), (MORE, &with)], Some(&of_more));
        check("dhcpd", &[(ETC, &etc), (MORE, &more)], None);
        let other = "[Service]\nNice=-5\n";
        check("dhcpd", &[(ETC, &etc), (MORE, other)], Some(&of_etc));
        check("other", &[(ETC, &etc), (MORE, &with)], None);
    }

    #[test]
    fn the_configuration_is_what_the_unit_or_the_init_script_starts_with() {
        let check = |files: &[(&str, &str)], expected: Option<&str>| {
            let dir = tempfile::tempdir().unwrap();
            let root = Root::new(Some(dir.path().to_path_buf()));
            for (path, text) in files {
                let path = root.at(path);
                crate::system::files::make_dirs(path.parent().unwrap())
                    .unwrap();
                crate::system::files::replace(&path, text.as_bytes(), 0o644)
                    .unwrap();
            }
            let found = conf(&root, "dhcpd").unwrap().map(|found| found.path);
            assert_eq!(found.as_deref(), expected, "{files:?}");
        };
        check(&[], None);
        check(&[(LIB, START)], Some("/etc/x"));
        let bare = "[Service]\nExecStart=/usr/sbin/dhcpd -f\n";
        check(&[(LIB, bare)], Some(BUILT_IN));
        let more = "[Service]\nExecStart=\nExecStart=dhcpd -cf /etc/y\n";
        check(&[(LIB, START), (MORE, more)], Some("/etc/y"));
        let shell = "[Service]\nExecStart=/bin/sh -c 'dhcpd -cf $FILE'\n";
        check(&[(LIB, shell)], None);
        check(&[(INIT, "")], Some(BUILT_IN));
        let ours = (DEFAULTS, "#DHCPDv4_CONF=/x\nDHCPDv4_CONF=\"/etc/z\"\n");
        check(&[(INIT, ""), ours], Some("/etc/z"));
        let options = (DEFAULTS, "DHCPDv4_CONF=/z\nOPTIONS=\"-cf /etc/o\"\n");
        check(&[(INIT, ""), options], Some("/etc/o"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_taken_for_absent() {
        for path in [LIB, MORE, ARGS] {
            let dir = tempfile::tempdir().unwrap();
            let root = Root::new(Some(dir.path().to_path_buf()));
            // Root may read all files, but no directory as one.
            std::fs::create_dir_all(root.at(path)).unwrap();
            let why = find(&root, "dhcpd").unwrap_err().to_string();
            assert!(why.starts_with(&format!("cannot read {path}")), "{why}");
            assert!(conf(&root, "dhcpd").is_err());
        }
    }

    #[test]
    fn options_count_where_the_command_takes_them() {
        let lib = format!("{START} -lf /lib ${{DHCPDARGS}}\n");
        let args = "# x\nDHCPDARGS=\"-q -lf /args eth0\"\n";
        let of_args = format!("/args in {ARGS}");
        check("dhcpd", &[(LIB, &lib), (ARGS, args)], Some(&of_args));
        let of_lib = format!("/lib in {LIB}");
        let none = "DHCPDARGS=eth0\n";
        check("dhcpd", &[(LIB, &lib), (ARGS, none)], Some(&of_lib));
        let fixed = lib.replace(" ${DHCPDARGS}", "");
        check("dhcpd", &[(LIB, &fixed), (ARGS, args)], Some(&of_lib));
        // Debian's init script: there is no unit.
        let path = "/etc/default/isc-dhcp-server";
        let said = format!("/deb in {path}");
        let text = "OPTIONS='-lf /old'\nOPTIONS='-4 -lf /deb'\n";
        check("isc-dhcp-server", &[(path, text)], Some(&said));
        check("isc-dhcp-server", &[(path, "OPTIONS='-lf x'")], None);
    }
}

//! How dhcpd is started: whether the next start loads what is made here, and
//! can be made at all. Looked at before anything is swapped.

use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::config::leases;
use crate::exit::Stop;
use crate::render::dhcp::DIR;
use crate::system::listener::Listeners;

/// UDP port of DHCP servers.
const PORT: u16 = 67;
/// The name of the file that dhcpd is to be started from.
const CONF: &str = "dhcpd.conf";

/// A dhcpd that runs, by its command line.
struct Running {
    /// Its number.
    pid: u32,
    /// After `-cf`; None: the built-in one.
    conf: Option<PathBuf>,
    /// After `-lf`; None: the built-in one.
    leases: Option<PathBuf>,
}

impl Running {
    /// The one that listens on the DHCP server port; None: none does, it may
    /// not be seen, or it is another program.
    fn find() -> Option<Self> {
        let listeners = Listeners::of(PORT);
        let first = listeners.first()?;
        let words = first.arguments();
        let name = Path::new(words.first()?).file_name()?.to_str()?;
        if !name.contains("dhcpd") {
            return None;
        }
        let after = |option: &str| {
            let at = words.iter().rposition(|word| word == option)?;
            words.get(at + 1).map(PathBuf::from)
        };
        Some(Self { pid: first.pid, conf: after("-cf"), leases: after("-lf") })
    }
}

/// Whether the next start of dhcpd loads the live set.
///
/// # Errors
/// Exit 3: it is started from another file, or its lease file is gone.
pub fn check(settings: &Settings) -> anyhow::Result<()> {
    let running = Running::find();
    configuration(settings, running.as_ref())?;
    lease_file(settings, running.as_ref())
}

/// Whether dhcpd is started from our file.
fn configuration(
    settings: &Settings,
    running: Option<&Running>,
) -> anyhow::Result<()> {
    let (restart, unit) = ("PROVHA__DHCPD_RESTART", "PROVHA__DHCPD_UNIT");
    let command = settings.command(restart, unit).unwrap_or_default();
    let unit = settings.text(unit);
    let by_unit =
        command.starts_with("systemctl ") || command.starts_with("service ");
    let found = match by_unit {
        true => leases::conf(settings.root(), unit)?,
        false => None,
    };
    if let Some(found) = found {
        return match is_ours(settings, Path::new(&found.path)) {
            true => Ok(()),
            false => Err(of_unit(&found, unit).into()),
        };
    }
    let Some(running) = running else { return Ok(()) };
    let conf = match &running.conf {
        Some(conf) => conf.clone(),
        // Below a --root nothing is known of the machine's own files.
        None if settings.root().is_machine() => leases::BUILT_IN.into(),
        None => return Ok(()),
    };
    if is_ours(settings, &conf) || !concerns(settings, &conf) {
        return Ok(());
    }
    let text = format!(
        "the running dhcpd (pid {}) was started from {}: nothing that is \
         made here would be served",
        running.pid,
        conf.display()
    );
    let hint = format!(
        "have it started with '-cf {DIR}/{CONF}', by its unit or by \
         {restart}, then run it again"
    );
    Err(Stop::refused(text).hint(hint).into())
}

/// The refusal of a unit that starts dhcpd from another file.
fn of_unit(found: &leases::Found, unit: &str) -> Stop {
    let text = format!(
        "{} starts dhcpd from {}: nothing that is made here would be served",
        found.place.display(),
        found.path
    );
    let hint = match found.place.starts_with("/etc/default") {
        true => format!(
            "put the line DHCPDv4_CONF={DIR}/{CONF} into {}",
            found.place.display()
        ),
        false => format!(
            "'systemctl edit {unit}': in the section [Service] an empty \
             ExecStart= and the former one with '-cf {DIR}/{CONF}'"
        ),
    };
    Stop::refused(text).hint(hint)
}

/// True if a path is that of our configuration, or of a file that includes
/// it.
fn is_ours(settings: &Settings, conf: &Path) -> bool {
    let plain = Path::new(DIR).join(CONF);
    let ours = settings.root().at(&plain);
    let same = |path: &Path| {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        path == plain
            || path == ours
            || real(path).is_some_and(|path| Some(path) == real(&ours))
    };
    if same(conf) {
        return true;
    }
    let text = std::fs::read_to_string(settings.root().at(conf));
    let mut included = false;
    crate::isc_dhcp::syntax::statements(
        &text.unwrap_or_default(),
        &mut |blocks, words| {
            if let ([], [word, path]) = (blocks, words) {
                included |= word == "include" && same(Path::new(path));
            }
        },
    );
    included
}

/// True if a path of a process is one of this machine, or of what stands for
/// it.
fn concerns(settings: &Settings, conf: &Path) -> bool {
    settings.root().is_machine() || conf.starts_with(settings.root().at("/"))
}

/// Whether the lease file is there, without which dhcpd does not start.
fn lease_file(
    settings: &Settings,
    running: Option<&Running>,
) -> anyhow::Result<()> {
    let Some(running) = running else { return Ok(()) };
    let path = match &running.leases {
        Some(path) => path.clone(),
        None if settings.root().is_machine() => {
            settings.path("PROVHA__DHCPD_LEASES")
        }
        None => return Ok(()),
    };
    if path.exists() {
        return Ok(());
    }
    let text = format!(
        "the lease file {} is not there: the running dhcpd goes on, and would \
         not start again",
        path.display()
    );
    let hint = "put back a copy of it; 'touch' makes an empty one, with which \
                dhcpd forgets every lease (a failover peer tells them again)";
    Err(Stop::refused(text).hint(hint).into())
}

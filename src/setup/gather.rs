//! From a run's context to a wish: settings, database, machine, the peer's
//! files.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;

use super::places::Places;
use super::wish::{Family, Fresh, FromPeer, Wish};
use crate::config::keys::KEYS;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::{Findings, PoolType, Role};
use crate::render::dns::mangle;
use crate::render::nets;
use crate::source::{self, Database, load};
use crate::system::files;
use crate::system::files::Doing;
use crate::system::process;
use crate::system::scratch::Scratch;

/// What the command line says.
pub struct Asked<'a> {
    /// The role.
    pub role: Role,
    /// Our address.
    pub own: Option<Ipv4Addr>,
    /// The peer's.
    pub peer: Option<Ipv4Addr>,
    /// The directory with the peer's files.
    pub peer_files: Option<&'a Path>,
    /// The interface.
    pub interface: Option<String>,
    /// Steps that are left out.
    pub without: Vec<String>,
    /// Whether keys that are missing are made now.
    pub makes: bool,
}

/// Makes the wish.
///
/// # Errors
/// The addresses cannot be meant, or the peer's files cannot be read.
pub fn wish(
    context: &Context<'_>,
    places: &Places,
    asked: Asked<'_>,
) -> anyhow::Result<Wish> {
    check(context, &asked)?;
    let settings = &context.settings;
    let env_file = format!("{}/provha.env", crate::config::ENV_DIR);
    let keys: BTreeMap<_, _> = KEYS
        .iter()
        .map(|key| (key.name.to_string(), settings.text(key.name).to_string()))
        .collect();
    let own_file = places.at(&env_file).display().to_string();
    let elsewhere = |name: &&str| {
        let place = settings.place(name);
        place != "the default" && !place.starts_with(&format!("{own_file}:"))
    };
    let names = KEYS.iter().map(|key| key.name);
    let set = names.filter(elsewhere).map(str::to_string).collect();
    let release = files::text_through(&settings.root().at("/etc/os-release"));
    let family = Family::of(&release.unwrap_or_default());
    let family = family.unwrap_or(match settings.is_rhel() {
        true => Family::Rhel,
        false => Family::Debian,
    });
    let machine = settings.root().is_machine();
    let interface = asked.interface.or_else(|| match machine {
        true => asked.own.and_then(interface),
        false => None,
    });
    let mut wish = Wish {
        role: asked.role,
        own: asked.own,
        peer: asked.peer,
        family,
        machine,
        interface,
        keys,
        env_file,
        set,
        customers: None,
        devices: Vec::new(),
        talking: if machine { talking() } else { Vec::new() },
        lacks_tsig: false,
        from_peer: from_peer(asked.peer_files)?,
        fresh: fresh(context, asked.makes)?,
        without: match asked.without.is_empty() {
            true => settings
                .list("PROVHA__SETUP_WITHOUT")
                .into_iter()
                .map(str::to_string)
                .collect(),
            false => asked.without,
        },
    };
    ask_database(context, &mut wish);
    Ok(wish)
}

/// Refuses addresses that cannot be meant.
fn check(context: &Context<'_>, asked: &Asked<'_>) -> anyhow::Result<()> {
    let usable = |ip: Ipv4Addr| {
        !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast()
    };
    for ip in asked.own.iter().chain(&asked.peer) {
        if !usable(*ip) {
            let text = format!("{ip} is not an address of a machine");
            return Err(Stop::usage(text).into());
        }
    }
    if asked.own.is_some() && asked.own == asked.peer {
        let text = "--own and --peer are the same address";
        return Err(Stop::usage(text).into());
    }
    let Some(own) = asked.own else { return Ok(()) };
    let machine = context.settings.root().is_machine();
    let has =
        |ip: Ipv4Addr| context.machine.addresses.contains(&IpAddr::V4(ip));
    if machine && asked.peer.is_some_and(has) {
        let text = "the address of --peer is one of this machine";
        let hint = "--own is this machine, --peer the other one";
        return Err(Stop::refused(text).hint(hint).into());
    }
    if machine && !has(own) {
        context.console.warning(&format!(
            "no interface of this machine has the address {own} yet"
        ));
    }
    Ok(())
}

/// The interface that has an address.
fn interface(own: Ipv4Addr) -> Option<String> {
    let mut all = nix::ifaddrs::getifaddrs().ok()?;
    let has = |i: &nix::ifaddrs::InterfaceAddress| {
        let address = i.address.as_ref().and_then(|a| a.as_sockaddr_in());
        address.is_some_and(|address| address.ip() == own)
    };
    all.find(has).map(|interface| interface.interface_name)
}

/// Who is connected to our TCP ports (proc(5), /proc/net/tcp).
fn talking() -> Vec<(u16, Ipv4Addr)> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let connected = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (local, remote) = (words.get(1)?, words.get(2)?);
        // 01: ESTABLISHED.
        let _ = words.get(3).filter(|state| **state == "01")?;
        let (_, port) = local.split_once(':')?;
        let (ip, _) = remote.split_once(':')?;
        let ip = u32::from_str_radix(ip, 16).ok()?;
        let port = u16::from_str_radix(port, 16).ok()?;
        Some((port, Ipv4Addr::from(ip.to_ne_bytes())))
    };
    table.lines().filter_map(connected).collect()
}

/// What the database adds. One that cannot be asked is no failure: setup
/// comes before it, too.
fn ask_database(context: &Context<'_>, wish: &mut Wish) {
    let settings = &context.settings;
    let db = context.options.db.as_deref();
    let asked = source::open(db, settings, &mut |_| ())
        .map_err(anyhow::Error::from)
        .and_then(|mut db| told(&mut *db, wish, settings.text("DNS_PASSWORD")));
    match asked {
        Ok(warnings) => {
            for warning in warnings {
                context.console.warning(&warning);
            }
        }
        Err(error) => context.console.warning(&format!(
            "the database was not asked, so the firewall knows no nets of \
             customers; run setup again when it can be: {error:#}"
        )),
    }
}

/// Nets and addresses of the database; what does not agree with the wish.
fn told(
    db: &mut dyn Database,
    wish: &mut Wish,
    dns_password: &str,
) -> anyhow::Result<Vec<String>> {
    let schema = db.schema();
    wish.lacks_tsig = schema.has("provbase")
        && !schema.has_column("provbase", "dns_password")
        && dns_password.is_empty();
    let mut warnings = Vec::new();
    if wish.is_pair() {
        warnings.extend(of_table(db, wish)?);
    }
    let (mut findings, mut rows) = (Findings::default(), 0);
    let cmts = load::cmts(db, &mut findings, &mut rows)?;
    let of = |kinds: &[PoolType]| {
        let mut seen = std::collections::HashSet::new();
        let pools = cmts.iter().flat_map(|cmts| &cmts.pools);
        let pools = pools.filter(|pool| kinds.contains(&pool.kind));
        let mut nets: Vec<_> = pools.map(|pool| nets::cidr(pool.net)).collect();
        nets.retain(|net| seen.insert(net.clone()));
        nets
    };
    wish.customers = Some(of(&[PoolType::CpePriv, PoolType::CpePub]));
    wish.devices = of(&[PoolType::Cm, PoolType::Mta, PoolType::Stb]);
    Ok(warnings)
}

/// What table provha says about the addresses.
fn of_table(
    db: &mut dyn Database,
    wish: &Wish,
) -> anyhow::Result<Option<String>> {
    if !db.schema().optional("provha")? {
        let text = "there is no table provha: without it the machine is not \
                    in a pair";
        return Ok(Some(text.into()));
    }
    let alive = db.schema().alive("provha", "p")?;
    let sql = format!(
        "SELECT p.master, p.slaves FROM provha p WHERE {alive} \
         ORDER BY p.id LIMIT 1"
    );
    let mut found = None;
    db.query("provha", &sql, &mut |row| {
        let first = row.text(1).split(',').next().unwrap_or("").trim().into();
        found = Some((row.text(0).trim().to_string(), first));
        Ok(())
    })?;
    let (own, peer) = (wish.own, wish.peer);
    let (master, slave) = match wish.role {
        Role::Slave => (peer, own),
        _ => (own, peer),
    };
    let word = |ip: Option<Ipv4Addr>| ip.map(|ip| ip.to_string());
    let wanted =
        (word(master).unwrap_or_default(), word(slave).unwrap_or_default());
    Ok((found.as_ref() != Some(&wanted)).then(|| {
        let (master, slave): (String, String) = found.unwrap_or_default();
        format!(
            "table provha says master '{master}' and slave '{slave}', not \
             '{}' and '{}': correct it in the GUI, Global Config, ProvHA",
            wanted.0, wanted.1
        )
    }))
}

/// Reads what was copied from the peer.
fn from_peer(dir: Option<&Path>) -> anyhow::Result<FromPeer> {
    let Some(dir) = dir else { return Ok(FromPeer::default()) };
    let dir = std::path::absolute(dir)?;
    let mut found = FromPeer::default();
    for (name, _) in crate::system::dir::Dir::open(&dir)?.list()? {
        let name = name.to_string_lossy().into_owned();
        let path = dir.join(&name);
        let text = || -> files::Result<String> {
            let bytes = files::through_at_most(&path, 64 << 10)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_string())
        };
        if name == "omapi.key" {
            found.omapi = Some(text()?);
        } else if name.starts_with("ssh_host_") && name.ends_with("_key.pub") {
            found.host_keys.push(public(text()?, &path)?);
        } else if name.starts_with("id_") && name.ends_with(".pub") {
            found.user_keys.push(public(text()?, &path)?);
        }
    }
    if found
        .omapi
        .as_deref()
        .is_some_and(|line| line.split_whitespace().count() != 3)
    {
        let text =
            format!("{} holds no OMAPI key", dir.join("omapi.key").display());
        return Err(Stop::refused(text)
            .hint("one line: NAME ALGORITHM SECRET")
            .into());
    }
    Ok(found)
}

/// A public key of ssh, one line without control characters.
fn public(text: String, path: &Path) -> anyhow::Result<String> {
    let kinds = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    let good = kinds.iter().any(|kind| text.starts_with(kind))
        && text.split_whitespace().count() >= 2
        && !text.chars().any(char::is_control);
    if good {
        return Ok(text);
    }
    let text = format!("{} holds no public key of ssh", path.display());
    Err(Stop::refused(text).hint("one line: ssh-ed25519 AAAA...").into())
}

/// New secrets; what only shows a plan needs none.
fn fresh(context: &Context<'_>, makes: bool) -> anyhow::Result<Fresh> {
    if !makes {
        return Ok(Fresh {
            omapi: "omapi_key hmac-sha256 (made when it is done)".into(),
            cpe: "(made when it is done)\n".into(),
            tsig: "(made when it is done)".into(),
            ssh: ("(made when it is done)\n".into(), String::new()),
        });
    }
    let base64 = &base64::engine::general_purpose::STANDARD;
    let omapi = base64.encode(random()?);
    Ok(Fresh {
        omapi: format!("omapi_key hmac-sha256 {omapi}"),
        cpe: mangle::write_key(&random()?),
        tsig: base64.encode(random()?),
        ssh: ssh_keys(context)?,
    })
}

/// 32 octets from the kernel's random source.
fn random() -> files::Result<[u8; 32]> {
    use std::io::Read as _;
    let path = Path::new("/dev/urandom");
    let mut key = [0; 32];
    let mut file = std::fs::File::open(path).doing("open", path)?;
    file.read_exact(&mut key).doing("read", path)?;
    Ok(key)
}

/// A new pair of ssh keys; empty where ssh-keygen is not installed.
fn ssh_keys(context: &Context<'_>) -> anyhow::Result<(String, String)> {
    let Some(program) = process::find("ssh-keygen") else {
        return Ok(Default::default());
    };
    let scratch = Scratch::make(&context.settings, "ssh", true)?;
    let path: PathBuf = scratch.path().join("key");
    let mut command = Command::new(program);
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "provha", "-f"]);
    let ended = process::run(command.arg(&path), Duration::from_secs(20))?;
    if !ended.ok() {
        return Ok(Default::default());
    }
    let public = path.with_extension("pub");
    Ok((files::read_text(&path)?, files::read_text(&public)?))
}

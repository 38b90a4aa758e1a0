//! The sample network: two machines made from one database.

pub mod hands_on;
pub mod show;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::{Global, RoleWord};
use crate::config::{Root, Settings};
use crate::console::Console;
use crate::context::Context;
use crate::devices::Selection;
use crate::env::Env;
use crate::model::Findings;
use crate::outputs::{dhcp, dns, time};
use crate::source::load::Machine;
use crate::system::files;
use crate::{devices, report};

/// The sample network.
const NETWORK: &str = include_str!("../../demo/network.sql");
/// A firmware image that begins with a certificate.
const FIRMWARE: &[u8] = include_bytes!("../../demo/fw/acme-3.1.7.bin");
/// A secret for the names of public customer devices: a sample's.
const CPE_KEY: &[u8] =
    b"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

/// The host name of a machine of the sample network.
fn host_name(role: &str) -> String {
    let name = if role == "slave" { "nms02" } else { "nms01" };
    format!("{name}.cable.example.org")
}

/// Makes the directory, the database and the files that an operator has.
pub fn prepare(out: &Path) -> anyhow::Result<PathBuf> {
    let database = out.join("network.sqlite");
    files::make_dirs(&out.join("env"))?;
    files::replace(
        &out.join("env/global.env"),
        b"APP_TIMEZONE=Europe/Berlin\n",
        0o640,
    )?;
    files::remove_if_there(&database)?;
    let connection = rusqlite::Connection::open(&database)?;
    connection.execute_batch(NETWORK).context("making the network")?;
    for role in ["master", "slave"] {
        let root = out.join(role);
        files::make_dirs(&root.join("tftpboot/fw"))?;
        files::make_dirs(&root.join("etc/dhcp-nmsprime"))?;
        let put = |name: &str, bytes: &[u8]| {
            files::replace(&root.join(name), bytes, 0o640)
        };
        put("tftpboot/keyfile", b"DOCSIS\n")?;
        put("tftpboot/fw/acme-3.1.7.bin", FIRMWARE)?;
        put(
            "etc/dhcp-nmsprime/omapi.key",
            b"omapi_key hmac-sha256 c2FtcGxlLW9tYXBpLXNlY3JldA==\n",
        )?;
        // With --root the machine's name is the one that is below it.
        let host = format!("{}\n", host_name(role));
        put("etc/hostname", host.as_bytes())?;
        // The same on both, as sync-ha-master-files makes it.
        put("etc/named-ddns-cpe.key", CPE_KEY)?;
    }
    Ok(database)
}

/// Renders one machine's root.
pub fn machine(
    env: &Env,
    global: &Global,
    console: &Console,
    role: RoleWord,
    out: &Path,
    database: &Path,
) -> anyhow::Result<()> {
    let root = out.join(word(role));
    let options = Global {
        root: Some(root.clone()),
        db: Some(format!("sqlite:{}", database.display())),
        role: Some(role),
        no_activate: true,
        dry_run: false,
        diff: false,
        json: false,
        ..global.clone()
    };
    let settings =
        Settings::load(env, Some(&out.join("env")), Root::new(Some(root)))?;
    let machine = Machine {
        host_name: host_name(word(role)),
        addresses: Vec::new(),
        role: Some(role.into()),
    };
    let looks = crate::pair::Memory::default();
    let number = crate::context::run_number();
    let context = Context {
        options: &options,
        settings,
        machine,
        console,
        looks,
        number,
        permits: crate::pair::Permits::default(),
        lives_on: false,
        shown: Vec::new(),
    };
    {
        let lock = context.lock("demo")?;
        // First, so that dhcpd's check of boot files finds them.
        let (all, mut findings) = (Selection::default(), Findings::default());
        let _ = devices::make(&context, lock.as_ref(), &all, &mut findings)?;
        let (lock, mut findings) = (lock.as_ref(), Findings::default());
        let _ = dhcp::make(&context, lock, &mut findings)?;
    }
    names_and_time(&context)?;
    Ok(())
}

/// named's files and those of the time; the rows' findings were told before.
fn names_and_time(context: &Context<'_>) -> anyhow::Result<()> {
    let lock = context.lock("demo")?;
    let network = context.network(&mut Findings::default())?;
    let (role, templates) = (network.site.role, context.templates()?);
    let mut findings = Findings::default();
    let outcome = dns::apply(
        context,
        lock.as_ref(),
        &network,
        &templates,
        &mut findings,
    )?;
    report::summary(context, role, &outcome, &findings)?;
    let outcome = time::apply(context, lock.as_ref(), &network, &templates)?;
    report::summary(context, role, &outcome, &findings)
}

/// Master or slave.
pub fn word(role: RoleWord) -> &'static str {
    crate::model::Role::from(role).word()
}

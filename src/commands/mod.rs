//! One file a command; each calls the stages in order and reports.

pub mod boot_files;
pub mod clean_up;
pub mod configfile;
pub mod demo;
pub mod dhcp;
pub mod dns;
pub mod docsis;
pub mod error;
pub mod failover;
pub mod generations;
pub mod guard;
pub mod mask;
pub mod named;
pub mod named_dirs;
pub mod names;
pub mod pages;
pub mod pool_guard;
pub mod pool_texts;
pub mod publish;
pub mod rebuild;
pub mod report;
pub mod rollback;
pub mod status;
pub mod sync;
pub mod time;
pub mod watch;

use std::collections::HashMap;
use std::time::Duration;

use crate::cli::{Cli, Command, Global};
use crate::config::{Root, Settings};
use crate::env::Env;
use crate::exit::Exit;
use crate::files;
use crate::lock::Lock;
use crate::pair;
use crate::placed;
use crate::render::templates::Templates;
use crate::source::load::Machine;
use crate::source::{self, Database};
use crate::talk::Talk;

/// Runs the command of the command line.
pub fn run(env: &Env, cli: &Cli, talk: &Talk) -> anyhow::Result<Exit> {
    let prepare = || Run::prepare(env, &cli.global, talk);
    match &cli.command {
        Command::Dhcp => dhcp::run(&prepare()?),
        Command::Rebuild(args) => rebuild::run(&prepare()?, args),
        Command::Watch => watch::run(env, &cli.global, talk),
        Command::SyncHaMasterFiles => sync::run(&prepare()?),
        Command::CleanUpSlave(options) => clean_up::run(&prepare()?, options),
        Command::Dns => dns::run(&prepare()?),
        Command::Time => time::run(&prepare()?),
        Command::Completions { shell } => pages::completions(*shell),
        Command::Man { out } => pages::man(out),
        Command::Configfile(args) => configfile::run(&prepare()?, args),
        Command::Status(args) => status::run(env, &cli.global, *args, talk),
        Command::Failover(command) => failover::run(&prepare()?, command),
        Command::Log => generations::log(&prepare()?),
        Command::Rollback { number } => rollback::run(&prepare()?, *number),
        Command::Diff { from, to } => {
            generations::diff(&prepare()?, *from, *to)
        }
        Command::Docsis(command) => docsis::run(command, cli.global.json, talk),
        Command::Demo(args) => demo::run(env, &cli.global, args, talk),
    }
}

/// What every command that works on a machine begins with.
pub struct Run<'a> {
    /// The global options.
    pub options: &'a Global,
    /// The checked configuration.
    pub settings: Settings,
    /// What the machine itself adds.
    pub machine: Machine,
    /// What says things to the user.
    pub talk: &'a Talk,
    /// What earlier looks at the peer saw: they count for the wait before a
    /// restart of dhcpd.
    pub looks: pair::Memory,
    /// Tells this run from all others: what it makes goes back together.
    pub number: u64,
}

/// A number that no other run has.
pub fn run_number() -> u64 {
    let time = std::time::SystemTime::now();
    let since = time.duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_nanos() as u64
}

impl<'a> Run<'a> {
    /// Reads the configuration.
    pub fn prepare(
        env: &Env,
        options: &'a Global,
        talk: &'a Talk,
    ) -> anyhow::Result<Self> {
        let run = Self::quietly(env, options, talk)?;
        for warning in &run.settings.warnings {
            talk.warning(warning);
        }
        Ok(run)
    }

    /// Reads the configuration without telling what is odd about it.
    pub fn quietly(
        env: &Env,
        options: &'a Global,
        talk: &'a Talk,
    ) -> anyhow::Result<Self> {
        // Checkers run in directories of their own.
        let root = options.root.as_ref().map(std::path::absolute);
        let root = Root::new(root.transpose()?);
        let settings = Settings::load(env, options.env_dir.as_deref(), root)?;
        let machine = Machine {
            host_name: crate::env::host_name(),
            addresses: crate::env::addresses(),
            role: options.role.map(Into::into),
        };
        let looks = pair::Memory::default();
        let number = run_number();
        Ok(Self { options, settings, machine, talk, looks, number })
    }

    /// Whether the run only looks.
    pub fn only_looks(&self) -> bool {
        self.options.dry_run || self.options.diff
    }

    /// Takes the lock, unless the run only looks.
    pub fn lock(&self, command: &str) -> anyhow::Result<Option<Lock>> {
        if self.only_looks() {
            return Ok(None);
        }
        let path = self.settings.path("PROVHA__LOCK_FILE");
        let wait = Duration::from_secs(self.options.lock_wait);
        let lock = Lock::acquire(&path, command, wait)?;
        pair::sweep(&self.settings);
        placed::sweep(&self.settings);
        Ok(Some(lock))
    }

    /// Opens the database.
    pub fn database(&self) -> anyhow::Result<Box<dyn Database>> {
        let mut passed_over = |reason: &str| {
            self.talk.warning(&format!("database node passed over: {reason}"));
        };
        let db = source::open(
            self.options.db.as_deref(),
            &self.settings,
            &mut passed_over,
        )?;
        self.talk.detail("the database snapshot is open");
        Ok(db)
    }

    /// The templates, with those of the template directory.
    pub fn templates(&self) -> anyhow::Result<Templates> {
        let dir = self.settings.path("PROVHA__TEMPLATE_DIR");
        let mut overrides = HashMap::new();
        for name in files::walk(&dir)? {
            let path = dir.join(&name);
            let text = std::fs::read_to_string(&path).map_err(|source| {
                files::FileError { doing: "read", path, source }
            })?;
            overrides.insert(name, text);
        }
        Ok(Templates::new(&overrides)?)
    }

    /// The time that a checker or a restart may take.
    pub fn command_timeout(&self) -> Duration {
        Duration::from_secs(self.settings.number("PROVHA__COMMAND_TIMEOUT"))
    }
}

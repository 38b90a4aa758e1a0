//! What every command is given: options, settings, the machine, the console.

use std::collections::HashMap;
use std::time::Duration;

use crate::alias;
use crate::cli::Global;
use crate::config::{Root, Settings};
use crate::console::Console;
use crate::env::Env;
use crate::exit::Exit;
use crate::model::label::Label;
use crate::model::{Findings, Network};
use crate::pair;
use crate::publish::{Publisher, fingerprints};
use crate::render::templates::Templates;
use crate::source::load::{self, Machine};
use crate::source::{self, Database};
use crate::system::files;
use crate::system::lock::Lock;
use crate::zone_sync::reserved;

/// What every command that works on a machine begins with.
pub struct Context<'a> {
    /// The global options.
    pub options: &'a Global,
    /// The checked configuration.
    pub settings: Settings,
    /// What the machine itself adds.
    pub machine: Machine,
    /// What says things to the user.
    pub console: &'a Console,
    /// What earlier looks at the peer saw: they count for the wait before a
    /// restart of dhcpd.
    pub looks: pair::Memory,
    /// Tells this run from all others: what it makes goes back together.
    pub number: u64,
    /// What a person allows this run to do to the failover pair.
    pub permits: pair::Permits,
    /// True if the process lives on after this run (`watch`): then it does
    /// not wait until a restarted dhcpd serves.
    pub lives_on: bool,
    /// The devices whose changes `--diff` shows in full; empty: all of a few.
    pub shown: Vec<u32>,
}

/// A context for a thread of its own.
#[derive(Debug, Clone)]
pub struct Apart {
    options: Global,
    settings: Settings,
    machine: Machine,
    console: Console,
    looks: pair::Memory,
    number: u64,
    permits: pair::Permits,
    lives_on: bool,
    shown: Vec<u32>,
}

impl Apart {
    /// The same for one part of a run: it prints no data, and what it makes
    /// goes back by itself.
    #[must_use]
    pub fn of_a_part(mut self) -> Self {
        self.options.json = false;
        self.number = run_number();
        self
    }

    /// The context.
    pub fn context(&self) -> Context<'_> {
        Context {
            options: &self.options,
            settings: self.settings.clone(),
            machine: self.machine.clone(),
            console: &self.console,
            looks: self.looks.clone(),
            number: self.number,
            permits: self.permits,
            lives_on: self.lives_on,
            shown: self.shown.clone(),
        }
    }
}

/// A number that no other run has.
pub fn run_number() -> u64 {
    let time = std::time::SystemTime::now();
    let since = time.duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_nanos() as u64
}

/// The machine's host name: the one below a `--root`, where there is one.
fn host_name(settings: &Settings) -> String {
    let root = settings.root();
    let named = (!root.is_machine())
        .then(|| std::fs::read_to_string(root.at("/etc/hostname")).ok());
    let named = named.flatten().map(|text| text.trim().to_string());
    let named = named.filter(|name| !name.is_empty());
    named.unwrap_or_else(crate::env::host_name)
}

/// Has what is said masked, if the settings want it.
fn mask(settings: &Settings, console: &Console) -> anyhow::Result<()> {
    if settings.text("PROVHA__LOG_MASK") != "on" {
        return Ok(());
    }
    let path = settings.path("PROVHA__STATE_DIR").join("mask.key");
    let mut unkept = None;
    console.mask(|| {
        // Who may not read the key gets stand-ins that no other run has.
        if let Ok(text) = files::read(&path)
            && let Some(key) = text.first_chunk()
        {
            return Ok(*key);
        }
        let key = alias::random_key()?;
        let kept = path.parent().map_or(Ok(()), files::make_dirs);
        let kept = kept.and_then(|()| files::replace(&path, &key, 0o600));
        unkept = kept.err();
        Ok(key)
    })?;
    if let Some(error) = unkept {
        console.warning(&format!(
            "PROVHA__LOG_MASK: stand-ins of this run are not those of \
             others: {error}"
        ));
    }
    Ok(())
}

impl<'a> Context<'a> {
    /// Reads the configuration.
    pub fn prepare(
        env: &Env,
        options: &'a Global,
        console: &'a Console,
    ) -> anyhow::Result<Self> {
        let run = Self::quietly(env, options, console)?;
        for warning in &run.settings.warnings {
            console.warning(warning);
        }
        Ok(run)
    }

    /// Reads the configuration without telling what is odd about it.
    pub fn quietly(
        env: &Env,
        options: &'a Global,
        console: &'a Console,
    ) -> anyhow::Result<Self> {
        // Checkers run in directories of their own.
        let root = options.root.as_ref().map(std::path::absolute);
        let root = Root::new(root.transpose()?);
        let settings = Settings::load(env, options.env_dir.as_deref(), root)?;
        if let Some(url) = options.db.as_deref() {
            let _ = source::Url::resolve(Some(url), &settings)?;
        }
        let machine = Machine {
            host_name: host_name(&settings),
            addresses: crate::env::addresses(),
            role: options.role.map(Into::into),
        };
        let looks = pair::Memory::default();
        let number = run_number();
        console.run(number);
        mask(&settings, console)?;
        Ok(Self {
            options,
            settings,
            machine,
            console,
            looks,
            number,
            permits: pair::Permits::default(),
            lives_on: false,
            shown: Vec::new(),
        })
    }

    /// The same for a thread of its own.
    pub fn apart(&self) -> Apart {
        Apart {
            options: self.options.clone(),
            settings: self.settings.clone(),
            machine: self.machine.clone(),
            console: self.console.clone(),
            looks: self.looks.clone(),
            number: self.number,
            permits: self.permits,
            lives_on: self.lives_on,
            shown: self.shown.clone(),
        }
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
        pair::maintenance::refuse(&self.settings, command)?;
        pair::sweep(&self.settings);
        fingerprints::sweep(&self.settings);
        Ok(Some(lock))
    }

    /// Opens the database.
    pub fn database(&self) -> anyhow::Result<Box<dyn Database>> {
        let db = source::open(
            self.options.db.as_deref(),
            &self.settings,
            &mut |text| self.console.warning(text),
        )?;
        self.console.detail("the database snapshot is open");
        self.console
            .detail(&format!("the schema: {}", db.schema().release().words()));
        Ok(db)
    }

    /// Reads the network.
    pub fn network(&self, findings: &mut Findings) -> anyhow::Result<Network> {
        self.network_from(&mut *self.database()?, findings)
    }

    /// Reads the network from an open snapshot.
    pub fn network_from(
        &self,
        db: &mut dyn Database,
        findings: &mut Findings,
    ) -> anyhow::Result<Network> {
        let mut warnings = Vec::new();
        let (settings, machine) = (&self.settings, &self.machine);
        let mut network =
            load::network(db, settings, machine, findings, &mut warnings)?;
        self.refuse_reserved(&mut network, findings)?;
        let modems = network.modem_names.values();
        let endpoints = network.endpoints.iter().map(|one| &one.name);
        self.console.names(modems.chain(endpoints).map(Label::as_str));
        for warning in warnings {
            self.console.warning(&warning);
        }
        self.console.detail("the network is read");
        Ok(network)
    }

    /// Takes names of servers, and those that were put into DNS by hand, from
    /// modems.
    ///
    /// # Errors
    /// The kept names cannot be read: a modem could take that of a server.
    pub fn refuse_reserved(
        &self,
        network: &mut Network,
        findings: &mut Findings,
    ) -> files::Result<()> {
        let dir = self.settings.path("PROVHA__STATE_DIR");
        let port = self.settings.number("PROVHA__DNS_PORT") as u16;
        let own = ([127, 0, 0, 1], port).into();
        if !self.options.no_activate
            && let Some(names) = reserved::learn(&dir, network, own)
        {
            let all = names.iter().map(String::as_str).collect();
            if !self.only_looks()
                && let Err(error) = reserved::keep(&dir, &all)
            {
                self.console.warning(&error.to_string());
            }
        }
        reserved::refuse(&dir, network, findings)
    }

    /// The exit code of a run that went well; `pending`: it changed files, or
    /// would have.
    pub fn exit(&self, pending: bool) -> Exit {
        if pending && self.only_looks() && self.options.exit_code {
            return Exit::Pending;
        }
        Exit::Done
    }

    /// What makes new content live in this run.
    pub fn publisher(&self) -> Publisher<'_> {
        Publisher {
            settings: &self.settings,
            console: self.console,
            run: self.number,
            reason: self.options.reason.as_deref().unwrap_or_default(),
        }
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

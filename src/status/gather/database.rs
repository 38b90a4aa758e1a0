//! Asks the database: every node whether it is usable, the first usable one
//! for the settings.

use std::time::{Duration, Instant};

use crate::config::Settings;
use crate::context::Context;
use crate::model::{Role, Site};
use crate::source::load::{self, LoadError, Machine};
use crate::source::sqlite::Sqlite;
use crate::source::url::Target;
use crate::source::{Database, Link, SourceError, Timeouts, Url};
use crate::status::database::Facts;
use crate::status::gather::ask::Question;
use crate::status::gather::base::Base;
use crate::status::role;

/// How long all nodes together have to let themselves be connected to.
const NODES: Duration = Duration::from_secs(5);
/// How long a node has to accept a connection.
const CONNECT: u64 = 2;
/// How long it has for each answer.
const READ: u64 = 3;

/// What the database says.
#[derive(Default)]
pub struct Answer {
    /// About itself.
    pub facts: Facts,
    /// What its settings come to, if they can be read.
    pub settings: Option<role::Settings>,
    /// The modems and adapters that boot with our files, ascending; None: not
    /// known.
    pub booting: Option<[Vec<u32>; 2]>,
}

/// Begins to ask.
pub fn ask(context: &Context<'_>) -> Question<Answer> {
    let url = Url::resolve(context.options.db.as_deref(), &context.settings);
    let (settings, machine) =
        (context.settings.clone(), context.machine.clone());
    Question::ask(move || match url {
        Err(error) => failed(&error),
        Ok(Url::Sqlite(path)) => {
            let name = path.display().to_string();
            let facts = |fault| Facts {
                nodes: vec![(name, fault)],
                ..Facts::default()
            };
            match Sqlite::open(&path) {
                Ok(mut db) => read(&mut db, facts(None), &settings, &machine),
                Err(error) => {
                    let facts = facts(Some(error.to_string()));
                    Answer { facts, ..Answer::default() }
                }
            }
        }
        Ok(Url::Server(target)) => nodes(&target, &settings, &machine),
    })
}

/// Nothing can be read.
fn failed(error: &SourceError) -> Answer {
    let nodes = vec![("--db".into(), Some(error.to_string()))];
    let facts = Facts { nodes, ..Facts::default() };
    Answer { facts, ..Answer::default() }
}

/// Asks all nodes at the same time, and reads from the first usable one.
fn nodes(target: &Target, settings: &Settings, machine: &Machine) -> Answer {
    let most =
        |key, limit| Duration::from_secs(settings.number(key).min(limit));
    let timeouts = Timeouts {
        connect: most("PROVHA__DB_CONNECT_TIMEOUT", CONNECT),
        read: most("PROVHA__DB_READ_TIMEOUT", READ),
    };
    let end = Instant::now() + NODES;
    let asked: Vec<Question<Result<Link, String>>> = target
        .nodes
        .iter()
        .map(|node| {
            let (node, target) = (node.clone(), target.clone());
            let settings = settings.clone();
            Question::ask(move || Link::to(&node, &target, &settings, timeouts))
        })
        .collect();
    let mut first = None;
    let mut facts = Facts::default();
    for (node, question) in target.nodes.iter().zip(asked) {
        let fault = match question.wait(end) {
            Some(Ok(link)) => {
                first = first.or(Some(link));
                None
            }
            Some(Err(why)) => Some(why),
            None => Some("no answer in time".into()),
        };
        facts.nodes.push((node.to_string(), fault));
    }
    let Some(link) = first else {
        return Answer { facts, ..Answer::default() };
    };
    match link.snapshot() {
        Ok(mut db) => read(&mut *db, facts, settings, machine),
        Err(error) => {
            facts.fault = Some(error.to_string());
            Answer { facts, ..Answer::default() }
        }
    }
}

/// Reads the settings, and who needs a boot file.
fn read(
    db: &mut dyn Database,
    mut facts: Facts,
    settings: &Settings,
    machine: &Machine,
) -> Answer {
    facts.release = db.schema().release().words();
    let mut warnings = Vec::new();
    let site = load::site(db, settings, machine, &mut warnings);
    let settings = match site {
        Ok(site) => Some(good(&site, warnings)),
        Err(LoadError::Unusable { what, hint }) => {
            Some(role::Settings::Unusable { what, hint })
        }
        Err(LoadError::Source(error)) => {
            facts.fault = Some(error.to_string());
            None
        }
    };
    let booting = load::booting(db).ok();
    Answer { facts, settings, booting }
}

/// Settings that can be used.
fn good(site: &Site, warnings: Vec<String>) -> role::Settings {
    role::Settings::Good {
        role: site.role,
        own: site.own(),
        peer: site.pair.as_ref().map(|pair| pair.peer),
        warnings,
    }
}

/// What is known about the role.
pub fn role(
    context: &Context<'_>,
    base: &Base,
    answer: Option<&Answer>,
) -> role::Facts {
    let configured = Role::read(context.settings.text("PROVHA__OWN_STATE"));
    let work = base.rebuild.work.as_ref();
    let remembered = work
        .and_then(|work| Some((Role::read(&work.role)?, work.own, work.peer)));
    // Only where the addresses speak for the role at all.
    let counts = context.machine.role.is_none()
        && remembered.is_some_and(|(role, ..)| role != Role::Standalone);
    let own = remembered.and_then(|(_, own, _)| own);
    let is_own = own.is_some_and(|own| {
        context.machine.addresses.contains(&std::net::IpAddr::V4(own))
    });
    role::Facts {
        wanted: context.machine.role.or(configured),
        settings: answer.and_then(|answer| answer.settings.clone()),
        remembered,
        is_own: is_own || !counts,
    }
}

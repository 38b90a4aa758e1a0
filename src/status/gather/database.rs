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
const NODES: Duration = Duration::from_millis(1700);
/// How long a node has to accept a connection.
const CONNECT: u64 = 1;
/// How long it has for each answer.
const READ: u64 = 3;

/// What the database says.
#[derive(Default)]
pub struct Answer {
    /// About itself.
    pub facts: Facts,
    /// What its settings come to, if they can be read.
    pub settings: Option<role::Settings>,
}

/// The modems and adapters that boot with our files, ascending; None: not
/// known. It takes longer than everything else.
pub type Booting = Option<[Vec<u32>; 2]>;

/// Takes the answer as soon as it is known.
type Tell<'a> = &'a dyn Fn(Answer);

/// Begins to ask.
pub fn ask(context: &Context<'_>) -> (Question<Answer>, Question<Booting>) {
    let url = Url::resolve(context.options.db.as_deref(), &context.settings);
    let (settings, machine) =
        (context.settings.clone(), context.machine.clone());
    Question::ask_twice(move |tell| match url {
        Err(error) => failed(&error, tell),
        Ok(Url::Sqlite(path)) => {
            let name = path.display().to_string();
            let facts = |fault| Facts {
                nodes: vec![(name, fault)],
                ..Facts::default()
            };
            match Sqlite::open(&path) {
                Ok(mut db) => {
                    read(&mut db, facts(None), (&settings, &machine), tell)
                }
                Err(error) => {
                    let facts = facts(Some(error.to_string()));
                    tell(Answer { facts, ..Answer::default() });
                    None
                }
            }
        }
        Ok(Url::Server(target)) => nodes(&target, (&settings, &machine), tell),
    })
}

/// Nothing can be read.
fn failed(error: &SourceError, tell: Tell<'_>) -> Booting {
    let nodes = vec![("--db".into(), Some(error.to_string()))];
    let facts = Facts { nodes, ..Facts::default() };
    tell(Answer { facts, ..Answer::default() });
    None
}

/// Asks all nodes at the same time, and reads from the first usable one.
fn nodes(
    target: &Target,
    of: (&Settings, &Machine),
    tell: Tell<'_>,
) -> Booting {
    let settings = of.0;
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
                facts.remarks.extend(link.remark().map(str::to_string));
                first = first.or(Some(link));
                None
            }
            Some(Err(why)) => Some(why),
            None => Some("no answer in time".into()),
        };
        facts.nodes.push((node.to_string(), fault));
    }
    let Some(link) = first else {
        tell(Answer { facts, ..Answer::default() });
        return None;
    };
    match link.snapshot() {
        Ok(mut db) => read(&mut *db, facts, of, tell),
        Err(error) => {
            facts.fault = Some(error.to_string());
            tell(Answer { facts, ..Answer::default() });
            None
        }
    }
}

/// Reads the settings, and who needs a boot file.
fn read(
    db: &mut dyn Database,
    mut facts: Facts,
    (settings, machine): (&Settings, &Machine),
    tell: Tell<'_>,
) -> Booting {
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
    tell(Answer { facts, settings });
    load::booting(db).ok()
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

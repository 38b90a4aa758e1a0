//! A finished machine, looked at from all sides: each problem with the line
//! that mends it. Nothing is changed, and nothing destructive is tried.

pub mod database;
pub mod local;
pub mod peer;

use std::net::Ipv4Addr;

use super::facts::Facts;
use super::gather::{self, Asked};
use super::places::Places;
use super::plan::{Plan, State};
use super::steps;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::Role;

/// How a check came out, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// It cannot be told here, or does not apply.
    Skipped,
    /// As it should be.
    Ok,
    /// It works, but should be looked at.
    Warning,
    /// It does not work, or will not.
    Problem,
}

impl Grade {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One check.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its name.
    pub name: &'static str,
    /// How it came out.
    pub grade: Grade,
    /// What was found.
    pub text: String,
    /// The line that mends it.
    pub fix: Option<String>,
}

impl Checked {
    /// As it should be.
    pub fn ok(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, grade: Grade::Ok, text: text.into(), fix: None }
    }

    /// Not told here.
    pub fn skipped(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, grade: Grade::Skipped, text: text.into(), fix: None }
    }

    /// To be looked at.
    pub fn warning(
        name: &'static str,
        text: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let fix = Some(fix.into());
        Self { name, grade: Grade::Warning, text: text.into(), fix }
    }

    /// To be mended.
    pub fn problem(
        name: &'static str,
        text: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let fix = Some(fix.into());
        Self { name, grade: Grade::Problem, text: text.into(), fix }
    }
}

/// What the machine was set up as.
#[derive(Debug, Clone, Copy)]
pub struct Is {
    /// The role.
    pub role: Role,
    /// The own address.
    pub own: Option<Ipv4Addr>,
    /// The peer's.
    pub peer: Option<Ipv4Addr>,
}

/// What the env files say that the machine is; None: they do not.
pub fn is(context: &Context<'_>) -> Option<Is> {
    let settings = &context.settings;
    let role = context.machine.role;
    let role =
        role.or_else(|| Role::read(settings.text("PROVHA__OWN_STATE")))?;
    let address = |key| settings.text(key).parse::<Ipv4Addr>().ok();
    let peer = address("PROVHA__PEER_ADDRESS");
    Some(Is {
        role,
        own: address("PROVHA__OWN_ADDRESS"),
        peer: peer.filter(|_| role != Role::Standalone),
    })
}

/// The same; refused where they do not.
///
/// # Errors
/// Exit 3: no role.
pub fn must_be(context: &Context<'_>) -> anyhow::Result<Is> {
    is(context).ok_or_else(|| {
        let hint = "provha setup master|slave --own IP --peer IP --yes";
        Stop::refused("the role of this machine is not set").hint(hint).into()
    })
}

/// Makes all checks.
pub fn all(context: &Context<'_>) -> anyhow::Result<Vec<Checked>> {
    let Some(is) = is(context) else {
        let text =
            "PROVHA__OWN_STATE says neither master, slave nor standalone";
        let fix =
            "provha setup master|slave|standalone --own IP --peer IP --yes";
        return Ok(vec![Checked::problem("role", text, fix)]);
    };
    let mut all = plan(context, is)?;
    all.extend(local::all(context, is));
    all.extend(database::all(context, is));
    let asks =
        context.settings.root().is_machine() && !context.options.no_activate;
    match (is.peer, asks) {
        (Some(peer), true) => all.extend(peer::all(context, is, peer)),
        (Some(_), false) => {
            let text = "the peer is not asked (--root, --no-activate)";
            all.push(Checked::skipped("peer", text));
        }
        (None, _) => {}
    }
    Ok(all)
}

/// The line that does the steps.
fn line(is: Is) -> String {
    let mut line = format!("provha setup {}", is.role.word());
    for (option, ip) in [("--own", is.own), ("--peer", is.peer)] {
        if let Some(ip) = ip {
            line += &format!(" {option} {ip}");
        }
    }
    line + " --yes"
}

/// Whether the steps of setup are done.
fn plan(context: &Context<'_>, is: Is) -> anyhow::Result<Vec<Checked>> {
    if is.role != Role::Standalone && (is.own.is_none() || is.peer.is_none()) {
        let text = "PROVHA__OWN_ADDRESS and PROVHA__PEER_ADDRESS are not set";
        let fix =
            format!("provha setup {} --own IP --peer IP --yes", is.role.word());
        return Ok(vec![Checked::problem("steps", text, fix)]);
    }
    let places = Places::of(context)?;
    let asked = Asked {
        role: is.role,
        own: is.own,
        peer: is.peer,
        peer_files: None,
        interface: None,
        without: Vec::new(),
        makes: false,
    };
    let wish = gather::wish(context, &places, asked)?;
    let facts = Facts::gather(&places, &steps::paths(&wish));
    let plan = Plan::make(&facts, &wish);
    let mut all = Vec::new();
    for step in &plan.steps {
        match &step.state {
            State::Pending => {
                let text = format!("{}: {}", step.name, step.what);
                all.push(Checked::problem("steps", text, line(is)));
            }
            State::ByHand(how) => {
                let text = format!("{}: {}", step.name, step.what);
                all.push(Checked::warning("steps", text, how.clone()));
            }
            State::Done | State::Idle(_) => {}
        }
    }
    if all.is_empty() {
        all.push(Checked::ok("steps", "all steps of setup are done"));
    }
    Ok(all)
}

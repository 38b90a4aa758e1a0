//! What a check comes to, and what a machine was set up as.

use std::net::Ipv4Addr;

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
    /// Our address.
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

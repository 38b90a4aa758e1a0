//! A connection to a usable server, before its snapshot is begun.

use crate::config::Settings;
use crate::source::database::{Database, Timeouts};
use crate::source::error::{OTHER_ENGINE, SourceError};
use crate::source::position::{Position, Standing};
#[cfg(feature = "postgresql")]
use crate::source::postgres;
use crate::source::url::{Engine, Node, Target};
use crate::source::{mysql, nodes, server};

/// A connection of the engine that is meant.
pub enum Link {
    /// To a MariaDB.
    Mysql(Box<mysql::Link>),
    /// To a PostgreSQL.
    #[cfg(feature = "postgresql")]
    Postgres(Box<postgres::Link>),
}

impl Link {
    /// Connects to the first usable node; `talk` is told of those that were
    /// passed over, and of what is to be known of the one that is read.
    ///
    /// # Errors
    /// There is none.
    pub fn open(
        target: &Target,
        settings: &Settings,
        talk: &mut dyn FnMut(&str),
    ) -> Result<Self, SourceError> {
        let link = nodes::first(target, settings, talk, |node, timeouts| {
            Self::to(node, target, settings, timeouts)
        })?;
        if let Some(remark) = link.remark() {
            talk(remark);
        }
        Ok(link)
    }

    /// What is to be known of a usable node, as a sentence.
    pub fn remark(&self) -> Option<&str> {
        match self {
            Self::Mysql(_) => None,
            #[cfg(feature = "postgresql")]
            Self::Postgres(link) => link.remark(),
        }
    }

    /// Connects to one node.
    ///
    /// # Errors
    /// Why it cannot be used, in words.
    pub fn to(
        node: &Node,
        target: &Target,
        settings: &Settings,
        timeouts: Timeouts,
    ) -> Result<Self, String> {
        let opened = match target.engine {
            Engine::Mysql => {
                mysql::Link::open(node, target, settings, timeouts)
                    .map(|link| Self::Mysql(Box::new(link)))
            }
            #[cfg(feature = "postgresql")]
            Engine::Postgres => {
                postgres::Link::open(node, target, settings, timeouts)
                    .map(|link| Self::Postgres(Box::new(link)))
            }
            #[cfg(not(feature = "postgresql"))]
            Engine::Postgres => {
                Err("this build does not read PostgreSQL".to_string())
            }
        };
        opened.map_err(|why| {
            let silent = why.starts_with("cannot be reached")
                && !why.contains("refused")
                && !why.contains("lookup");
            match silent.then(|| server::kind(node)).flatten() {
                Some(other) if other != target.engine => format!(
                    "a {} {OTHER_ENGINE} {} that is meant",
                    other.name(),
                    target.engine.name()
                ),
                _ => why,
            }
        })
    }

    /// How far the server has come.
    ///
    /// # Errors
    /// The connection broke, or the node is not usable any more.
    pub fn position(self) -> Result<(Self, Position), SourceError> {
        let (link, position, _) = self.standing()?;
        Ok((link, position))
    }

    /// The same with where that is in which history.
    ///
    /// # Errors
    /// As [`Link::position`].
    pub fn standing(self) -> Result<(Self, Position, Standing), SourceError> {
        Ok(match self {
            Self::Mysql(link) => {
                let (link, position, standing) = link.standing()?;
                (Self::Mysql(Box::new(link)), position, standing)
            }
            #[cfg(feature = "postgresql")]
            Self::Postgres(link) => {
                let (link, position, standing) = link.standing()?;
                (Self::Postgres(Box::new(link)), position, standing)
            }
        })
    }

    /// Begins the snapshot that the whole run reads.
    ///
    /// # Errors
    /// The connection broke, or the server refused.
    pub fn snapshot(self) -> Result<Box<dyn Database>, SourceError> {
        Ok(match self {
            Self::Mysql(link) => Box::new(link.snapshot()?),
            #[cfg(feature = "postgresql")]
            Self::Postgres(link) => Box::new(link.snapshot()?),
        })
    }
}

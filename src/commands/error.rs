//! From any error to its exit code and its hint.

use crate::config::ConfigError;
use crate::exit::{Exit, Stop};
use crate::files::FileError;
use crate::render::templates::TemplateError;
use crate::source::SourceError;
use crate::source::load::LoadError;

/// The exit code of an error, and what to do about it.
pub fn classify(error: &anyhow::Error) -> (Exit, Option<String>) {
    for cause in error.chain() {
        if let Some(stop) = cause.downcast_ref::<Stop>() {
            return (stop.exit, stop.hint.clone());
        }
        if let Some(load) = cause.downcast_ref::<LoadError>() {
            return match load {
                LoadError::Unusable { hint, .. } => {
                    (Exit::Refused, Some(hint.clone()))
                }
                LoadError::Source(source) => {
                    (Exit::Failed, Some(source.hint()))
                }
            };
        }
        if let Some(source) = cause.downcast_ref::<SourceError>() {
            if matches!(source, SourceError::Consumer(_)) {
                continue;
            }
            return (Exit::Failed, Some(source.hint()));
        }
        if let Some(file) = cause.downcast_ref::<FileError>() {
            return (Exit::Failed, Some(file.hint().into()));
        }
        if let Some(config) = cause.downcast_ref::<ConfigError>() {
            let hint = match config {
                ConfigError::Files(_) => {
                    "the env files must be readable; see --env-dir"
                }
                ConfigError::Value { .. } => "see man provha.env",
            };
            return (Exit::Failed, Some(hint.into()));
        }
        if cause.downcast_ref::<TemplateError>().is_some() {
            let hint = "mend or remove the file below PROVHA__TEMPLATE_DIR";
            return (Exit::Refused, Some(hint.into()));
        }
    }
    (Exit::Failed, None)
}

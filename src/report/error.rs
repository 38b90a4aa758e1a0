//! From any error to its exit code and its hint.

use crate::config::ConfigError;
use crate::config::dotenv::EnvFileError;
use crate::exit::{Exit, Stop};
use crate::render::templates::TemplateError;
use crate::source::SourceError;
use crate::source::load::LoadError;
use crate::system::files::FileError;

/// The whole chain of an error in one line. Some errors say their cause
/// themselves: it is not said twice.
pub fn text(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The file operation that failed; writers carry it inside an IO error.
fn file_error<'a>(
    cause: &'a (dyn std::error::Error + 'static),
) -> Option<&'a FileError> {
    let inner =
        cause.downcast_ref::<std::io::Error>().and_then(|e| e.get_ref());
    let inner = inner.and_then(|inner| inner.downcast_ref());
    cause.downcast_ref().or(inner)
}

/// The exit code of a database that cannot be read: a value that says nothing
/// is refused input, everything else a failure.
fn source_exit(error: &SourceError) -> Exit {
    match error {
        SourceError::Flag { .. } => Exit::Refused,
        // It stands on the command line.
        SourceError::Url(_) => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// The exit code of an error, and what to do about it.
pub fn classify(error: &anyhow::Error) -> (Exit, Option<String>) {
    // The outermost that is known wins: it knows most of what was live.
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
                    (source_exit(source), Some(source.hint()))
                }
            };
        }
        if let Some(source) = cause.downcast_ref::<SourceError>() {
            if matches!(source, SourceError::Consumer(_)) {
                // Not the database's fault: the cause below it decides.
                continue;
            }
            return (source_exit(source), Some(source.hint()));
        }
        if let Some(file) = file_error(cause) {
            return (Exit::Failed, Some(file.hint().into()));
        }
        if let Some(config) = cause.downcast_ref::<ConfigError>() {
            let hint = match config {
                ConfigError::Files(EnvFileError::Syntax { .. }) => {
                    "correct that line: KEY=value, KEY=\"value\" or # comment"
                }
                ConfigError::Files(_) => {
                    "the env files must be readable; see --env-dir"
                }
                ConfigError::Leases(_) => {
                    "make it readable, or set PROVHA__DHCPD_LEASES"
                }
                ConfigError::Value { .. } => "see man provha.env",
            };
            return (Exit::Failed, Some(hint.into()));
        }
        if cause.downcast_ref::<TemplateError>().is_some() {
            let hint = "correct or remove the file below PROVHA__TEMPLATE_DIR";
            return (Exit::Refused, Some(hint.into()));
        }
    }
    // Never 4 or 5: those who swap say so by a `Stop` of their own, and before
    // a swap what was live is untouched.
    (Exit::Failed, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_full_disk_below_a_writer_has_its_hint_and_is_said_once() {
        let full = FileError {
            doing: "write",
            path: "/x".into(),
            source: std::io::Error::from_raw_os_error(28),
        };
        let error: anyhow::Result<()> =
            Err(std::io::Error::other(full)).context("rendering");
        let error = error.unwrap_err();
        let (exit, hint) = classify(&error);
        assert_eq!(exit, Exit::Failed);
        assert!(hint.unwrap().contains("make room"));
        let said = text(&error);
        assert_eq!(said.matches("No space left").count(), 1, "{said}");
        assert!(said.starts_with("rendering: cannot write /x: "), "{said}");
    }
}

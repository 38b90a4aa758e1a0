//! The report for Prometheus' textfile collector, after each run that makes
//! something.

use crate::context::Context;
use crate::status::{gather, prometheus};
use crate::system::files;

/// The file's name below PROVHA__TEXTFILE_DIR.
const NAME: &str = "provha.prom";

/// Keeps what the growth of pools is computed from, and writes the textfile
/// where one is wanted. The run has ended, so a failure is a warning.
pub fn after(context: &Context<'_>) {
    gather::sample(&context.settings);
    if context.settings.text("PROVHA__TEXTFILE_DIR").is_empty() {
        return;
    }
    let dir = context.settings.path("PROVHA__TEXTFILE_DIR");
    let text = prometheus::text(&gather::report(context, false));
    // The collector runs as another user.
    if let Err(error) = files::replace(&dir.join(NAME), text.as_bytes(), 0o644)
    {
        context.console.warning(&format!(
            "PROVHA__TEXTFILE_DIR: the metrics are not written: {error}"
        ));
    }
}

//! Whether provha alone writes its files.

use crate::console::count;
use crate::services::writers::{Activity, Found};
use crate::status::codes::OTHER_WRITER;
use crate::status::metrics::WRITERS;
use crate::status::{Check, State, first_ten};

/// The check; `is_used`: provha has made files of this machine live.
pub fn check(found: &Found, is_used: bool) -> Check {
    let active: Vec<String> = found.active().map(ToString::to_string).collect();
    let number = active.len() as f64;
    let closed = match found.closed.is_empty() {
        true => String::new(),
        false => {
            let closed: Vec<_> =
                found.closed.iter().map(|p| p.display()).collect();
            format!(
                "; not looked at, because it cannot be read: {}",
                first_ten(&closed)
            )
        }
    };
    let gui = match found.has_application() {
        true => "; the web application edits files when a user saves",
        false => "",
    };
    let locked = found
        .writers
        .iter()
        .filter(|writer| writer.activity == Activity::Locked);
    let locked: Vec<String> = locked.map(ToString::to_string).collect();
    let hint = "exactly one may write: 'provha setup hand-over' shows the ways";
    let check = match () {
        () if !is_used && !active.is_empty() => {
            let text = format!(
                "provha does not write here yet; {} does: {}{closed}",
                count(active.len(), "other writer"),
                first_ten(&active)
            );
            Check::new("writers", State::Ok, text)
        }
        () if !active.is_empty() => {
            let text = format!(
                "two active writers: besides provha {}{gui}{closed}",
                first_ten(&active)
            );
            Check::wrong(&OTHER_WRITER, State::Critical, text).hint(hint)
        }
        () if is_used && !locked.is_empty() => {
            let text = format!(
                "two writers take turns under provha's lock, and each undoes \
                 what the other made: {}{gui}{closed}",
                first_ten(&locked)
            );
            Check::wrong(&OTHER_WRITER, State::Warning, text).hint(hint)
        }
        () => {
            let text = format!("no other writer{gui}{closed}");
            Check::new("writers", State::Ok, text)
        }
    };
    check.value(&WRITERS, number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::writers::{Kind, Writer};

    /// One writer of this kind.
    fn found(kind: Kind, activity: Activity) -> Found {
        let writer = Writer {
            kind,
            path: "/etc/cron.d/nmsprime".into(),
            line: Some(3),
            user: Some("www-data".into()),
            text: "php artisan schedule:run".into(),
            activity,
        };
        Found { writers: vec![writer], closed: Vec::new() }
    }

    #[test]
    fn two_active_writers_are_critical() {
        let state =
            |kind, activity, used| check(&found(kind, activity), used).state;
        let scheduler = Kind::Scheduler;
        assert_eq!(state(scheduler, Activity::Active, true), State::Critical);
        assert_eq!(state(scheduler, Activity::Active, false), State::Ok);
        assert_eq!(state(scheduler, Activity::Locked, true), State::Warning);
        assert_eq!(state(scheduler, Activity::Wrapped, true), State::Ok);
        let web = Kind::WebApplication;
        assert_eq!(state(web, Activity::Active, true), State::Ok);
        let none = check(&Found::default(), true);
        assert_eq!((none.state, &*none.text), (State::Ok, "no other writer"));
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let closed = vec!["/var/spool/cron/crontabs".into()];
        let found = Found { writers: Vec::new(), closed };
        let text = check(&found, true).text;
        assert!(text.contains("/var/spool/cron/crontabs"), "{text}");
    }
}

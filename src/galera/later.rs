//! `cluster primary HOST --at TIME`: the same command, handed to the timer of
//! the system. What holds at that time is looked at then, all of it again.

use std::time::Duration;

use jiff::Zoned;
use jiff::civil::{DateTime, Time};

use crate::cluster::remote::{Place, Remote, quoted};
use crate::config::Settings;
use crate::exit::Stop;

/// The command that takes the order.
const KEY: &str = "PROVHA__CLUSTER_AT";
/// How long it may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A time to come, in this machine's zone: `02:30` is the next such time.
///
/// # Errors
/// Exit 2: it is none, or is over.
pub fn time(text: &str, now: &Zoned) -> anyhow::Result<DateTime> {
    let usage = |why: &str| {
        let text = format!("--at '{}': {why}", text.escape_debug());
        let hint = "a time of this machine, such as 02:30 or \
                    '2026-12-24 02:30'";
        anyhow::Error::from(Stop::usage(text).hint(hint))
    };
    let now = now.datetime();
    let hour = |text: &str| {
        let shape = text.len() == 5 || text.len() == 8;
        text.parse::<Time>().ok().filter(|_| shape && text.contains(':'))
    };
    let at = match text.split_once(' ') {
        None => {
            let hour = hour(text).ok_or_else(|| usage("not a time"))?;
            let today = now.date().to_datetime(hour);
            match today > now {
                true => today,
                false => now.date().tomorrow()?.to_datetime(hour),
            }
        }
        Some((day, text)) => {
            let hour = hour(text).ok_or_else(|| usage("not a time"))?;
            let day: jiff::civil::Date =
                day.parse().map_err(|_| usage("not a day"))?;
            day.to_datetime(hour)
        }
    };
    if at <= now {
        return Err(usage("that is over"));
    }
    Ok(at)
}

/// The script that gives the order: the command of the settings with the time,
/// then the words of the order.
pub fn script(settings: &Settings, at: DateTime, words: &[String]) -> String {
    let at = quoted(&at.strftime("%F %T").to_string());
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!(
        "{} {} {}",
        settings.text(KEY).replace("%t", &at),
        settings.text("PROVHA__CLUSTER_PROVHA"),
        words.join(" ")
    )
}

/// Gives the order.
///
/// # Errors
/// It was not taken.
pub fn order(remote: &Remote, script: &str) -> anyhow::Result<()> {
    let said = remote.run(Place::Here, script, LIMIT);
    let why = match said {
        Ok(said) if said.code == 0 => return Ok(()),
        Ok(said) => format!("ended with {}: {}", said.code, said.last()),
        Err(why) => why,
    };
    let text = format!("nothing was changed: {script}: {why}");
    let hint = format!(
        "an earlier order may stand: systemctl list-timers provha-*; \
         systemctl stop provha-cluster-primary.timer takes it back. {KEY} is \
         the command"
    );
    let exit = crate::exit::Exit::Failed;
    Err(Stop { exit, message: text, hint: Some(hint) }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_come() {
        let now: Zoned = "2026-11-30T10:00:00+01:00[+01:00]".parse().unwrap();
        let read = |text: &str| {
            let at = time(text, &now).ok()?;
            Some(at.strftime("%F %T").to_string())
        };
        for (text, at) in [
            ("10:30", "2026-11-30 10:30:00"),
            ("10:00", "2026-12-01 10:00:00"),
            ("02:30:15", "2026-12-01 02:30:15"),
            ("2026-12-24 02:30", "2026-12-24 02:30:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(at), "{text}");
        }
        for text in [
            "",
            "2",
            "0230",
            "25:00",
            "tomorrow",
            "2026-12-24",
            "2026-11-30 09:00",
            "2026-02-30 10:00",
            "02:30; reboot",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

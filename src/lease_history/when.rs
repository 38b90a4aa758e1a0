//! A point in time as people give it.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Reads a time: `2026-11-29 03:00`, `03:00` (the last one), `-2h`, seconds
/// since 1970, or with a zone (`2026-11-29T03:00:00Z`); without one it is the
/// machine's.
///
/// # Errors
/// The words for what is none.
pub fn read(text: &str, now: i64) -> Result<i64, String> {
    let text = text.trim();
    let zone = TimeZone::system();
    let wrong = || {
        format!(
            "'{}' is not a time: give '2026-11-29 03:00', '03:00', '-2h', or \
             seconds since 1970",
            text.escape_debug()
        )
    };
    if text == "now" {
        return Ok(now);
    }
    if let Some(ago) = text.strip_prefix('-').and_then(seconds) {
        return Ok(now - ago);
    }
    if text.len() >= 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map_err(|_| wrong());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_second());
    }
    if let Ok(time) = text.parse::<DateTime>() {
        let zoned = time.to_zoned(zone).map_err(|_| wrong())?;
        return Ok(zoned.timestamp().as_second());
    }
    let time = text.parse::<Time>().map_err(|_| wrong())?;
    let today: Zoned = Timestamp::from_second(now)
        .map_err(|_| wrong())?
        .to_zoned(zone.clone());
    let at = |date: jiff::civil::Date| {
        let zoned = date.to_datetime(time).to_zoned(zone.clone());
        zoned.map(|zoned| zoned.timestamp().as_second())
    };
    let this = at(today.date()).map_err(|_| wrong())?;
    if this <= now {
        return Ok(this);
    }
    let before = today.date().yesterday().map_err(|_| wrong())?;
    at(before).map_err(|_| wrong())
}

/// A length of time such as `90s`, `5m`, `2h` or `3d`.
fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(factor).filter(|n| *n >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_give_them() {
        let now = 1_795_219_200;
        assert_eq!(read("1795219100", now), Ok(1_795_219_100));
        assert_eq!(read("-2h", now), Ok(now - 7200));
        assert_eq!(read("2026-11-21T00:00:00Z", now), Ok(now));
        assert_eq!(read("now", now), Ok(now));
        let last = read("03:00", now).unwrap();
        assert!(last <= now && last > now - 86_400);
        let local = read("2026-11-20 12:00", now).unwrap();
        assert!((local - (now - 43_200)).abs() <= 14 * 3600);
        for bad in ["", "yesterday", "25:00", "-x", "2026-13-01 00:00"] {
            assert!(read(bad, now).is_err(), "{bad}");
        }
    }
}

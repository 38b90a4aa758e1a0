//! How well something is, and words for numbers.

/// How well something is. The order is that of the worst: what could not be
/// told weighs less than what is known to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum State {
    /// As it should be.
    #[default]
    Ok,
    /// It cannot be told.
    Unknown,
    /// Somebody should look, in daylight.
    Warning,
    /// Somebody must look now.
    Critical,
}

impl State {
    /// Every state, in order.
    pub const ALL: [Self; 4] =
        [Self::Ok, Self::Unknown, Self::Warning, Self::Critical];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// Its number as monitoring plugins exit with.
    pub fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }
}

/// Seconds in the largest fitting unit: `40 s`, `12 min`, `3 h`, `2 days`.
pub fn span(seconds: i64) -> String {
    match seconds.max(0) {
        s @ ..=119 => format!("{s} s"),
        s @ ..=7199 => format!("{} min", s / 60),
        s @ ..=172_799 => format!("{} h", s / 3600),
        s => format!("{} days", s / 86400),
    }
}

/// The first ten of a list, and whether there are more.
pub fn first_ten<T: ToString>(list: &[T]) -> String {
    let ten: Vec<String> = list.iter().take(10).map(T::to_string).collect();
    let more = if list.len() > 10 { ", …" } else { "" };
    format!("{}{more}", ten.join(", "))
}

//! Text from elsewhere (rows, peers, files) as a terminal may get it.

use std::borrow::Cow;

/// Characters of a quoted value that a message shows.
pub const MOST_OF_VALUE: usize = 200;
/// Characters of a reason that a message shows: many values, none cut.
const MOST_OF_REASON: usize = 1000;

/// Whether a terminal shows a character and does nothing else with it. Bidi
/// marks are not: they make a line read as something that it is not.
fn is_shown(c: char) -> bool {
    let marks = matches!(c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    !c.is_control() && !marks
}

/// The text with what a terminal would act on as escapes: `\x1b`, `\u{202e}`.
/// Tabulators and line feeds stay.
pub fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, &|c| is_shown(c) || matches!(c, '\n' | '\t'))
}

/// The same on one line.
pub fn plain_line(text: &str) -> Cow<'_, str> {
    escaped(text, &is_shown)
}

/// JSON with JSON's own escapes for what a terminal would act on: the values
/// stay the same.
pub fn plain_json(json: &str) -> Cow<'_, str> {
    let stays = |c: char| is_shown(c) || c == '\n';
    if json.chars().all(stays) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        match c {
            c if stays(c) => out.push(c),
            // All of them are in the first plane: one escape each.
            c => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    out.into()
}

/// The text with escapes for what does not stay.
fn escaped<'a>(text: &'a str, stays: &dyn Fn(char) -> bool) -> Cow<'a, str> {
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if stays(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x100 => {
                out.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// A reason as it is told: one line, quoted values of at most 200
/// characters, whatever a row holds.
pub fn reason(text: &str) -> String {
    let text = plain_line(text);
    let text = cut_values(&text);
    cut(&text, MOST_OF_REASON).into_owned()
}

/// At most `most` characters of a text.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// The text with each value in '…' cut. An apostrophe within a word opens
/// and closes nothing.
pub fn cut_values(text: &str) -> Cow<'_, str> {
    if text.len() <= MOST_OF_VALUE {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = opening(rest) {
        let (head, value) = rest.split_at(begin + 1);
        out.push_str(head);
        let end = closing(value).unwrap_or(value.len());
        out.push_str(&cut(&value[..end], MOST_OF_VALUE));
        rest = &value[end..];
        if let Some(after) = rest.strip_prefix('\'') {
            out.push('\'');
            rest = after;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where a quoted value begins.
fn opening(text: &str) -> Option<usize> {
    text.match_indices('\'').map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// Where it ends.
fn closing(text: &str) -> Option<usize> {
    text.match_indices('\'').map(|(at, _)| at).find(|at| {
        let after = text[at + 1..].chars().next();
        after.is_none_or(|c| !c.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        let odd = "a\x1b[31m\0\u{9b}b\u{202e}c\r\nü\t";
        let shown = "a\\x1b[31m\\x00\\x9bb\\u{202e}c\\r\nü\t";
        assert_eq!(plain(odd), shown);
        assert_eq!(plain_line("a\nb"), "a\\nb");
        assert!(matches!(plain("Süd 'x'"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_keeps_its_values_and_tells_a_terminal_nothing() {
        let odd = "a\x1b[31m\0\u{9b}b\u{202e}c\r\nü\t\u{7f}😀";
        let json = serde_json::to_string_pretty(&[odd]).unwrap();
        let shown = plain_json(&json);
        assert!(shown.chars().all(|c| is_shown(c) || c == '\n'), "{shown}");
        let back: Vec<String> = serde_json::from_str(&shown).unwrap();
        assert_eq!(back, [odd]);
    }

    #[test]
    fn long_values_are_cut_and_words_are_not() {
        let long = "x".repeat(500);
        let told = reason(&format!("named's '{long}' is not a name"));
        assert_eq!(
            told,
            format!("named's '{}…' is not a name", "x".repeat(200))
        );
        let words = format!("dhcpd's {} peer's", "word ".repeat(100));
        assert_eq!(reason(&words), words);
        // Quotes in the value gain it nothing.
        assert!(reason(&format!("'{}'", "a' b ".repeat(9999))).len() < 1100);
    }
}

//! Faults with their place in the text, and how they are shown.

use std::fmt;

use crate::docsis::check::rules::Severity;
use crate::docsis::encode::fault::Fault;

/// Longest part of a source line that is kept with a fault, characters.
const LINE_KEPT: usize = 160;

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Where it starts, octets from the beginning.
    pub offset: usize,
    /// How far it goes, octets; 0 at the end of the text.
    pub len: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column, characters from 1.
    pub column: usize,
}

/// One fault of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub fault: Fault,
    /// Where.
    pub span: Span,
    /// The line, tabs as blanks, cut around the place if it is long.
    pub source_line: String,
    /// Where the place starts in `source_line`, characters from 0.
    pub caret: usize,
    /// How many characters of `source_line` are marked, at least 1.
    pub caret_len: usize,
}

impl Diagnostic {
    /// Places a fault at `from..to` of a text.
    #[must_use]
    pub fn new(fault: Fault, text: &[u8], from: usize, to: usize) -> Self {
        let from = from.min(text.len());
        let to = to.clamp(from, text.len());
        let line_start = text[..from]
            .iter()
            .rposition(|c| *c == b'\n')
            .map_or(0, |at| at + 1);
        let rest = &text[line_start..];
        let line_len = rest.iter().position(|c| *c == b'\n');
        let line = &rest[..line_len.unwrap_or(rest.len())];
        let lines = text[..line_start].iter().filter(|c| **c == b'\n');
        let marked = &text[from..to.min(line_start + line.len()).max(from)];
        let before = characters(&text[line_start..from]);
        let (source_line, caret) = excerpt(line, from - line_start);
        let span = Span {
            offset: from,
            len: to - from,
            line: lines.count() + 1,
            column: before + 1,
        };
        let room = source_line.chars().count().saturating_sub(caret);
        let caret_len = characters(marked).min(room).max(1);
        Self { fault, span, source_line, caret, caret_len }
    }

    /// What is wrong, one line.
    #[must_use]
    pub fn message(&self) -> String {
        self.fault.to_string()
    }

    /// What would have been right, or the limit that was broken.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        self.fault.expected()
    }

    /// Advice on how to put it right.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.fault.hint()
    }

    /// True if a token stands where another one is expected, as where a line
    /// is missing above.
    #[must_use]
    pub fn breaks_statement(&self) -> bool {
        matches!(self.fault, Fault::Unexpected { .. })
    }

    /// Shows it with a name for the text, such as its path.
    #[must_use]
    pub fn render<'a>(&'a self, label: &'a str) -> Rendered<'a> {
        Rendered { diagnostic: self, label, severity: "error" }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.render("").fmt(f)
    }
}

impl std::error::Error for Diagnostic {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.fault)
    }
}

/// Something that was let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(pub Diagnostic);

impl Warning {
    /// The name of the rule that it comes from, if there is one.
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        self.0.fault.rule().map(|rule| rule.name)
    }

    /// Whether a modem or CMTS does not take the file.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        matches!(&self.0.fault, Fault::Told(told)
            if told.severity == Severity::Bad)
    }

    /// Shows it with a name for the text, such as its path.
    #[must_use]
    pub fn render<'a>(&'a self, label: &'a str) -> Rendered<'a> {
        Rendered { diagnostic: &self.0, label, severity: "warning" }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.render("").fmt(f)
    }
}

/// A fault as text of several lines, ready to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    /// The fault.
    diagnostic: &'a Diagnostic,
    /// Name of the text; may be empty.
    label: &'a str,
    /// `error` or `warning`.
    severity: &'static str,
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { diagnostic, label, severity } = *self;
        let Span { line, column, .. } = diagnostic.span;
        let colon = if label.is_empty() { "line " } else { ":" };
        let number = line.to_string();
        let margin = number.len();
        match diagnostic.fault.rule() {
            Some(rule) => {
                writeln!(f, "{severity}[{}]: {}", rule.name, diagnostic.fault)?;
            }
            None => writeln!(f, "{severity}: {}", diagnostic.fault)?,
        }
        writeln!(f, "{:margin$}--> {label}{colon}{line}:{column}", "")?;
        writeln!(f, "{:margin$} |", "")?;
        writeln!(f, "{number} | {}", diagnostic.source_line)?;
        let (caret, len) = (diagnostic.caret, diagnostic.caret_len);
        write!(f, "{:margin$} | {:caret$}{:^<len$}", "", "", "")?;
        if let Some(expected) = diagnostic.expected() {
            write!(f, " expected {expected}")?;
        }
        if let Some(hint) = diagnostic.hint() {
            write!(f, "\n{:margin$} = hint: {hint}", "")?;
        }
        Ok(())
    }
}

/// How many characters the octets are when they are shown.
fn characters(octets: &[u8]) -> usize {
    let count = |chunk: std::str::Utf8Chunk<'_>| {
        let broken = usize::from(!chunk.invalid().is_empty());
        chunk.valid().chars().count() + broken
    };
    octets.utf8_chunks().map(count).sum()
}

/// The part of a line that is kept around octet `at`, and where that is in
/// it, characters.
fn excerpt(line: &[u8], at: usize) -> (String, usize) {
    let is_inner = |c: &&u8| (0x80..0xc0).contains(*c);
    let mut start = at.saturating_sub(LINE_KEPT / 2);
    start += line[start..at].iter().take_while(is_inner).count();
    let end = line.len().min(start + 4 * LINE_KEPT);
    let shown = String::from_utf8_lossy(&line[start..end]);
    let kept = shown.chars().take(LINE_KEPT);
    let kept = kept.map(|c| if c.is_control() { ' ' } else { c }).collect();
    (kept, characters(&line[start..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_with_line_column_and_caret() {
        let text = b"Main {\n\tMaxCPE 0;\n}";
        let fault = Fault::Range {
            symbol: "MaxCPE",
            value: "0".into(),
            min: 1,
            max: 254,
        };
        let diagnostic = Diagnostic::new(fault, text, 15, 16);
        let expected = "\
error: MaxCPE value 0 is out of range
 --> modem.conf:2:9
  |
2 |  MaxCPE 0;
  |         ^ expected a number from 1 to 254";
        assert_eq!(diagnostic.render("modem.conf").to_string(), expected);
        assert!(diagnostic.to_string().contains("--> line 2:9"));
    }

    #[test]
    fn a_place_in_a_long_line_is_kept_in_sight() {
        let mut text = vec![b'x'; 100_000];
        text.extend_from_slice("ä?".as_bytes());
        let at = text.len() - 1;
        let diagnostic = Diagnostic::new(Fault::Byte(b'?'), &text, at, at + 1);
        assert_eq!(diagnostic.span.column, 100_002);
        let line: Vec<char> = diagnostic.source_line.chars().collect();
        assert_eq!(line[diagnostic.caret], '?');
        assert!(line.len() <= LINE_KEPT);
    }

    #[test]
    fn places_beyond_the_text_are_its_end() {
        let diagnostic = Diagnostic::new(Fault::EmptyBlock, b"a\n", 7, 9);
        assert_eq!((diagnostic.span.line, diagnostic.span.column), (2, 1));
        assert_eq!(diagnostic.caret_len, 1);
    }
}

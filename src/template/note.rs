//! What rendering has to say about a configfile: small copyable notes that
//! the caller groups by configfile and row, never one message a device.

use std::fmt;

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Normal or harmless; for a verbose run.
    Info,
    /// A finding: something was left out or altered.
    Warning,
}

/// Why a row was dropped or a value altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A known table, but this device has no such value: an optional row.
    Unresolved,
    /// Arithmetic or a substring of a value that this device does not have.
    UnresolvedOperand,
    /// A table or index that this kind of device never has.
    UnknownVariable,
    /// Braces that are neither variable, expression nor configfile block.
    NotAnExpression,
    /// The divisor is zero.
    DivisionByZero,
    /// A numeral like `08` or `1e999`.
    BadNumeral,
    /// The result is not a finite number.
    NotFinite,
    /// Placeholders inside values make the row longer than 64 KiB.
    TooLong,
    /// Operands of an operator are not numbers: taken as a substring.
    OperandNotNumber,
    /// A value outside quotes holds `;`, a quote, a brace or a comment mark.
    UnsafeValue,
    /// Quotes, tabs, line breaks or a last backslash of a value inside
    /// quotes were escaped.
    Escaped,
    /// A backslash in a quoted value; the encoder reads it as a blank.
    Backslash,
    /// A value's end-of-comment mark inside a comment was broken up.
    CommentMark,
    /// The firmware is not a plain file name below `fw/`.
    FirmwareName,
    /// The comment that begins in the row has no end in its text.
    CommentLeftOpen,
    /// An opening comment mark inside a comment: the end of the one before
    /// may be missing.
    CommentInComment,
}

impl Reason {
    /// How much it matters.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Reason::Unresolved
            | Reason::UnresolvedOperand
            | Reason::OperandNotNumber
            | Reason::Backslash
            | Reason::CommentMark => Severity::Info,
            _ => Severity::Warning,
        }
    }

    /// The row is missing from the text.
    #[must_use]
    pub fn drops_row(self) -> bool {
        !matches!(
            self,
            Reason::OperandNotNumber
                | Reason::Escaped
                | Reason::Backslash
                | Reason::CommentMark
                | Reason::FirmwareName
                | Reason::CommentLeftOpen
                | Reason::CommentInComment
        )
    }
}

impl fmt::Display for Reason {
    /// One clause for a message, without the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Unresolved => "this device has no such value",
            Reason::UnresolvedOperand => {
                "calculates with a value that this device does not have"
            }
            Reason::UnknownVariable => {
                "names a variable that this kind of device never has"
            }
            Reason::NotAnExpression => {
                "braces hold neither variable, expression nor block"
            }
            Reason::DivisionByZero => "division by zero",
            Reason::BadNumeral => {
                "bad numeral (leading zero with 8 or 9, or too large)"
            }
            Reason::NotFinite => "the result is too large",
            Reason::TooLong => {
                "placeholders inside values make it longer than 64 KiB"
            }
            Reason::OperandNotNumber => {
                "operand is not a number: taken as a substring"
            }
            Reason::UnsafeValue => {
                "a value outside quotes holds ; \" { } or a comment mark"
            }
            Reason::Escaped => {
                "quote, tab, line break or last backslash in a quoted value \
                 was escaped"
            }
            Reason::Backslash => {
                "backslash in a quoted value; devices get a blank for it"
            }
            Reason::CommentMark => {
                "end-of-comment mark in a value was broken up"
            }
            Reason::CommentLeftOpen => {
                "the comment that begins here is not closed in this text: it \
                 swallows what follows, the parents' texts too; add */"
            }
            Reason::CommentInComment => {
                "/* inside a comment: if the comment before it was to end \
                 earlier, its */ is missing and it swallows settings"
            }
            Reason::FirmwareName => {
                "not a plain file name below fw/: no firmware rows"
            }
        })
    }
}

/// One remark. Equal notes of different devices are equal values, so the
/// note itself is the key to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextNote {
    /// Id of the configfile whose text or firmware it is about.
    pub configfile: u64,
    /// Row of that configfile's text, from 1; 0 for its firmware column.
    pub row: u32,
    /// What happened.
    pub reason: Reason,
    /// Usually the reason's; a lost comment row is only [`Severity::Info`].
    pub severity: Severity,
}

impl fmt::Display for TextNote {
    /// `row 3: division by zero; row dropped`, without the configfile.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row == 0 {
            return write!(f, "column firmware: {}", self.reason);
        }
        write!(f, "row {}: {}", self.row, self.reason)?;
        if self.reason.drops_row() {
            f.write_str("; row dropped")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_as_clauses() {
        let note = |row, reason: Reason| TextNote {
            configfile: 1,
            row,
            reason,
            severity: reason.severity(),
        };
        let text = note(3, Reason::DivisionByZero).to_string();
        assert_eq!(text, "row 3: division by zero; row dropped");
        let text = note(0, Reason::FirmwareName).to_string();
        assert!(text.starts_with("column firmware: not a plain"));
        let text = note(2, Reason::Escaped).to_string();
        assert!(!text.contains("dropped"));
    }
}

//! Numbers as the old system's language (PHP 8) reads, rounds and prints
//! them; facts/nms-templates.md sections 3 and 6.

/// One operand of an arithmetic expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// A decimal integer that fits 64 bits.
    Int(i64),
    /// Anything with a fraction, an exponent, or more digits.
    Float(f64),
}

impl Number {
    /// The value as a double.
    pub(super) fn as_f64(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "as PHP does")]
            Number::Int(value) => value as f64,
            Number::Float(value) => value,
        }
    }
}

/// What a text is as an operand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Numeral {
    /// Not a number: the expression is a substring, not arithmetic.
    None,
    /// A number by its form, but a refused one: see [`numeral`].
    Bad,
    /// A usable number.
    Good(Number),
}

/// Reads an operand: blanks around, a sign, decimal digits, a fraction and
/// an exponent (PHP `is_numeric`).
///
/// `010` is ten. `08` and `1e999` are [`Numeral::Bad`]: the old system
/// stopped at the first, the second is no finite number.
pub(super) fn numeral(text: &[u8]) -> Numeral {
    let text = text.trim_ascii();
    let text = trim_vertical_tab(text);
    if !is_numeric(text) {
        return Numeral::None;
    }
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+"));
    if is_broken_octal(digits.unwrap_or(text)) {
        return Numeral::Bad;
    }
    let Ok(text) = std::str::from_utf8(text) else { return Numeral::None };
    if let Ok(value) = text.parse::<i64>() {
        return Numeral::Good(Number::Int(value));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Numeral::Good(Number::Float(value)),
        _ => Numeral::Bad,
    }
}

/// Removes the vertical tabs that PHP counts as white space.
fn trim_vertical_tab(text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let start = text.iter().position(|b| !blank(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !blank(b)).map_or(start, |i| i + 1);
    &text[start..end]
}

/// A decimal number without blanks around it.
fn is_numeric(text: &[u8]) -> bool {
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let (whole, text) = split_digits(text);
    let (fraction, text) = match text {
        [b'.', rest @ ..] => split_digits(rest),
        _ => (0, text),
    };
    whole + fraction > 0 && is_exponent(text)
}

/// Nothing, or `e`, a sign and at least one digit.
fn is_exponent(text: &[u8]) -> bool {
    let rest = match text {
        [] => return true,
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => {
            rest
        }
        _ => return false,
    };
    !rest.is_empty() && rest.iter().all(u8::is_ascii_digit)
}

/// How many digits the text starts with, and what follows them.
fn split_digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (count, &text[count..])
}

/// An integer with a leading zero and a digit above 7.
fn is_broken_octal(digits: &[u8]) -> bool {
    digits.len() > 1
        && digits[0] == b'0'
        && digits.iter().all(u8::is_ascii_digit)
        && digits.iter().any(|b| *b > b'7')
}

/// Why an arithmetic expression has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArithmeticFault {
    /// The divisor is zero.
    DivisionByZero,
    /// The result is beyond the range of a double.
    NotFinite,
}

/// Computes `left op right`, rounded half away from zero.
pub(super) fn compute(
    left: Number,
    op: u8,
    right: Number,
) -> Result<f64, ArithmeticFault> {
    if op == b'/' && right.as_f64() == 0.0 {
        return Err(ArithmeticFault::DivisionByZero);
    }
    let exact = match (left, right) {
        (Number::Int(l), Number::Int(r)) => compute_integers(l, op, r),
        _ => None,
    };
    let value = exact.unwrap_or_else(|| {
        let (l, r) = (left.as_f64(), right.as_f64());
        match op {
            b'+' => l + r,
            b'-' => l - r,
            b'*' => l * r,
            _ => l / r,
        }
    });
    if value.is_finite() {
        Ok(round(value))
    } else {
        Err(ArithmeticFault::NotFinite)
    }
}

/// The exact result of an integer operation, if it is an integer.
fn compute_integers(l: i64, op: u8, r: i64) -> Option<f64> {
    let value = match op {
        b'+' => l.checked_add(r),
        b'-' => l.checked_sub(r),
        b'*' => l.checked_mul(r),
        _ if l.checked_rem(r) == Some(0) => l.checked_div(r),
        _ => None,
    };
    value.map(|value| Number::Int(value).as_f64())
}

/// Rounds half away from zero, after rounding to 15 significant digits as
/// PHP before 8.4 does (so 57.499999999999993 counts as 57.5).
fn round(value: f64) -> f64 {
    if value.abs() >= 1e15 || value.fract() == 0.0 {
        return value;
    }
    let from_half = (value.fract().abs() - 0.5).abs();
    if value.abs() < 1e9 && from_half > 1e-3 {
        return value.round();
    }
    let rounded = format!("{value:.14e}").parse::<f64>();
    rounded.unwrap_or(value).round()
}

/// Prints a double as PHP does with `precision = 14`: 50.5, 500, 1.05,
/// 9.9999999998E+21, 1.0E-5, -0.
///
/// The source layer uses it for every DOUBLE column.
#[must_use]
pub fn php_double(value: f64) -> String {
    if value.is_nan() {
        return "NAN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e14 && value != 0.0 {
        #[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
        return (value as i64).to_string();
    }
    let text = format!("{value:.13e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let negative = mantissa.starts_with('-');
    let digits: String =
        mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let sign = if negative { "-" } else { "" };
    if (-4..14).contains(&exponent) {
        format!("{sign}{}", positional(digits, exponent))
    } else {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        format!("{sign}{first}.{rest}E{exponent:+}")
    }
}

/// Digits with the decimal point at its place, without an exponent.
fn positional(digits: &str, exponent: i32) -> String {
    let Ok(point) = usize::try_from(exponent + 1) else {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    };
    if point == 0 {
        return format!("0.{digits}");
    }
    if digits.len() <= point {
        return format!("{digits}{}", "0".repeat(point - digits.len()));
    }
    let (whole, fraction) = digits.split_at(point);
    format!("{whole}.{fraction}")
}

/// Digits and nothing else but blanks around them.
pub(super) fn is_digits(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// PHP `(int) $text`: the leading number, cut towards zero; else 0.
pub(super) fn integer(text: &[u8]) -> i64 {
    let text = trim_vertical_tab(text);
    let mut best = 0.0;
    let mut end = 0;
    for length in 1..=text.len().min(40) {
        if is_numeric(&text[..length]) {
            end = length;
        }
    }
    if let Ok(text) = std::str::from_utf8(&text[..end]) {
        if let Ok(value) = text.parse::<i64>() {
            return value;
        }
        best = text.parse::<f64>().unwrap_or(0.0);
    }
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let value = best.trunc() as i64;
    value
}

/// PHP 8 `substr`: the byte range that offset and length select.
pub(super) fn substring(
    size: usize,
    offset: i64,
    length: Option<i64>,
) -> std::ops::Range<usize> {
    let start = if offset < 0 {
        size.saturating_sub(saturate(offset.unsigned_abs()))
    } else {
        saturate(offset.unsigned_abs()).min(size)
    };
    let end = match length {
        None => size,
        Some(length) if length < 0 => {
            size.saturating_sub(saturate(length.unsigned_abs())).max(start)
        }
        Some(length) => {
            start.saturating_add(saturate(length.unsigned_abs())).min(size)
        }
    };
    start..end
}

/// A count as `usize`, the largest one if it does not fit.
fn saturate(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_with_fourteen_digits() {
        for (value, text) in [
            (50.5, "50.5"),
            (500.0, "500"),
            (1.05, "1.05"),
            (0.25, "0.25"),
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.33333333333333"),
            (9.999_999_999_8e21, "9.9999999998E+21"),
            (1e14, "1.0E+14"),
            (1e13, "10000000000000"),
            (99_999_999_999_999.0, "99999999999999"),
            (999_999_999_999_999.0, "1.0E+15"),
            (0.0001, "0.0001"),
            (0.00001, "1.0E-5"),
            (-12.5e-7, "-1.25E-6"),
            (1e100, "1.0E+100"),
            (f64::INFINITY, "INF"),
        ] {
            assert_eq!(php_double(value), text);
        }
    }

    #[test]
    fn numerals_are_decimal() {
        use Number::{Float, Int};
        use Numeral::{Bad, Good, None};
        for (text, expected) in [
            ("5", Good(Int(5))),
            (" -5\t", Good(Int(-5))),
            ("+5", Good(Int(5))),
            ("010", Good(Int(10))),
            ("01067", Good(Int(1067))),
            ("1.5", Good(Float(1.5))),
            (".5", Good(Float(0.5))),
            ("5.", Good(Float(5.0))),
            ("08.5", Good(Float(8.5))),
            ("1e3", Good(Float(1000.0))),
            ("08", Bad),
            ("-019", Bad),
            ("1e999", Bad),
            ("", None),
            (".", None),
            ("1e", None),
            ("0x10", None),
            ("5 5", None),
            ("inf", None),
        ] {
            assert_eq!(numeral(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn results_round_half_away_from_zero() {
        let float = Number::Float;
        let int = Number::Int;
        assert_eq!(compute(int(5), b'/', int(2)), Ok(3.0));
        assert_eq!(compute(int(-5), b'/', int(2)), Ok(-3.0));
        assert_eq!(compute(float(1.15), b'*', int(50)), Ok(58.0));
        assert_eq!(compute(int(i64::MIN), b'/', int(-1)), Ok(2f64.powi(63)));
        assert_eq!(
            compute(int(5), b'/', float(-0.0)),
            Err(ArithmeticFault::DivisionByZero)
        );
        assert_eq!(
            compute(float(1e300), b'*', float(1e300)),
            Err(ArithmeticFault::NotFinite)
        );
    }

    #[test]
    fn casts_take_the_leading_number() {
        for (text, value) in [
            ("2", 2),
            (" 2 ", 2),
            ("-2x", -2),
            ("*", 0),
            ("1.9", 1),
            ("1e2", 100),
        ] {
            assert_eq!(integer(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn substrings_count_like_php() {
        for (offset, length, expected) in [
            (1, None, "9456"),
            (-2, None, "56"),
            (0, Some(2), "09"),
            (-3, Some(2), "45"),
            (9, None, ""),
            (-9, Some(2), "09"),
            (1, Some(-1), "945"),
            (3, Some(-9), ""),
            (i64::MIN, Some(i64::MAX), "09456"),
        ] {
            assert_eq!(&"09456"[substring(5, offset, length)], expected);
        }
    }
}

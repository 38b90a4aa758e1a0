//! One record a device, 100,000 times: the template is rendered once for each
//! shape of record, with marks in place of the values; then the values are
//! put where the marks came out.
//!
//! A template (one of the user's own, say) that does more with a value than
//! print it does not come out as its parts put together; then every record
//! goes through the template.

use std::collections::HashMap;
use std::io::Write;

use tera::Context;

use crate::render::templates::Templates;

/// Begins and ends a mark; no value may hold it.
const MARK: char = '\u{1}';

/// A template that is rendered for many records.
pub struct Records<'a> {
    templates: &'a Templates,
    name: &'static str,
    /// By shape; None: through the template.
    shapes: HashMap<u8, Option<Vec<Piece>>>,
}

/// A part of a rendered record.
enum Piece {
    Text(String),
    /// The number of the value.
    Value(usize),
}

impl<'a> Records<'a> {
    /// The records of a template.
    pub fn new(templates: &'a Templates, name: &'static str) -> Self {
        Self { templates, name, shapes: HashMap::new() }
    }

    /// Writes one record. Records of one `shape` differ in their `values`
    /// only; `context` makes the template's view of values.
    pub fn write(
        &mut self,
        shape: u8,
        values: &[&str],
        context: &dyn Fn(&[&str]) -> Context,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        if !self.shapes.contains_key(&shape) {
            let pieces = self.pieces(values, context)?;
            let _ = self.shapes.insert(shape, pieces);
        }
        match self.shapes.get(&shape) {
            Some(Some(pieces)) => {
                for piece in pieces {
                    let text = match piece {
                        Piece::Text(text) => text.as_str(),
                        Piece::Value(at) => values[*at],
                    };
                    out.write_all(text.as_bytes())?;
                }
            }
            _ => {
                let text = self.templates.text(self.name, &context(values))?;
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// The parts of a record; None where they are not its whole.
    fn pieces(
        &self,
        values: &[&str],
        context: &dyn Fn(&[&str]) -> Context,
    ) -> anyhow::Result<Option<Vec<Piece>>> {
        let marks: Vec<String> =
            (0..values.len()).map(|at| format!("{MARK}{at}{MARK}")).collect();
        let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
        let marked = self.templates.text(self.name, &context(&marks))?;
        let mut pieces = Vec::new();
        for (i, part) in marked.split(MARK).enumerate() {
            if i % 2 == 0 {
                pieces.push(Piece::Text(part.to_string()));
                continue;
            }
            match part.parse() {
                Ok(at) if at < values.len() => pieces.push(Piece::Value(at)),
                _ => return Ok(None),
            }
        }
        // The parts must be the record for these values and for others.
        let others: Vec<String> =
            values.iter().map(|value| format!("{value}Zz9")).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        for values in [values, &others] {
            let together: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Value(at) => values[*at],
                })
                .collect();
            if together != self.templates.text(self.name, &context(values))? {
                return Ok(None);
            }
        }
        Ok(Some(pieces))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str) -> (String, bool) {
        let name = "dhcp/mta.tera";
        let overrides = HashMap::from([(name.into(), template.into())]);
        let templates = Templates::new(&overrides).unwrap();
        let mut records = Records::new(&templates, name);
        let context = |values: &[&str]| {
            let mut context = Context::new();
            context.insert("id", values[0]);
            context.insert("mac", values[1]);
            context
        };
        let mut out = Vec::new();
        for values in [["1", "aa"], ["2", "bb"]] {
            records.write(0, &values, &context, &mut out).unwrap();
        }
        (String::from_utf8(out).unwrap(), records.shapes[&0].is_some())
    }

    #[test]
    fn plain_templates_are_put_together_and_others_rendered() {
        let (text, fast) = check("{{ id }}={{ mac }};{{ id }}\n");
        assert_eq!((text.as_str(), fast), ("1=aa;1\n2=bb;2\n", true));
        let (text, fast) = check("{{ id }}={{ mac | upper }}\n");
        assert_eq!((text.as_str(), fast), ("1=AA\n2=BB\n", false));
        let (text, fast) =
            check("{% if mac == \"aa\" %}x{% else %}y{% endif %}{{ id }}\n");
        assert_eq!((text.as_str(), fast), ("x1\ny2\n", false));
    }
}

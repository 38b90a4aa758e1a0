//! Statements of dhcpd's and named's configuration as trees, and how two of
//! them differ. Pure.

use std::collections::{HashMap, VecDeque};

use crate::isc_dhcp::syntax::{Lexer, Token};

/// Whose comments are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `#` to the end of the line.
    Dhcpd,
    /// Those of C and C++ as well.
    Named,
}

/// One statement: its words, and the statements of its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its words with one blank between them, quotes left out.
    pub words: String,
    /// What stands between its braces.
    pub block: Option<Vec<Statement>>,
}

/// One difference between two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The heads of the blocks around it, outermost first.
    pub path: Vec<String>,
    /// What the statement sets: its first words, or the head of a block.
    pub name: String,
    /// What the live file says.
    pub live: Option<String>,
    /// What provha would write.
    pub ours: Option<String>,
    /// True if a whole block is there or not.
    pub is_block: bool,
}

/// Reads statements one after the other.
pub struct Reader<'a> {
    lexer: Lexer<'a>,
    depth: usize,
}

/// Blocks within blocks; what lies deeper is not taken apart.
const MOST_DEPTH: usize = 40;

impl<'a> Reader<'a> {
    /// A reader of a text.
    pub fn new(text: &'a str, style: Style) -> Self {
        let lexer = Lexer::new(text).with_words(|c| !"(),".contains(c));
        let lexer = match style {
            Style::Dhcpd => lexer,
            Style::Named => lexer.with_c_comments(),
        };
        Self { lexer, depth: 0 }
    }

    /// The statements up to the end of the block.
    fn block(&mut self) -> Vec<Statement> {
        self.depth += 1;
        let mut block = Vec::new();
        while let Some((statement, is_last)) = self.statement() {
            if !statement.words.is_empty() || statement.block.is_some() {
                block.push(statement);
            }
            if is_last {
                break;
            }
        }
        self.depth -= 1;
        block
    }

    /// The next statement, and whether it ends the block around it.
    fn statement(&mut self) -> Option<(Statement, bool)> {
        let mut words: Vec<String> = Vec::new();
        loop {
            match self.lexer.next().map(|piece| piece.token) {
                None if words.is_empty() => return None,
                Some(Token::Word(word)) => words.push(word.to_string()),
                // With its escapes: '\005BASIC' and '005BASIC' are not the
                // same.
                Some(Token::Text(text)) => words.push(text.raw.to_string()),
                Some(Token::Other(c)) => words.push(c.to_string()),
                Some(Token::Mark('{')) if self.depth < MOST_DEPTH => {
                    let (words, block) = (words.join(" "), Some(self.block()));
                    return Some((Statement { words, block }, false));
                }
                end => {
                    let is_last = !matches!(end, Some(Token::Mark(';')));
                    let (words, block) = (words.join(" "), None);
                    return Some((Statement { words, block }, is_last));
                }
            }
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        loop {
            let (statement, _) = self.statement()?;
            if !statement.words.is_empty() || statement.block.is_some() {
                return Some(statement);
            }
        }
    }
}

impl Statement {
    /// The whole statement in one line.
    pub fn line(&self) -> String {
        let Some(block) = &self.block else {
            return format!("{};", self.words);
        };
        let inner: Vec<String> = block.iter().map(Statement::line).collect();
        format!("{} {{ {} }}", self.words, inner.join(" "))
    }
}

/// What a statement sets; statements of one name are alternatives.
fn name(words: &str) -> String {
    let mut parts = words.split(' ');
    let first = parts.next().unwrap_or_default();
    let count = match first {
        "option" | "hardware" | "peer" | "load" => 2,
        // Each stands for itself.
        "subclass" | "include" | "allow" | "deny" | "ignore" => usize::MAX,
        _ => 1,
    };
    let name: Vec<&str> = words.split(' ').take(count).collect();
    name.join(" ")
}

/// How the statements of two texts differ; their order does not count.
pub fn compare(live: &str, ours: &str, style: Style) -> Vec<Delta> {
    let mut out = Vec::new();
    if live == ours {
        return out;
    }
    let (live, ours) = (Reader::new(live, style), Reader::new(ours, style));
    differ(&[], live, ours, &mut out);
    out
}

/// Compares the statements of two blocks.
fn differ(
    path: &[String],
    live: impl Iterator<Item = Statement>,
    ours: impl Iterator<Item = Statement>,
    out: &mut Vec<Delta>,
) {
    // By the whole line first: most statements are equal.
    let mut wanted: HashMap<String, VecDeque<Vec<Statement>>> = HashMap::new();
    let mut leaves: HashMap<String, usize> = HashMap::new();
    for statement in ours {
        match statement.block {
            Some(block) => {
                wanted.entry(statement.words).or_default().push_back(block);
            }
            None => *leaves.entry(statement.words).or_default() += 1,
        }
    }
    let mut extra = Vec::new();
    for Statement { words, block } in live {
        let Some(block) = block else {
            match leaves.get_mut(&words).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => extra.push(words),
            }
            continue;
        };
        let other = wanted.get_mut(&words).and_then(VecDeque::pop_front);
        match other {
            Some(other) if other == block => {}
            Some(other) => {
                let mut inner = path.to_vec();
                inner.push(words);
                let (block, other) = (block.into_iter(), other.into_iter());
                differ(&inner, block, other, out);
            }
            None => {
                let line = Statement { words, block: Some(block) };
                push_block(path, &line, true, out);
            }
        }
    }
    let mut missing: Vec<String> = Vec::new();
    for (words, count) in leaves {
        missing.extend(std::iter::repeat_n(words, count));
    }
    missing.sort_unstable();
    pair(path, extra, missing, out);
    let mut blocks: Vec<Statement> = Vec::new();
    for (words, list) in wanted {
        blocks.extend(list.into_iter().map(|block| Statement {
            words: words.clone(),
            block: Some(block),
        }));
    }
    blocks.sort_by(|a, b| a.words.cmp(&b.words));
    for block in &blocks {
        push_block(path, block, false, out);
    }
}

/// Adds a block that only one side has.
fn push_block(
    path: &[String],
    block: &Statement,
    is_live: bool,
    out: &mut Vec<Delta>,
) {
    let line = Some(block.line());
    let (live, ours) = if is_live { (line, None) } else { (None, line) };
    let (path, name) = (path.to_vec(), block.words.clone());
    out.push(Delta { path, name, live, ours, is_block: true });
}

/// Pairs statements that set the same.
fn pair(
    path: &[String],
    extra: Vec<String>,
    mut missing: Vec<String>,
    out: &mut Vec<Delta>,
) {
    let mut push = |name: String, live, ours| {
        let path = path.to_vec();
        out.push(Delta { path, name, live, ours, is_block: false });
    };
    for live in extra {
        let name = name(&live);
        let same = |ours: &String| self::name(ours) == name;
        let ours = missing.iter().position(same).map(|at| missing.remove(at));
        push(name, Some(live), ours);
    }
    for ours in missing {
        push(name(&ours), None, Some(ours));
    }
}

/// Every statement of a text with the blocks around it, a line each.
pub fn flat(text: &str, style: Style) -> std::collections::BTreeSet<String> {
    let mut out = std::collections::BTreeSet::new();
    flatten("", Reader::new(text, style), &mut out);
    out
}

/// Adds the statements of a block.
fn flatten(
    path: &str,
    statements: impl Iterator<Item = Statement>,
    out: &mut std::collections::BTreeSet<String>,
) {
    for Statement { words, block } in statements {
        let line = format!("{path}{words}");
        if let Some(block) = block {
            flatten(&format!("{line} > "), block.into_iter(), out);
        }
        out.insert(line);
    }
}

impl Delta {
    /// A statement of it as [`flat`] gives it.
    pub fn at(&self, words: &str) -> String {
        let words = if self.is_block { &self.name } else { words };
        let mut line = self.path.join(" > ");
        if !line.is_empty() {
            line += " > ";
        }
        line + words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The differences, a line each.
    fn lines(live: &str, ours: &str) -> Vec<String> {
        let told = compare(live, ours, Style::Named);
        let line = |d: &Delta| {
            let side = |s: &Option<String>| s.clone().unwrap_or("-".into());
            format!(
                "{}: {} | {}",
                d.path.join(">"),
                side(&d.live),
                side(&d.ours)
            )
        };
        told.iter().map(line).collect()
    }

    #[test]
    fn blanks_quotes_comments_and_order_do_not_count() {
        let live = "a { b \"c\" ; # x\n d 1; }; // y\ne f,g;";
        let ours = "/* z */ e f , g; a\n{\n\td 1;\n\tb c;\n}\n";
        assert_eq!(lines(live, ours), Vec::<String>::new());
    }

    #[test]
    fn statements_of_one_name_are_paired() {
        let live = "s { option x 1; option y 2; range 1 2; } h a { z 1; }";
        let ours = "s { option x 1; option y 3; option w 4; range 1 2; }";
        let told = lines(live, ours);
        assert_eq!(told.len(), 3, "{told:?}");
        for line in [
            ": h a { z 1; } | -",
            "s: option y 2 | option y 3",
            "s: - | option w 4",
        ] {
            assert!(told.iter().any(|told| told == line), "{told:?}");
        }
    }

    #[test]
    fn a_text_that_ends_early_is_read_as_far_as_it_goes() {
        let all: Vec<Statement> = Reader::new("a { b", Style::Dhcpd).collect();
        assert_eq!(all[0].line(), "a { b; }");
        assert!(Reader::new("\"", Style::Dhcpd).next().is_none());
    }

    #[test]
    fn flat_statements_name_their_blocks() {
        let flat = flat("a { b 1; c { d; } }", Style::Dhcpd);
        assert!(flat.contains("a > c > d") && flat.contains("a > b 1"));
    }
}

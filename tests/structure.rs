//! Who may import whom: no circle between files, no arrow upwards in the table
//! of ARCHITECTURE.md; where the world is touched; how long things may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules that think: no files, no processes, no sockets.
const PURE: &[&str] = &["model", "render", "exit", "template"];

/// Files that are tables of data and may be as long as their data.
const TABLES: &[&str] =
    &["docsis/table_rows.rs", "config/keys.rs", "status/codes.rs"];
/// Lines that a file may have.
const MOST_LINES: usize = 600;
/// Lines that a file of a command may have.
const MOST_OF_A_COMMAND: usize = 200;
/// Lines that a function may have.
const MOST_OF_A_FUNCTION: usize = 64;

/// One file: a module.
struct Module {
    /// Its path below src.
    path: String,
    /// All of it.
    text: String,
    /// Its code without tests and comments.
    code: String,
    /// What it gives on under a name: absolute paths.
    given_on: BTreeMap<String, Vec<String>>,
}

/// All modules of the library by their paths, such as `publish::activate`.
struct Library(BTreeMap<String, Module>);

impl Library {
    /// Reads src.
    fn read() -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut modules = BTreeMap::new();
        for path in files(&src) {
            let below = path.strip_prefix(&src).unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let name = below.strip_suffix(".rs").unwrap().replace('/', "::");
            let name = name.strip_suffix("::mod").unwrap_or(&name).to_string();
            if matches!(&*name, "lib" | "main") || is_of_tests(&name) {
                continue;
            }
            let code = code(&text);
            let path = below.to_string();
            let given_on = BTreeMap::new();
            let module = Module { path, text, code, given_on };
            let _ = modules.insert(name, module);
        }
        let mut library = Self(modules);
        library.find_given_on();
        library
    }

    /// Notes what each module gives on by `pub use`.
    fn find_given_on(&mut self) {
        let mut found = Vec::new();
        for (name, module) in &self.0 {
            for (visible, path) in uses(&module.code) {
                let (path, alias) = match path.split_once(" as ") {
                    Some((path, alias)) => (path, alias),
                    None => (&*path, path.rsplit("::").next().unwrap()),
                };
                if visible && let Some(path) = self.absolute(name, path) {
                    found.push((name.clone(), alias.to_string(), path));
                }
            }
        }
        for (name, alias, path) in found {
            let module = self.0.get_mut(&name).unwrap();
            let _ = module.given_on.insert(alias, path);
        }
    }

    /// A path in a module as one from the root; None: not one of ours.
    fn absolute(&self, module: &str, path: &str) -> Option<Vec<String>> {
        let mut words = path.split("::").map(str::trim).peekable();
        let mut base: Vec<&str> = module.split("::").collect();
        match *words.peek()? {
            "crate" => {
                base.clear();
                let _ = words.next();
            }
            "self" => {
                let _ = words.next();
            }
            "super" => {}
            child => {
                let child = format!("{module}::{child}");
                let _ = self.0.get(&child)?;
            }
        }
        while words.next_if_eq(&"super").is_some() {
            let _ = base.pop();
        }
        Some(base.into_iter().chain(words).map(str::to_string).collect())
    }

    /// The module in which what a path names is written.
    fn home(&self, path: &[String]) -> Option<String> {
        let mut at = String::new();
        for (i, word) in path.iter().enumerate() {
            let next = match at.as_str() {
                "" => word.clone(),
                at => format!("{at}::{word}"),
            };
            if self.0.contains_key(&next) {
                at = next;
                continue;
            }
            let module = self.0.get(&at)?;
            return match module.given_on.get(word) {
                Some(target) if target.as_slice() != path => {
                    let rest = &path[i + 1..];
                    self.home(&[target.as_slice(), rest].concat())
                }
                _ => Some(at),
            };
        }
        Some(at)
    }

    /// Which modules each module names.
    fn arrows(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let mut arrows = BTreeMap::new();
        for (name, module) in &self.0 {
            let used = uses(&module.code).into_iter().map(|(_, path)| path);
            let all = used.chain(paths(&module.code));
            let homes: BTreeSet<String> = all
                .map(|path| path.split(" as ").next().unwrap().to_string())
                .filter_map(|path| self.home(&self.absolute(name, &path)?))
                .filter(|home| home != name && self.0.contains_key(home))
                .collect();
            let _ = arrows.insert(name.as_str(), homes);
        }
        arrows
    }
}

/// All Rust files below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false if path.extension().is_some_and(|e| e == "rs") => {
                found.push(path);
            }
            false => {}
        }
    }
    found
}

/// Whether a module holds nothing but tests.
fn is_of_tests(name: &str) -> bool {
    name.rsplit("::").next().is_some_and(|last| last.ends_with("tests"))
}

/// The code before the tests, without comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().map(|line| {
        let comment = line.trim_start().starts_with("//");
        if comment { "" } else { line }
    });
    let code = lines.collect::<Vec<_>>().join("\n");
    // Who may see something is not who uses it.
    code.replace("pub(in crate::docsis)", "pub")
}

/// The paths of all `use`, each with whether it is visible outside.
fn uses(code: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    for statement in code.split_inclusive(';') {
        let Some(at) = statement.rfind("use ") else { continue };
        let before = &statement[..at];
        let line = before.rsplit('\n').next().unwrap_or("");
        let visible = line.trim_start().starts_with("pub");
        let plain = line.trim().is_empty() || visible;
        let tree = statement[at + 4..].trim_end_matches(';');
        if plain && !tree.contains(['(', '=', '"']) {
            let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
            spread("", &tree, &mut |path| found.push((visible, path)));
        }
    }
    found
}

/// Spreads `a::{b, c::d}` into its paths.
fn spread(before: &str, tree: &str, found: &mut dyn FnMut(String)) {
    let (mut depth, mut begin) = (0, 0);
    let mut parts = Vec::new();
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&tree[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[begin..]);
    for part in parts.into_iter().map(str::trim).filter(|p| !p.is_empty()) {
        match part.split_once('{') {
            Some((head, rest)) => {
                let rest = rest.strip_suffix('}').unwrap_or(rest);
                spread(&format!("{before}{head}"), rest, found);
            }
            None => found(format!("{before}{part}")),
        }
    }
}

/// All paths in code: words with `::` between them.
fn paths(code: &str) -> Vec<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    code.split(|c| !word(c))
        .filter(|path| !path.ends_with(':'))
        .filter(|path| path.contains("::"))
        .map(str::to_string)
        .collect()
}

/// Everything that can be come to from a module.
fn reach<'a>(
    arrows: &'a BTreeMap<&str, BTreeSet<String>>,
    from: &str,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut todo: Vec<&str> = vec![from];
    while let Some(at) = todo.pop() {
        let Some((_, next)) = arrows.get_key_value(at) else { continue };
        for name in next {
            if seen.insert(name.as_str()) {
                todo.push(name);
            }
        }
    }
    seen
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let library = Library::read();
    assert!(library.0.len() > 100, "src is not read");
    let arrows = library.arrows();
    let mut wrong = Vec::new();
    for (name, next) in &arrows {
        let back = next.iter().filter(|n| reach(&arrows, n).contains(name));
        wrong.extend(back.map(|n| format!("{name} -> {n}")));
    }
    assert!(wrong.is_empty(), "in circles:\n{}", wrong.join("\n"));
}

/// The rooms by the rows of ARCHITECTURE.md's table, from the top.
fn floors() -> Vec<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `src/"));
    let floors = rows.map(|row| {
        let cell = row.split('|').nth(1).unwrap();
        let names = cell.split('`').filter_map(|p| p.strip_prefix("src/"));
        let plain = |name: &str| {
            name.trim_end_matches('/').trim_end_matches(".rs").to_string()
        };
        names.map(plain).collect()
    });
    floors.collect()
}

/// The room that a module is in.
fn room(module: &str) -> &str {
    module.split("::").next().unwrap()
}

#[test]
fn the_table_of_rooms_is_what_the_code_does() {
    let library = Library::read();
    let mut floor = BTreeMap::new();
    for (at, rooms) in floors().into_iter().enumerate() {
        for room in rooms {
            let twice = floor.insert(room.clone(), at).is_some();
            assert!(!twice, "{room} stands twice in the table");
        }
    }
    for name in ["main", "lib"] {
        assert_eq!(floor.remove(name), Some(0), "{name} stands on top");
    }
    let rooms: BTreeSet<&str> = library.0.keys().map(|n| room(n)).collect();
    let listed: BTreeSet<&str> = floor.keys().map(String::as_str).collect();
    assert_eq!(listed, rooms, "ARCHITECTURE.md's table (left) and src");
    let mut wrong = Vec::new();
    for (name, next) in library.arrows() {
        let up = next.iter().filter(|n| floor[room(n)] < floor[room(name)]);
        wrong.extend(up.map(|n| format!("{name} -> {n}")));
    }
    assert!(wrong.is_empty(), "upwards:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_imports_a_command() {
    let library = Library::read();
    let mut wrong = Vec::new();
    for (name, next) in library.arrows() {
        let of_commands =
            next.iter().filter(|n| name != "commands" && room(n) == "commands");
        wrong.extend(of_commands.map(|n| format!("{name} -> {n}")));
    }
    assert!(wrong.is_empty(), "imports:\n{}", wrong.join("\n"));
}

#[test]
fn the_codec_and_the_language_of_texts_stand_alone() {
    let library = Library::read();
    let mut wrong = Vec::new();
    for (name, next) in library.arrows() {
        let alone = ["docsis", "template", "model", "exit"];
        if alone.contains(&room(name)) {
            let others = next.iter().filter(|n| room(n) != room(name));
            wrong.extend(others.map(|n| format!("{name} -> {n}")));
        }
    }
    assert!(wrong.is_empty(), "imports:\n{}", wrong.join("\n"));
}

#[test]
fn those_that_think_do_not_touch_the_world() {
    let world = ["std::fs", "std::net::Tcp", "std::net::Udp", "Command::new"];
    let mut wrong = Vec::new();
    for (name, module) in &Library::read().0 {
        if PURE.contains(&room(name)) {
            let found =
                world.iter().filter(|word| module.code.contains(**word));
            wrong.extend(found.map(|w| format!("{}: {w}", module.path)));
        }
    }
    assert!(wrong.is_empty(), "the world:\n{}", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for module in Library::read().0.values() {
        let lines = module.text.lines().count();
        let most = match module.path.starts_with("commands/") {
            true => MOST_OF_A_COMMAND,
            false => MOST_LINES,
        };
        let path = &*module.path;
        if lines > most && !TABLES.contains(&path) {
            wrong.push(format!(
                "{}: {lines} lines, at most {most}",
                module.path
            ));
        }
    }
    assert!(wrong.is_empty(), "too long:\n{}", wrong.join("\n"));
}

/// The functions of a text by name, with their lines.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let blanks = &line[..line.len() - body.len()];
        let words: Vec<&str> = body.split_whitespace().take(5).collect();
        let Some(fn_at) = words.iter().position(|word| *word == "fn") else {
            continue;
        };
        let heads = ["pub", "pub(crate)", "pub(super)", "const", "async"];
        if !words[..fn_at].iter().all(|word| heads.contains(word)) {
            continue;
        }
        let end = format!("{blanks}}}");
        let rest = lines[at..].iter().position(|line| **line == end);
        let lines = rest.map_or(1, |rest| rest + 1);
        let name = words.get(fn_at + 1).unwrap_or(&"").to_string();
        found.push((name, if line.ends_with('}') { 1 } else { lines }));
    }
    found
}

#[test]
fn functions_are_short() {
    let (mut wrong, mut all) = (Vec::new(), Vec::new());
    for module in Library::read().0.values() {
        for (name, lines) in functions(&module.code) {
            all.push(lines);
            if lines > MOST_OF_A_FUNCTION {
                wrong.push(format!("{}: {name}: {lines} lines", module.path));
            }
        }
    }
    assert!(wrong.is_empty(), "too long:\n{}", wrong.join("\n"));
    all.sort_unstable();
    let most_of_nine = all[all.len() * 9 / 10];
    assert!(most_of_nine <= 30, "nine of ten have up to {most_of_nine} lines");
}

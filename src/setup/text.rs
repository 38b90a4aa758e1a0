//! Small changes of configuration texts: what is not ours stays as it is.

/// Sets a variable of a file that the shell or systemd reads. The last
/// assignment counts there, so it is the one that is replaced; without one, a
/// line is added. None: it has that value.
pub fn assign(text: &str, name: &str, value: &str) -> String {
    let line = format!("{name}={value}");
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
    };
    let with_end = format!("{line}\n");
    match lines.iter().rposition(|line| is(line)) {
        Some(at) => lines[at] = &with_end,
        None => return append(text, &line),
    }
    lines.concat()
}

/// The value of a variable, without quotes.
pub fn assigned(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let value = line.strip_prefix(name)?.strip_prefix('=')?.trim();
        Some(value.trim_matches(['"', '\'']).to_string())
    };
    text.lines().filter_map(value).next_back()
}

/// Adds a line at the end.
pub fn append(text: &str, line: &str) -> String {
    let feed = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{feed}{line}\n")
}

/// Adds a line unless it is there.
pub fn line(text: &str, line: &str) -> String {
    match text.lines().any(|l| l.trim() == line.trim()) {
        true => text.to_string(),
        false => append(text, line),
    }
}

/// What begins our part of a file that others write too.
const BEGIN: &str = "# BEGIN provha setup";
/// What ends it.
const END: &str = "# END provha setup";

/// Puts our part into a file, in place of an earlier one.
pub fn block(text: &str, ours: &str) -> String {
    let part = format!("{BEGIN}\n{ours}{END}\n");
    let Some(start) = text.find(BEGIN) else {
        return append(text, part.trim_end_matches('\n'));
    };
    let rest = &text[start..];
    let end = rest.find(END).map_or(rest.len(), |at| at + END.len());
    let after = rest[end..].strip_prefix('\n').unwrap_or(&rest[end..]);
    format!("{}{part}{after}", &text[..start])
}

/// An option with its value in a line of options: replaced, or added.
pub fn option(line: &str, name: &str, value: &str) -> String {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    match words.iter().rposition(|word| *word == name) {
        Some(at) if at + 1 < words.len() => words[at + 1] = value,
        Some(_) => words.push(value),
        None => words.extend([name, value]),
    }
    words.join(" ")
}

/// A flag in a line of options, one of its names: added where none is there.
pub fn flag(line: &str, names: &[&str]) -> String {
    let has = |word: &str| names.contains(&word);
    match line.split_whitespace().any(has) {
        true => line.to_string(),
        false => format!("{line} {}", names[0]).trim_start().to_string(),
    }
}

/// The value of a PHP variable.
pub fn php(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let rest = line.trim().strip_prefix('$')?.strip_prefix(name)?;
        let rest = rest.trim_start().strip_prefix('=')?.trim();
        let rest = rest.split_once(';').map_or(rest, |(value, _)| value);
        Some(rest.trim().trim_matches(['"', '\'']).to_string())
    };
    text.lines().filter_map(value).next_back()
}

/// Sets a PHP variable that the file has; one that it has not stays out, for
/// the file may end with `?>`.
pub fn set_php(text: &str, name: &str, value: &str) -> String {
    let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
    let is = |line: &str| {
        let rest = line.trim_start().strip_prefix('$');
        let rest = rest.and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let set = |line: &str| match is(line) {
        true => format!("${name} = '{quoted}';\n"),
        false => line.to_string(),
    };
    text.split_inclusive('\n').map(set).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_assignment_counts_and_comments_stay() {
        let text = "# X=1\nX=\"a\"\nX=b # c\nY=2";
        let set = assign(text, "X", "\"/z\"");
        assert_eq!(set, "# X=1\nX=\"a\"\nX=\"/z\"\nY=2");
        assert_eq!(assigned(&set, "X").as_deref(), Some("/z"));
        assert_eq!(assign("Y=2", "X", "1"), "Y=2\nX=1\n");
        assert_eq!(assigned(text, "Z"), None);
    }

    #[test]
    fn our_part_is_replaced_and_the_rest_stays() {
        let one = block("a\n", "1\n");
        assert!(one.starts_with("a\n# BEGIN"), "{one}");
        let with = format!("{one}b\n");
        let two = block(&with, "2\n");
        assert!(two.contains("\n2\n# END provha setup\nb\n"), "{two}");
        assert!(!two.contains("1\n"), "{two}");
        assert_eq!(block(&two, "2\n"), two);
    }

    #[test]
    fn options_and_flags() {
        assert_eq!(option("-u bind", "-c", "/x"), "-u bind -c /x");
        assert_eq!(option("-c /y -u bind", "-c", "/x"), "-c /x -u bind");
        assert_eq!(
            flag("--secure", &["--verbose", "-v"]),
            "--secure --verbose"
        );
        assert_eq!(flag("-v -s", &["--verbose", "-v"]), "-v -s");
        assert_eq!(flag("", &["-v"]), "-v");
    }

    #[test]
    fn variables_of_php() {
        let text = "<?php\n$a_b  = \"x\"; # y\n$a_bc = 'z';\n";
        assert_eq!(php(text, "a_b").as_deref(), Some("x"));
        let set = set_php(text, "a_b", "it's");
        assert_eq!(set, "<?php\n$a_b = 'it\\'s';\n$a_bc = 'z';\n");
    }
}

//! A pseudo terminal and what a person sees on it: bytes become a screen as a
//! VT100 shows them, with what has scrolled off above.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};

/// A character with its colours: the digits of the last SGR sequences.
#[derive(Clone, PartialEq)]
struct Cell {
    c: char,
    style: String,
}

/// What is seen.
pub struct Screen {
    rows: usize,
    columns: usize,
    /// Lines that scrolled off, then those of the screen.
    lines: Vec<Vec<Cell>>,
    /// Lines that go on from the one above, by their index.
    joined: BTreeSet<usize>,
    /// The first line of the screen in `lines`.
    top: usize,
    row: usize,
    column: usize,
    style: String,
    wraps: bool,
    /// The first screen, while the second is shown.
    behind: Option<(Vec<Vec<Cell>>, usize, usize, usize)>,
    pub cursor_is_shown: bool,
    /// Whether a character was ever drawn in a colour.
    pub was_coloured: bool,
    /// Sequences that this terminal does not know.
    pub unknown: Vec<String>,
}

impl Screen {
    /// An empty one.
    pub fn new(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            lines: vec![Vec::new(); rows],
            joined: BTreeSet::new(),
            top: 0,
            row: 0,
            column: 0,
            style: String::new(),
            wraps: true,
            behind: None,
            cursor_is_shown: true,
            was_coloured: false,
            unknown: Vec::new(),
        }
    }

    /// The screen after all these octets.
    pub fn of(rows: usize, columns: usize, bytes: &[u8]) -> Self {
        let mut screen = Self::new(rows, columns);
        let text = String::from_utf8_lossy(bytes);
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\x1b' => screen.escape(&mut chars),
                '\r' => screen.column = 0,
                '\n' => screen.feed(),
                '\x08' => screen.column = screen.column.saturating_sub(1),
                '\t' => screen.column = (screen.column / 8 + 1) * 8,
                c if c.is_control() => {}
                c => screen.put(c),
            }
        }
        screen
    }

    /// Goes down a line; at the bottom all go up.
    fn feed(&mut self) {
        if self.row + 1 < self.rows {
            self.row += 1;
        } else {
            self.top += 1;
            self.lines.push(Vec::new());
        }
    }

    /// The line of the cursor.
    fn line(&mut self) -> &mut Vec<Cell> {
        let at = self.top + self.row;
        while self.lines.len() <= at {
            self.lines.push(Vec::new());
        }
        &mut self.lines[at]
    }

    /// Draws a character.
    fn put(&mut self, c: char) {
        if self.column >= self.columns {
            if self.wraps {
                self.column = 0;
                self.feed();
                let _ = self.joined.insert(self.top + self.row);
            } else {
                self.column = self.columns - 1;
            }
        }
        let (column, style) = (self.column, self.style.clone());
        self.was_coloured |= !style.is_empty();
        let line = self.line();
        let blank = Cell { c: ' ', style: String::new() };
        line.resize(line.len().max(column + 1), blank);
        line[column] = Cell { c, style };
        self.column += 1;
    }

    /// Does what an escape sequence says.
    fn escape(&mut self, chars: &mut std::str::Chars<'_>) {
        match chars.next() {
            Some('[') => {}
            Some(']') => {
                // A title: up to BEL or ESC \.
                let _ = chars.find(|c| matches!(c, '\x07' | '\x1b'));
                return;
            }
            Some('(' | ')') => {
                let _ = chars.next();
                return;
            }
            _ => return,
        }
        let mut numbers = String::new();
        let last = loop {
            match chars.next() {
                Some(c) if ('\x40'..='\x7e').contains(&c) => break c,
                Some(c) => numbers.push(c),
                None => return,
            }
        };
        let number = numbers.parse::<usize>().unwrap_or(0);
        let step = number.max(1);
        match (last, &*numbers) {
            ('m', _) => self.paint(&numbers),
            ('A', _) => self.row = self.row.saturating_sub(step),
            ('B', _) => self.row = (self.row + step).min(self.rows - 1),
            ('C', _) => self.column = (self.column + step).min(self.columns),
            ('D', _) => self.column = self.column.saturating_sub(step),
            ('G', _) => self.column = step - 1,
            ('H', "") => (self.row, self.column) = (0, 0),
            ('K', "" | "0") => {
                let column = self.column;
                self.line().truncate(column);
            }
            ('K', "2") => self.line().clear(),
            ('J', "" | "0") => {
                let column = self.column;
                self.line().truncate(column);
                let below = self.top + self.row + 1;
                self.lines.truncate(below);
            }
            ('h' | 'l', "?7") => self.wraps = last == 'h',
            ('h' | 'l', "?25") => self.cursor_is_shown = last == 'h',
            ('h', "?1049") => {
                let lines = std::mem::take(&mut self.lines);
                self.behind = Some((lines, self.top, self.row, self.column));
                (self.top, self.row, self.column) = (0, 0, 0);
            }
            ('l', "?1049") => {
                if let Some(behind) = self.behind.take() {
                    (self.lines, self.top, self.row, self.column) = behind;
                }
            }
            _ => self.unknown.push(format!("[{numbers}{last}")),
        }
    }

    /// Takes colours, or leaves them.
    fn paint(&mut self, numbers: &str) {
        match numbers {
            "" | "0" => self.style.clear(),
            more if self.style.is_empty() => self.style.push_str(more),
            more => self.style = format!("{};{more}", self.style),
        }
    }

    /// Whether the second screen is shown.
    pub fn is_second(&self) -> bool {
        self.behind.is_some()
    }

    /// All lines with `{31}` where a colour begins and `{}` where it ends.
    /// What the terminal alone has cut into two lines is one.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            if number > 0 && !self.joined.contains(&number) {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
            text += &drawn(line);
        }
        format!("{}\n", text.trim_end())
    }

    /// The lines without colours.
    pub fn plain(&self) -> Vec<String> {
        let line = |line: &Vec<Cell>| line.iter().map(|cell| cell.c).collect();
        self.lines.iter().map(line).collect()
    }
}

/// A line as text.
fn drawn(line: &[Cell]) -> String {
    let (mut out, mut style) = (String::new(), "");
    for cell in line {
        if cell.style != style {
            style = &cell.style;
            out += &format!("{{{style}}}");
        }
        out.push(cell.c);
    }
    if !style.is_empty() {
        out += "{}";
    }
    out
}

/// What nobody writes: the end of what a program wrote.
const END: &[u8] = b"\0\0end\0";

/// A program on a pseudo terminal.
pub struct Terminal {
    child: Child,
    input: File,
    /// Keeps the terminal there, and says how it is set.
    slave: File,
    bytes: Arc<Mutex<Vec<u8>>>,
    rows: u16,
    columns: u16,
}

impl Terminal {
    /// Starts a program: standard input, output and error are the terminal,
    /// which controls it.
    pub fn start(command: &Command, rows: u16, columns: u16) -> Self {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pair = openpty(Some(&size), None).unwrap();
        let slave = File::from(pair.slave);
        let stdio = || Stdio::from(slave.try_clone().unwrap());
        // A terminal of its own needs a session of its own.
        let mut outer = Command::new("setsid");
        outer.args(["--ctty", "--wait"]).arg(command.get_program());
        outer.args(command.get_args()).env_clear();
        outer.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        outer.env("TERM", "xterm-256color");
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => outer.env(name, value),
                None => outer.env_remove(name),
            };
        }
        outer.stdin(stdio()).stdout(stdio()).stderr(stdio());
        let child = outer.spawn().unwrap();
        let input = File::from(pair.master);
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (mut output, kept) = (input.try_clone().unwrap(), bytes.clone());
        let _ = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                kept.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });
        Self { child, input, slave, bytes, rows, columns }
    }

    /// Presses keys.
    pub fn keys(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
    }

    /// All that was written so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap().clone()
    }

    /// What is seen now.
    pub fn screen(&self) -> Screen {
        Screen::of(self.rows.into(), self.columns.into(), &self.bytes())
    }

    /// Whether lines are edited and keys are shown: as a shell hands it over.
    pub fn is_as_before(&self) -> bool {
        let set = tcgetattr(&self.slave).unwrap().local_flags;
        set.contains(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG)
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub fn wait(&self, what: &str, is_so: impl Fn(&Screen) -> bool) -> Screen {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(Instant::now() < end, "{what}: {}", screen.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end; the exit code and what is seen then.
    pub fn ended(&mut self) -> (i32, Screen) {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        // What was written comes before this, however late it is read.
        self.slave.write_all(END).unwrap();
        let last = |bytes: &[u8]| bytes.ends_with(END);
        while !last(&self.bytes()) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut kept = self.bytes.lock().unwrap();
        let length = kept.len() - END.len();
        kept.truncate(length);
        drop(kept);
        (code, self.screen())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

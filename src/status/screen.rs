//! `status --watch`: the whole screen, drawn again and again; `q` quits.

use std::io::{self, IsTerminal as _, Write};
use std::os::fd::AsFd;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// How often it is drawn.
const EVERY: Duration = Duration::from_secs(2);
/// The other screen, without a cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
/// Back again.
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// The terminal as it was; None: it is.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Puts the terminal back, unless it is as it was: at the end, or when a
/// signal ends the run.
pub fn leave() {
    let before = BEFORE.lock().map_or(None, |mut before| before.take());
    if let Some(before) = before {
        let _ = tcsetattr(io::stdin().as_fd(), SetArg::TCSANOW, &before);
        let mut out = io::stdout().lock();
        let _ = out.write_all(LEAVE.as_bytes()).and_then(|()| out.flush());
    }
}

/// The terminal is ours until this is dropped.
struct Terminal;

impl Terminal {
    /// Keys come at once and are not shown.
    fn take() -> Self {
        if let Ok(before) = tcgetattr(io::stdin().as_fd()) {
            let mut raw = before.clone();
            // Ctrl-C comes as a key: the screen is put back then, too.
            raw.local_flags.remove(
                LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG,
            );
            let _ = tcsetattr(io::stdin().as_fd(), SetArg::TCSANOW, &raw);
            if let Ok(mut kept) = BEFORE.lock() {
                *kept = Some(before);
            }
        }
        Self
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}

/// Whether there is a terminal to draw on and to take keys from.
pub fn can_be_drawn() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Draws what `text` says until `q` is pressed.
///
/// # Errors
/// The terminal cannot be written to, or `text` fails.
pub fn show(
    text: &mut dyn FnMut() -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    // What fails at once is told on the screen that the user has.
    let mut now = text()?;
    let _terminal = Terminal::take();
    io::stdout().lock().write_all(ENTER.as_bytes())?;
    loop {
        draw(&now)?;
        if quits(Instant::now() + EVERY)? {
            return Ok(());
        }
        now = text()?;
    }
}

/// Draws one screen: what does not fit below is left out.
fn draw(text: &str) -> io::Result<()> {
    let rows = rows();
    let lines: Vec<&str> = text.lines().collect();
    let fit = rows.saturating_sub(1).max(1);
    let mut out = String::from("\x1b[H");
    for line in lines.iter().take(fit) {
        out += line;
        out += "\x1b[K\r\n";
    }
    let left = lines.len().saturating_sub(fit);
    let more = match left {
        0 => String::new(),
        n => format!("; {n} more lines"),
    };
    let time = crate::report::local_time(crate::env::now());
    out += &format!("{time}; q quits{more}\x1b[K\x1b[J");
    // A line that is too long must not push the others away.
    let mut stdout = io::stdout().lock();
    stdout.write_all(b"\x1b[?7l")?;
    stdout.write_all(out.as_bytes())?;
    stdout.write_all(b"\x1b[?7h")?;
    stdout.flush()
}

/// Rows of the terminal.
fn rows() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout().as_fd());
    size.map_or(24, |size| usize::from(size.ws_row.max(2)))
}

/// Waits for a key until then; whether it is one that quits.
fn quits(end: Instant) -> io::Result<bool> {
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let input = io::stdin();
        let mut fds = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        let wait = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, wait) {
            Err(nix::errno::Errno::EINTR) => continue,
            other => other?,
        };
        if fds[0].revents().is_none_or(|events| events.is_empty()) {
            return Ok(false);
        }
        let mut key = [0];
        let read = nix::unistd::read(io::stdin().as_fd(), &mut key)?;
        // The end of the input: nobody is there any more.
        if read == 0 || matches!(key[0], b'q' | b'Q' | 3 | 4) {
            return Ok(true);
        }
    }
}

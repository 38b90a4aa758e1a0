//! Servers that lie, and the run of the program against them.

pub mod mysql;
pub mod omapi;
pub mod postgres;
pub mod udp;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a run may take in memory, KiB (issue 12: 200 MiB).
pub const MOST_MEMORY: u64 = 200 << 10;
/// The address at which liars listen: the run takes it for another machine.
pub const ADDRESS: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 20);

/// How a run ended.
pub struct Ended {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub err: String,
    pub took: Duration,
    /// Its peak in memory, KiB.
    pub memory: u64,
}

/// Runs a command to its end, at most `limit`.
pub fn run(mut command: Command, limit: Duration) -> Ended {
    let begin = Instant::now();
    let out = tempfile::tempfile().unwrap();
    let err = tempfile::NamedTempFile::new().unwrap();
    command.stdout(out).stderr(err.reopen().unwrap()).stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > limit {
            let _ = child.kill();
            break child.wait().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let err = std::fs::read(err.path()).unwrap();
    Ended {
        code: status.code(),
        signal: status.signal(),
        err: String::from_utf8_lossy(&err).into_owned(),
        took: begin.elapsed(),
        memory,
    }
}

/// The peak of a process in memory, KiB (proc(5), VmHWM).
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl Ended {
    /// What is wrong with this end, in words; None: it is as it must be.
    pub fn fault(&self, codes: &[i32], limit: Duration) -> Option<String> {
        let Self { code, signal, err, took, memory } = self;
        // What a server says makes no line of its own.
        let words =
            ["error: ", "hint: ", "warning: ", "note: ", "memory alloc"];
        let ours = |line: &str| {
            line.is_empty()
                || line.starts_with(' ')
                || words.iter().any(|word| line.starts_with(word))
        };
        let told = words.iter().any(|word| err.contains(word))
            && err.lines().all(ours)
            && !err.contains("\nhint: run curl");
        let raw = err.bytes().any(|byte| byte < 32 && byte != b'\n');
        let said: String = err.chars().take(600).collect();
        let end = format!("code {code:?} signal {signal:?}: {said}");
        match code {
            _ if *took > limit => Some(format!("took {took:?}: {end}")),
            _ if *memory > MOST_MEMORY => Some(format!("{memory} KiB: {end}")),
            Some(code) if !codes.contains(code) => Some(end),
            None => Some(end),
            Some(0) => None,
            _ if !told => Some(format!("no words: {end}")),
            _ if err.contains("panicked at") => Some(end),
            _ if raw => Some(format!("raw octets: {err:?}")),
            _ => None,
        }
    }
}

/// Listens on TCP and has `serve` answer each connection; the port.
pub fn listen(
    serve: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
) -> u16 {
    listen_at(SocketAddr::from((ADDRESS, 0)), serve)
}

/// The same at an address.
pub fn listen_at(
    at: SocketAddr,
    serve: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
) -> u16 {
    let listener = TcpListener::bind(at).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    drop(std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            drop(std::thread::spawn(move || serve(stream)));
        }
    }));
    port
}

/// Says nothing more until the other side has gone.
pub fn silence(mut stream: TcpStream) -> std::io::Result<()> {
    use std::io::Read as _;
    let mut octets = [0; 4096];
    while stream.read(&mut octets)? > 0 {}
    Ok(())
}

/// Sends the same for ever, with a pause after each.
pub fn for_ever(
    mut stream: TcpStream,
    octets: &[u8],
    pause: Duration,
) -> std::io::Result<()> {
    loop {
        stream.write_all(octets)?;
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
    }
}

/// Octets without sense, always the same.
pub fn noise(count: usize) -> Vec<u8> {
    let mut state: u32 = 0x1234_5678;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..count).map(|_| next()).collect()
}

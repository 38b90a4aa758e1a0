//! Dynamic updates, by the stock `nsupdate`: changes on its stdin, the key in
//! a file that it reads, nothing secret in its arguments.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::system::process;

/// How long nsupdate waits for the answer to one message, seconds.
const PER_MESSAGE: u64 = 5;

/// Sends changes to one server.
#[derive(Debug, Clone)]
pub struct Updater {
    /// The nsupdate program.
    pub program: String,
    /// The server.
    pub server: SocketAddr,
    /// The file with the server's TSIG key.
    pub key_file: PathBuf,
    /// How long all of it may take.
    pub timeout: Duration,
}

/// Why changes did not go in.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// nsupdate is not there.
    #[error("{program} is not installed")]
    Missing {
        /// The program.
        program: String,
    },
    /// nsupdate cannot be run.
    #[error("cannot run {program}: {source}")]
    Run {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The server, or nsupdate, said no.
    #[error("{server} does not take the update: {words}")]
    Refused {
        /// The server.
        server: SocketAddr,
        /// nsupdate's words.
        words: String,
    },
}

impl Updater {
    /// Sends the changes, as `nsupdate` reads them; nothing without changes.
    pub fn send(&self, changes: &str) -> Result<(), UpdateError> {
        if changes.is_empty() {
            return Ok(());
        }
        let Some(path) = process::find(&self.program) else {
            return Err(UpdateError::Missing { program: self.program.clone() });
        };
        let run =
            |source| UpdateError::Run { program: self.program.clone(), source };
        let seconds = PER_MESSAGE.to_string();
        let mut command = Command::new(path);
        command.args(["-v", "-t", &seconds, "-k"]).arg(&self.key_file);
        let input = self.input(changes).map_err(run)?;
        let outcome =
            process::run_with_input(&mut command, input, self.timeout)
                .map_err(run)?;
        if outcome.ok() {
            return Ok(());
        }
        let said = outcome.output.lines().find(|l| !l.trim().is_empty());
        let words = said.unwrap_or("it said nothing").trim();
        Err(UpdateError::Refused {
            server: self.server,
            words: format!("nsupdate {}: {words}", outcome.how()),
        })
    }

    /// The changes in a file without a name.
    fn input(&self, changes: &str) -> io::Result<File> {
        let mut file = process::scratch_file()?;
        let (address, port) = (self.server.ip(), self.server.port());
        writeln!(file, "server {address} {port}")?;
        file.write_all(changes.as_bytes())?;
        file.rewind()?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(program: &str, expected: &str) {
        let updater = Updater {
            program: program.into(),
            server: ([127, 0, 0, 1], 9).into(),
            key_file: "/nonexistent".into(),
            timeout: Duration::from_secs(5),
        };
        assert!(updater.send("").is_ok());
        let error = updater.send("send\n").unwrap_err().to_string();
        assert_eq!(error, expected);
    }

    #[test]
    fn a_failure_is_told() {
        check(
            "provha-no-such-program",
            "provha-no-such-program is not installed",
        );
        check(
            "false",
            "127.0.0.1:9 does not take the update: nsupdate ended with 1: it \
             said nothing",
        );
    }
}

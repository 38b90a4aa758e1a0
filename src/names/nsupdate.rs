//! Dynamic updates (RFC 2136) through the stock `nsupdate`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::Updates;
use crate::files;
use crate::process;

/// Sends updates to one server, signed with one key.
pub struct Nsupdate {
    /// The program.
    pub program: String,
    /// The DNS server.
    pub server: SocketAddr,
    /// A named.conf key statement; only its path is seen by others.
    pub key_file: PathBuf,
    /// How long one message may take.
    pub timeout: Duration,
    /// A directory of our own for the script; it holds no secret.
    pub work: PathBuf,
}

impl Updates for Nsupdate {
    fn send(&mut self, zone: &str, lines: &[String]) -> Result<(), String> {
        let (ip, port) = (self.server.ip(), self.server.port());
        let script = format!(
            "server {ip} {port}\nzone {zone}.\n{}\nsend\n",
            lines.join("\n")
        );
        let path = self.work.join("nsupdate");
        files::replace(&path, script.as_bytes(), 0o600)
            .map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.program);
        let seconds = self.timeout.as_secs().max(1).to_string();
        // -v: TCP, which carries a whole message.
        command.args(["-v", "-t", &seconds, "-k"]);
        command.arg(&self.key_file).arg(&path);
        let patience = self.timeout + Duration::from_secs(5);
        let outcome = process::run(&mut command, patience)
            .map_err(|error| format!("{}: {error}", self.program))?;
        let _ = files::remove_if_there(&path);
        if outcome.ok() {
            return Ok(());
        }
        let said = outcome.output.trim().replace('\n', "; ");
        Err(format!("{} {}: {said}", self.program, outcome.how()))
    }
}

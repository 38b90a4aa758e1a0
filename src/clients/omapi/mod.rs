//! A client of OMAPI, the TCP protocol by which ISC dhcpd lets its objects be
//! read and set (omapi(3); what was measured: docs/failover.md).
//!
//! Every message is signed with the key of `PROVHA__OMAPI_KEY_FILE`, every reply
//! is verified, and nothing waits for longer than its time limit.

pub mod failover;
pub mod probe;
pub mod sign;
pub mod wire;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use sign::Key;
use wire::{Message, Opcode, Values};

/// How long a server may take to accept a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a server may take for one whole reply.
pub const REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why dhcpd's objects cannot be read or set.
#[derive(Debug, thiserror::Error)]
pub enum OmapiError {
    /// There is no connection: nothing listens, or nothing is there.
    #[error("{server} is not reachable: {source}")]
    Connect {
        /// Address and port.
        server: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The connection was accepted, but the answer does not come or breaks
    /// off.
    #[error("{server} does not answer: {source}")]
    Silent {
        /// Address and port.
        server: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// What comes is no OMAPI.
    #[error("{server} does not speak OMAPI: {reason}")]
    NotOmapi {
        /// Address and port.
        server: SocketAddr,
        /// What was odd.
        reason: String,
    },
    /// The server knows no key of this name and algorithm.
    #[error(
        "{server} does not know the key '{name}' with this algorithm: {reason}"
    )]
    UnknownKey {
        /// Address and port.
        server: SocketAddr,
        /// The key's name.
        name: String,
        /// The server's words.
        reason: String,
    },
    /// The reply was signed with another secret, or not at all.
    #[error("{server} has another secret for the key '{name}'")]
    WrongSecret {
        /// Address and port.
        server: SocketAddr,
        /// The key's name.
        name: String,
    },
    /// The server refused; code and words are dhcpd's.
    #[error("{server} refuses: {message} (status {code})")]
    Status {
        /// Address and port.
        server: SocketAddr,
        /// The number of the result.
        code: u32,
        /// The words.
        message: String,
    },
}

impl OmapiError {
    /// Whether something at that address took the connection: then a program
    /// is alive there, whatever it said.
    pub fn is_alive(&self) -> bool {
        !matches!(self, Self::Connect { .. })
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Connect { .. } | Self::Silent { .. } => {
                "is dhcpd running there, with the omapi-port of \
                 PROVHA__OMAPI_PORT, and does the firewall let it through?"
            }
            Self::NotOmapi { .. } => "is PROVHA__OMAPI_PORT right?",
            Self::UnknownKey { .. } | Self::WrongSecret { .. } => {
                "the file of PROVHA__OMAPI_KEY_FILE must be the same on both \
                 nodes, and dhcpd must have been restarted since it changed"
            }
            Self::Status { .. } => "see dhcpd's log there",
        }
    }
}

/// A connection that is authenticated.
pub struct Client {
    server: SocketAddr,
    stream: TcpStream,
    key: Key,
    authid: u32,
    tid: u32,
    patience: Duration,
}

impl Client {
    /// Connects and authenticates.
    ///
    /// # Errors
    /// Nothing there, silence, an unknown key. A wrong secret shows with the
    /// first request.
    pub fn connect(server: SocketAddr, key: &Key) -> Result<Self, OmapiError> {
        Self::connect_within(server, key, REPLY_TIMEOUT)
    }

    /// The same where no reply may take longer than this.
    ///
    /// # Errors
    /// As [`Client::connect`].
    pub fn connect_within(
        server: SocketAddr,
        key: &Key,
        patience: Duration,
    ) -> Result<Self, OmapiError> {
        let stream = TcpStream::connect_timeout(&server, CONNECT_TIMEOUT)
            .map_err(|source| OmapiError::Connect { server, source })?;
        let (key, authid, tid) = (key.clone(), 0, 0);
        let mut client = Self { server, stream, key, authid, tid, patience };
        client.greet()?;
        client.authenticate()?;
        Ok(client)
    }

    /// Looks an object up: its handle and its values.
    ///
    /// # Errors
    /// What the server refuses, silence, a wrong secret.
    pub fn open(
        &mut self,
        kind: &str,
        object: Values,
    ) -> Result<Message, OmapiError> {
        let message = vec![("type".into(), kind.as_bytes().to_vec())];
        self.ask(Opcode::Open, 0, message, object)
    }

    /// Sets values of an object that was opened.
    ///
    /// # Errors
    /// What the server refuses, silence.
    pub fn update(
        &mut self,
        handle: u32,
        object: Values,
    ) -> Result<Message, OmapiError> {
        self.ask(Opcode::Update, handle, Values::new(), object)
    }

    /// Exchanges the greetings.
    fn greet(&mut self) -> Result<(), OmapiError> {
        let mut greeting = [0; 8];
        let outcome = self
            .stream
            .set_write_timeout(Some(REPLY_TIMEOUT))
            .and_then(|()| self.stream.write_all(&wire::GREETING))
            .and_then(|()| self.timed().read_exact(&mut greeting));
        outcome.map_err(|source| self.silent(source))?;
        if greeting == wire::GREETING {
            return Ok(());
        }
        let reason = "another greeting".into();
        Err(OmapiError::NotOmapi { server: self.server, reason })
    }

    /// Opens the authenticator that signs all later messages.
    fn authenticate(&mut self) -> Result<(), OmapiError> {
        let object = vec![
            ("name".into(), self.key.name.as_bytes().to_vec()),
            ("algorithm".into(), self.key.wire_algorithm().into_bytes()),
        ];
        match self.open("authenticator", object) {
            // With handle 0 nothing later would be signed or verified.
            Ok(reply) if reply.handle == 0 => Err(OmapiError::NotOmapi {
                server: self.server,
                reason: "an authenticator without a handle".into(),
            }),
            Ok(reply) => {
                self.authid = reply.handle;
                Ok(())
            }
            Err(OmapiError::Status { server, message: reason, .. }) => {
                let name = self.key.name.clone();
                Err(OmapiError::UnknownKey { server, name, reason })
            }
            Err(error) => Err(error),
        }
    }

    /// One request and its reply.
    fn ask(
        &mut self,
        opcode: Opcode,
        handle: u32,
        message: Values,
        object: Values,
    ) -> Result<Message, OmapiError> {
        self.tid += 1;
        let (authid, tid) = (self.authid, self.tid);
        let request =
            Message { authid, opcode, handle, tid, rid: 0, message, object };
        let key = (authid != 0).then_some(&self.key);
        self.stream
            .write_all(&request.encode(key))
            .map_err(|source| self.silent(source))?;
        let reply = self.reply(tid)?;
        if reply.opcode == Opcode::Status {
            let code = reply.number("result").unwrap_or(0);
            if code != 0 {
                let message = reply.text("message").unwrap_or_default();
                let message = crate::model::plain::reason(&message);
                let server = self.server;
                return Err(OmapiError::Status { server, code, message });
            }
        }
        Ok(reply)
    }

    /// The reply to the message `tid`; others in between are passed over.
    fn reply(&mut self, tid: u32) -> Result<Message, OmapiError> {
        let mut timed = self.timed();
        loop {
            let got = wire::read(&mut timed);
            let got = got.map_err(|source| self.silent(source))?;
            if self.authid != 0
                && !self.key.verifies(&got.signed, &got.signature)
            {
                let (server, name) = (self.server, self.key.name.clone());
                return Err(OmapiError::WrongSecret { server, name });
            }
            if got.message.rid == tid {
                return Ok(got.message);
            }
        }
    }

    /// The stream, for one reply's time.
    fn timed(&self) -> Timed<'_> {
        Timed { stream: &self.stream, end: Instant::now() + self.patience }
    }

    /// The error of an answer that did not come.
    fn silent(&self, source: io::Error) -> OmapiError {
        let server = self.server;
        match source.kind() {
            io::ErrorKind::InvalidData => {
                OmapiError::NotOmapi { server, reason: source.to_string() }
            }
            _ => OmapiError::Silent { server, source },
        }
    }
}

/// A stream that ends at a point in time, however slowly the octets come.
struct Timed<'a> {
    stream: &'a TcpStream,
    end: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        match self.stream.read(buffer) {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                Err(io::ErrorKind::TimedOut.into())
            }
            other => other,
        }
    }
}

//! What stands between a PostgreSQL server that lies and the driver, which
//! believes it: a password asked for in clear where others can listen, a
//! challenge that takes years, messages of any length, settings and rows
//! without end (PostgreSQL manual, 'Message Formats').
//!
//! The driver's hook for TLS is the only place where its stream can be
//! looked at, so that a connection without TLS passes it too.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use postgres::Socket;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Octets of the longest message: a row with one large text.
const LONGEST: u64 = 64 << 20;
/// Octets of the longest message about the login.
const LONGEST_LOGIN: u64 = 4096;
/// Octets of notices, settings and rows of simple queries up to the end of an
/// answer: the catalogue has some hundred kilobytes. The rows of tables come
/// by COPY, one by one, and do not count.
const MOST_KEPT: u64 = 16 << 20;
/// Rounds of a challenge (SCRAM, RFC 5802): the server's default is 4096.
const MOST_ROUNDS: u64 = 1_000_000;
/// The words where the password would be given away.
pub const CLEAR: &str = "the server asks for the password in clear";

type Fault = Box<dyn Error + Send + Sync>;

/// A way to connect, with the guard on its stream.
pub struct Guard<M> {
    /// The way.
    pub way: M,
    /// True if a password may be sent in clear: nobody can listen.
    pub clear: bool,
}

impl<M> MakeTlsConnect<Socket> for Guard<M>
where
    M: MakeTlsConnect<Socket>,
    M::TlsConnect: Send + 'static,
    M::Stream: Send,
    <M::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    type Stream = Guarded<M::Stream>;
    type TlsConnect = Guard<M::TlsConnect>;
    type Error = Fault;

    fn make_tls_connect(
        &mut self,
        domain: &str,
    ) -> Result<Self::TlsConnect, Fault> {
        let way = self.way.make_tls_connect(domain).map_err(Into::into)?;
        Ok(Guard { way, clear: self.clear })
    }
}

impl<C> TlsConnect<Socket> for Guard<C>
where
    C: TlsConnect<Socket> + Send + 'static,
    C::Stream: Send,
    C::Future: Send,
{
    type Stream = Guarded<C::Stream>;
    type Error = Fault;
    type Future =
        Pin<Box<dyn Future<Output = Result<Self::Stream, Fault>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let stream = self.way.connect(socket).await.map_err(Into::into)?;
            Ok(Guarded { stream, scan: Scan::new(self.clear) })
        })
    }
}

/// The way without TLS.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl MakeTlsConnect<Socket> for Plain {
    type Stream = PlainStream;
    type TlsConnect = Self;
    type Error = Fault;

    fn make_tls_connect(&mut self, _: &str) -> Result<Self, Fault> {
        Ok(Self)
    }
}

impl TlsConnect<Socket> for Plain {
    type Stream = PlainStream;
    type Error = Fault;
    type Future = std::future::Ready<Result<PlainStream, Fault>>;

    fn connect(self, socket: Socket) -> Self::Future {
        std::future::ready(Ok(PlainStream(socket)))
    }
}

/// A stream without TLS.
pub struct PlainStream(Socket);

impl AsyncRead for PlainStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for PlainStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, octets)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl TlsStream for PlainStream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// A stream whose messages are looked at before the driver sees them.
pub struct Guarded<S> {
    stream: S,
    scan: Scan,
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if !matches!(polled, Poll::Ready(Ok(()))) {
            return polled;
        }
        let scanned = self.scan.octets(&buffer.filled()[before..]);
        Poll::Ready(scanned.map_err(|why| {
            buffer.set_filled(before);
            io::Error::new(io::ErrorKind::InvalidData, why)
        }))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, octets)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Guarded<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

/// Where in the server's messages the stream is.
struct Scan {
    clear: bool,
    /// Tag and length of the message, and the content of one of the login.
    head: Vec<u8>,
    /// Octets of the message that come and are not looked at.
    rest: u64,
    /// Octets that the driver keeps until the answer ends.
    kept: u64,
}

impl Scan {
    /// At the begin of the first message.
    fn new(clear: bool) -> Self {
        Self { clear, head: Vec::new(), rest: 0, kept: 0 }
    }

    /// Takes octets that came.
    fn octets(&mut self, mut octets: &[u8]) -> Result<(), &'static str> {
        while !octets.is_empty() {
            if self.rest > 0 {
                let some = octets.len().min(self.rest as usize);
                self.rest -= some as u64;
                octets = &octets[some..];
                continue;
            }
            self.head.push(octets[0]);
            octets = &octets[1..];
            if self.head.len() >= 5 {
                self.message()?;
            }
        }
        Ok(())
    }

    /// Judges the message whose head is there.
    fn message(&mut self) -> Result<(), &'static str> {
        let tag = self.head[0];
        let length = self.head[1..5].iter();
        let length = length.fold(0_u64, |n, octet| n << 8 | u64::from(*octet));
        // The length counts itself.
        let wrong = !(4..=LONGEST).contains(&length);
        if wrong || tag == b'R' && length > LONGEST_LOGIN {
            return Err("the server sends a message of an impossible length");
        }
        match tag {
            b'R' if (self.head.len() as u64) < length + 1 => return Ok(()),
            b'R' => login(&self.head[5..], self.clear)?,
            // ReadyForQuery.
            b'Z' => self.kept = 0,
            // DataRow, NoticeResponse, ParameterStatus, NotificationResponse.
            b'D' | b'N' | b'S' | b'A' => self.kept += length,
            _ => {}
        }
        if self.kept > MOST_KEPT {
            return Err("the answer of the server does not end");
        }
        self.rest = length + 1 - self.head.len() as u64;
        self.head.clear();
        Ok(())
    }
}

/// Judges what the server wants for the login ('Message Formats',
/// Authentication...).
fn login(content: &[u8], clear: bool) -> Result<(), &'static str> {
    let Some((kind, data)) = content.split_at_checked(4) else {
        return Err("the server sends half a message about the login");
    };
    match kind {
        // CleartextPassword.
        [0, 0, 0, 3] if !clear => Err(CLEAR),
        // SASLContinue: r=...,s=...,i=ROUNDS
        [0, 0, 0, 11] => {
            let text = String::from_utf8_lossy(data);
            let rounds = text.split(',').find_map(|p| p.strip_prefix("i="));
            let rounds = rounds.map_or(Ok(0), str::parse);
            match rounds.is_ok_and(|rounds: u64| rounds <= MOST_ROUNDS) {
                true => Ok(()),
                false => Err("the challenge of the server takes too long"),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag];
        out.extend((content.len() as u32 + 4).to_be_bytes());
        out.extend(content);
        out
    }

    /// What is said of octets, whole and one by one.
    fn scan(octets: &[u8], clear: bool) -> Result<(), &'static str> {
        let whole = Scan::new(clear).octets(octets);
        let mut scan = Scan::new(clear);
        let single = octets.iter().try_for_each(|o| scan.octets(&[*o]));
        assert_eq!(whole, single);
        whole
    }

    #[test]
    fn a_password_in_clear_needs_a_safe_way() {
        let good = message(b'S', b"a\0b\0");
        let asks = [good, message(b'R', &[0, 0, 0, 3])].concat();
        assert_eq!(scan(&asks, false), Err(CLEAR));
        assert_eq!(scan(&asks, true), Ok(()));
        assert_eq!(
            scan(&message(b'R', &[0, 0, 0, 5, 1, 2, 3, 4]), false),
            Ok(())
        );
    }

    #[test]
    fn challenges_lengths_and_answers_are_bounded() {
        let challenge = |rounds: &str| {
            let text = format!("\0\0\0\x0br=a,s=QQ==,i={rounds}");
            scan(&message(b'R', text.as_bytes()), true)
        };
        assert_eq!(challenge("4096"), Ok(()));
        assert!(challenge("4294967295").is_err());
        assert!(challenge("x").is_err());
        assert!(scan(b"D\x7f\xff\xff\xff", true).is_err());
        assert!(scan(b"D\0\0\0\x03", true).is_err());
        assert!(scan(b"R\0\0\0\x04", true).is_err());
        let row = message(b'D', &vec![0; 1 << 20]);
        let mut scan = Scan::new(true);
        for _ in 0..15 {
            scan.octets(&row).unwrap();
        }
        scan.octets(&message(b'Z', b"I")).unwrap();
        for _ in 0..15 {
            scan.octets(&row).unwrap();
        }
        assert!(scan.octets(&row).is_err());
        // Rows of COPY are taken one by one.
        let copied = message(b'd', &vec![0; 1 << 20]);
        let mut scan = Scan::new(true);
        for _ in 0..100 {
            scan.octets(&copied).unwrap();
        }
    }
}

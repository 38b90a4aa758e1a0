//! The reader of DNS messages (RFC 1035 section 4), for one answer and for a
//! whole zone. What a server sends is not trusted: nothing is read beyond the
//! message, and no name is followed for ever.

use std::fmt::Write as _;

/// Octets of a name, each of at most 255 (RFC 1035 section 3.1) written as
/// `\DDD`.
const MOST_NAME: usize = 4 * 255;

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken(pub &'static str);

/// The head of a message.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Answer, authority and response code.
    pub flags: u16,
    /// How many questions it repeats.
    questions: u16,
    /// How many records the answer section has.
    pub answers: u16,
}

/// What stands before the data of a record.
#[derive(Debug, Clone, Copy)]
pub struct RecordHead {
    /// The number of its type.
    pub kind: u16,
    /// Its lifetime, seconds.
    pub ttl: u32,
    /// How many octets of data follow.
    pub length: usize,
    /// Where the data ends.
    end: usize,
}

/// Reads a message from a place on.
pub struct Reader<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads the head.
    pub fn open(message: &'a [u8]) -> Result<(Self, Head), Broken> {
        let mut reader = Self { message, at: 2 };
        let flags = reader.number16()?;
        let (questions, answers) = (reader.number16()?, reader.number16()?);
        let _authority_and_more = reader.take(4)?;
        Ok((reader, Head { flags, questions, answers }))
    }

    /// Passes over the questions, behind which the answers stand. A refusal
    /// need not have any, whatever its head says.
    pub fn pass_questions(&mut self, head: Head) -> Result<(), Broken> {
        let mut name = String::new();
        for _ in 0..head.questions {
            self.name(&mut name)?;
            let _type_and_class = self.take(4)?;
        }
        Ok(())
    }

    /// The next octets.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let piece = self.message.get(self.at..self.at + count);
        let piece = piece.ok_or(Broken("it ends too early"))?;
        self.at += count;
        Ok(piece)
    }

    /// The next octets, as many as the place for them has.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// Two octets, network order.
    pub fn number16(&mut self) -> Result<u16, Broken> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four octets, network order.
    pub fn number32(&mut self) -> Result<u32, Broken> {
        self.array().map(u32::from_be_bytes)
    }

    /// A name without the final dot, which may go on at another place (RFC
    /// 1035 section 4.1.4).
    pub fn name(&mut self, out: &mut String) -> Result<(), Broken> {
        out.clear();
        let mut after = None;
        // A name has at most 127 labels; more jumps are a loop.
        for _ in 0..256 {
            let [length] = self.array()?;
            match length {
                0 => {
                    self.at = after.unwrap_or(self.at);
                    return Ok(());
                }
                1..=63 => {
                    push_label(out, self.take(usize::from(length))?);
                    if out.len() > MOST_NAME {
                        return Err(Broken("a name is too long"));
                    }
                }
                192.. => {
                    let [low] = self.array()?;
                    after = after.or(Some(self.at));
                    let to = u16::from_be_bytes([length & 63, low]);
                    self.at = usize::from(to);
                }
                _ => return Err(Broken("a label of unknown kind")),
            }
        }
        Err(Broken("a name that never ends"))
    }

    /// A name that is data.
    pub fn target(&mut self) -> Result<String, Broken> {
        let mut name = String::new();
        self.name(&mut name)?;
        Ok(name)
    }

    /// The owner of the next record, and what stands before its data.
    pub fn record(&mut self, owner: &mut String) -> Result<RecordHead, Broken> {
        self.name(owner)?;
        let kind = self.number16()?;
        let _class = self.number16()?;
        let ttl = self.number32()?;
        let length = usize::from(self.number16()?);
        let end = self.at + length;
        if end > self.message.len() {
            return Err(Broken("a record ends too early"));
        }
        Ok(RecordHead { kind, ttl, length, end })
    }

    /// Goes to where the data of a record ends, however much of it was read.
    pub fn leave(&mut self, record: RecordHead) {
        self.at = record.end;
    }
}

/// Appends a label, after a dot unless it is the first. Octets that no host
/// name has come as `\DDD` (RFC 1035 section 5.1): names of a server that lies
/// go into messages and into nsupdate's input.
fn push_label(out: &mut String, label: &[u8]) {
    if !out.is_empty() {
        out.push('.');
    }
    for octet in label {
        if octet.is_ascii_alphanumeric() || b"-_".contains(octet) {
            out.push(char::from(*octet));
        } else {
            let _ = write!(out, "\\{octet:03}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_goes_on_elsewhere_is_read() {
        let message = b"\x04test\0\x02aB\xc0\x00\x01";
        let mut reader = Reader { message, at: 6 };
        assert_eq!(reader.target(), Ok("aB.test".into()));
        assert_eq!(reader.take(1), Ok(&[1][..]));
        assert!(reader.take(1).is_err());
    }

    #[test]
    fn loops_and_overlong_names_end() {
        let mut looped = Reader { message: b"\xc0\x00", at: 0 };
        assert_eq!(looped.target(), Err(Broken("a name that never ends")));
        let long = b"\x3f".iter().chain([b'a'; 63].iter()).copied();
        let message: Vec<u8> = long.cycle().take(64 * 20).collect();
        let mut long = Reader { message: &message, at: 0 };
        assert_eq!(long.target(), Err(Broken("a name is too long")));
    }

    #[test]
    fn data_beyond_the_message_is_refused() {
        let mut head = b"\0\0\x01\0\x01\0\0\0\x09\0\x05abcd".to_vec();
        let mut owner = String::new();
        let mut read = |message: &[u8]| {
            Reader { message, at: 0 }.record(&mut owner).map(|head| head.length)
        };
        assert_eq!(read(&head), Err(Broken("a record ends too early")));
        head.push(b'e');
        assert_eq!(read(&head), Ok(5));
    }

    #[test]
    fn octets_of_no_host_name_are_escaped() {
        let mut name = String::from("a");
        push_label(&mut name, b"x\n;send\x1b");
        assert_eq!(name, "a.x\\010\\059send\\027");
    }
}

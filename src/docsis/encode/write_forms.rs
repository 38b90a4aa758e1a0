//! The settings with a grammar of their own: SNMP objects, files,
//! `GenericTLV`.

use crate::docsis::address::{hex, integer, long};
use crate::docsis::encode::fault::{Fault, repeated};
use crate::docsis::encode::lex::{Read, Token, unquote, wrong};
use crate::docsis::encode::lex_value::Tag;
use crate::docsis::encode::width::Fit;
use crate::docsis::encode::write::Writer;
use crate::docsis::encode::{snmp, value, width};
use crate::docsis::mib::Node;
use crate::docsis::mib::oid::{Oid, resolve, resolve_absolute};
use crate::docsis::mic;
use crate::docsis::table::Symbol;

/// Longest digit map, octets.
const MAX_DIGIT_MAP: usize = 8192;

/// Longest certificate file that is read, octets.
const MAX_CERTIFICATE: usize = 1 << 20;

/// Octets of a file in one TLV.
const PIECE: usize = 254;

/// Greatest content of a TLV with one octet of length.
const MAX_CONTENT: usize = 255;

/// What may follow a type of an SNMP value.
#[derive(Clone, Copy)]
enum Form {
    /// Signed number.
    Signed,
    /// Unsigned number with this tag, of a type of this name.
    Unsigned(u8, &'static str),
    /// IPv4 address.
    Ip,
    /// Object identifier.
    ObjectId,
    /// Quoted text.
    Text,
    /// Hexadecimal digits.
    Hex,
}

/// The types of SNMP values.
const TYPES: &str = "Integer, Unsigned32, Gauge32, Counter32, TimeTicks, \
                     IPAddress, ObjectID, String or HexString";

impl Writer<'_> {
    /// `SnmpMibObject NAME TYPE VALUE`, into `content`.
    pub(in crate::docsis) fn varbind(&mut self, setting: Token) -> Read<()> {
        let name = self.object_name()?;
        let text = self.lexer.octets(name);
        let mib = self.options.mib;
        let mut oid = std::mem::take(&mut self.oid);
        let node = resolve(mib, text, &mut oid);
        self.content.clear();
        self.content.extend_from_slice(&[0; 4]);
        let node = match node.and_then(|n| self.whole(&oid).map(|()| n)) {
            Ok(node) => {
                snmp::put_oid(oid.arcs(), &mut self.content).map(|()| node)
            }
            Err(fault) => Err(fault),
        };
        let arcs = oid.arcs().len();
        self.oid = oid;
        let node = node.or_else(|fault| wrong(fault, name.from, name.to))?;
        let (token, string) = self.snmp_value()?;
        if let Some(len) = string
            && let Some(object) = node.and_then(Node::object)
            && !object.allows(i64::try_from(len).unwrap_or(i64::MAX))
        {
            let ranges = object.ranges_text().replace('|', " or ");
            let object = object.node.label().to_string();
            let fault = Fault::Size { object, len, ranges };
            return wrong(fault, token.from, token.to);
        }
        self.close_binding(setting, arcs, string)
    }

    /// Puts the SEQUENCE around the binding in `content`.
    fn close_binding(
        &mut self,
        setting: Token,
        arcs: usize,
        string: Option<usize>,
    ) -> Read<()> {
        let header = snmp::put_header(&mut self.content, 4, arcs, string);
        let (from, invalid) =
            header.or_else(|f| wrong(f, setting.from, setting.to))?;
        let len = self.content.len() - 4;
        drop(self.content.drain(..from));
        if invalid {
            self.warn(Fault::LongVarbind { len, max: 127 }, setting);
        }
        Ok(())
    }

    /// An object name.
    fn object_name(&mut self) -> Read<Token> {
        const EXPECTED: &str =
            "an object name with index, such as sysContact.0";
        let token = self.lexer.token()?;
        match token.tag {
            Tag::Oid => Ok(token),
            Tag::Ip => self.unexpected(
                token,
                "an object name (four numbers need a leading dot)",
            ),
            _ => self.unexpected(token, EXPECTED),
        }
    }

    /// `TYPE VALUE`, appended to `content`; gives the value's token and, for
    /// strings, the octets.
    fn snmp_value(&mut self) -> Read<(Token, Option<usize>)> {
        let token = self.lexer.token()?;
        let form = match self.lexer.octets(token) {
            b"Integer" => Form::Signed,
            b"Unsigned32" => Form::Unsigned(snmp::GAUGE, "Unsigned32"),
            b"Gauge" | b"Gauge32" => Form::Unsigned(snmp::GAUGE, "Gauge32"),
            b"Counter32" => Form::Unsigned(snmp::COUNTER, "Counter32"),
            b"TimeTicks" => Form::Unsigned(snmp::TIME_TICKS, "TimeTicks"),
            b"IPAddress" => Form::Ip,
            b"ObjectID" => Form::ObjectId,
            b"String" => Form::Text,
            b"HexString" => Form::Hex,
            _ => return self.unexpected(token, TYPES),
        };
        let (tag, expected) = match form {
            Form::Signed | Form::Unsigned(..) => (Tag::Integer, "a number"),
            Form::Ip => (Tag::Ip, "an IPv4 address"),
            Form::ObjectId => (
                Tag::Oid,
                "an object identifier (four numbers need a leading dot)",
            ),
            Form::Text => (Tag::Text, "a quoted text"),
            Form::Hex => (Tag::Hex, "a hexadecimal value, such as 0x0102"),
        };
        let token = self.take(tag, expected)?;
        let put = self.put_value(form, token);
        let len = put.or_else(|fault| wrong(fault, token.from, token.to))?;
        Ok((token, len))
    }

    /// Appends an SNMP value to `content`; gives the octets of a string.
    fn put_value(
        &mut self,
        form: Form,
        token: Token,
    ) -> Result<Option<usize>, Fault> {
        let text = self.lexer.octets(token);
        let out = &mut self.content;
        match form {
            Form::Signed => {
                let read =
                    |_: &mut Self, fit| width::signed("Integer", text, fit);
                let number = self.fitted(token, read)?;
                snmp::put_integer(number, &mut self.content);
            }
            Form::Unsigned(tag, what) => {
                let most = u32::MAX.into();
                let number = self.unsigned(what, token, most)?;
                snmp::put_unsigned(tag, number, &mut self.content);
            }
            Form::Ip => {
                snmp::put_ip(&[], out);
                value::ip(text, out)?;
            }
            Form::ObjectId => self.absolute_oid(text)?,
            Form::Text | Form::Hex => {
                let mut octets = Vec::with_capacity(text.len());
                if matches!(form, Form::Text) {
                    unquote(text, &mut octets);
                } else {
                    hex(&text[2..], &mut octets).ok_or(Fault::OddHex)?;
                }
                snmp::put_string(&octets, out);
                return Ok(Some(octets.len()));
            }
        }
        Ok(None)
    }

    /// A number from 0 to `most` at `token`.
    fn unsigned(
        &mut self,
        what: &'static str,
        token: Token,
        most: i64,
    ) -> Result<u32, Fault> {
        let text = self.lexer.octets(token);
        self.fitted(token, |_, fit| width::unsigned(what, text, most, fit))
    }

    /// Appends an object identifier that starts at the top to `content`.
    pub(in crate::docsis) fn absolute_oid(
        &mut self,
        text: &[u8],
    ) -> Result<(), Fault> {
        let mut oid = std::mem::take(&mut self.oid);
        let mib = self.options.mib;
        let done = resolve_absolute(mib, text, &mut oid).map(|_| ());
        let done = done.and_then(|()| self.whole(&oid));
        let done =
            done.and_then(|()| snmp::put_oid(oid.arcs(), &mut self.content));
        self.oid = oid;
        done
    }

    /// `SnmpWriteControl NAME NUMBER`, into `content`.
    pub(in crate::docsis) fn write_control(
        &mut self,
        _setting: Token,
    ) -> Read<()> {
        let name = self.object_name()?;
        let text = self.lexer.octets(name);
        self.content.clear();
        self.absolute_oid(text)
            .or_else(|fault| wrong(fault, name.from, name.to))?;
        let token = self.take(Tag::Integer, "a number")?;
        let access = self
            .unsigned("access", token, 255)
            .or_else(|fault| wrong(fault, token.from, token.to))?;
        self.content.push(access as u8);
        Ok(())
    }

    /// Refuses an object identifier of which a number was cut to 32 bits.
    fn whole(&self, oid: &Oid) -> Result<(), Fault> {
        match oid.cut() {
            Some(arc) if self.fit() == Fit::Strict => Err(Fault::Width {
                what: "object identifier",
                value: arc.to_string(),
                min: 0,
                max: u32::MAX.into(),
                cut: false,
            }),
            _ => Ok(()),
        }
    }

    /// `DigitMap "FILE"`, into `content`.
    pub(in crate::docsis) fn digit_map(&mut self, setting: Token) -> Read<()> {
        let token = self.take(Tag::Text, "a file name in quotes")?;
        let mut map = self.read(token, MAX_DIGIT_MAP)?;
        let len = map.len();
        if len > MAX_DIGIT_MAP {
            let name = self.file_name(token);
            let expected = "at most 8192 octets";
            let fault = Fault::FileLength { name, len, expected };
            return wrong(fault, token.from, token.to);
        }
        if let Some(end) = map.iter().position(|c| *c == 0) {
            map.truncate(end);
        }
        self.content.clear();
        snmp::string_binding(&mic::DIGIT_MAP, &map, &mut self.content)
            .or_else(|fault| wrong(fault, setting.from, setting.to))
    }

    /// `NAME "FILE";`: the file in pieces.
    pub(in crate::docsis) fn file(
        &mut self,
        symbol: &'static Symbol,
        setting: Token,
    ) -> Read<()> {
        let token = self.take(Tag::Text, "a file name in quotes")?;
        let content = self.read(token, MAX_CERTIFICATE)?;
        let len = content.len();
        if len % PIECE == 0 || len > MAX_CERTIFICATE {
            let name = self.file_name(token);
            let expected =
                "a length that is not a multiple of 254, up to 1 MiB";
            let fault = Fault::FileLength { name, len, expected };
            return wrong(fault, token.from, token.to);
        }
        let _semicolon = self.take(Tag::Semicolon, "`;`")?;
        for piece in content.chunks(PIECE) {
            self.content.clear();
            self.content.extend_from_slice(piece);
            self.leaf(i64::from(symbol.code), setting);
        }
        Ok(())
    }

    /// Reads the file that a quoted text names.
    fn read(&mut self, token: Token, most: usize) -> Read<Vec<u8>> {
        let mut name = Vec::new();
        unquote(self.lexer.octets(token), &mut name);
        self.read_file = true;
        let read = self.options.files.read(&name, most + 1);
        read.or_else(|error| {
            let name = self.file_name(token);
            let reason = error.to_string();
            wrong(Fault::File { name, reason }, token.from, token.to)
        })
    }

    /// The name of a file as written.
    fn file_name(&self, token: Token) -> String {
        repeated(self.lexer.octets(token))
    }

    /// What follows `GenericTLV`.
    pub(in crate::docsis) fn generic(
        &mut self,
        setting: Token,
        depth: usize,
    ) -> Read<()> {
        if self.plain_octets(setting, depth)? {
            return Ok(());
        }
        let code = self.code()?;
        let token = self.lexer.token()?;
        if token.tag == Tag::Open {
            return self.block(code, setting, depth, |writer, depth| {
                writer.generic_items(depth)
            });
        }
        match self.lexer.octets(token) {
            b"TlvLength16" => {
                self.generic_hex()?;
                let _semicolon = self.take(Tag::Semicolon, "`;`")?;
                return self.wide_leaf(code, setting);
            }
            b"TlvString" => self.generic_text(false)?,
            b"TlvStringZero" => self.generic_text(true)?,
            _ => self.generic_octets(
                token,
                "TlvLength, TlvString, TlvStringZero, TlvType or `{`",
            )?,
        }
        let _semicolon = self.take(Tag::Semicolon, "`;`")?;
        self.leaf(code, setting);
        Ok(())
    }

    /// `TlvCode NUMBER`.
    fn code(&mut self) -> Read<i64> {
        let token = self.lexer.token()?;
        if self.lexer.octets(token) != b"TlvCode" {
            return self.unexpected(token, "TlvCode");
        }
        let token = self.take(Tag::Integer, "a number")?;
        let code = self
            .unsigned("TlvCode", token, 255)
            .or_else(|fault| wrong(fault, token.from, token.to))?;
        Ok(i64::from(code))
    }

    /// The content of a `GenericTLV` block: plain ones only.
    fn generic_items(&mut self, depth: usize) -> Read<()> {
        let mut count = 0;
        loop {
            let setting = self.lexer.token()?;
            if setting.tag == Tag::Close && count > 0 {
                return Ok(());
            }
            if self.lexer.octets(setting) != b"GenericTLV" {
                return self.unexpected(setting, "GenericTLV");
            }
            if self.plain_octets(setting, depth)? {
                count += 1;
                continue;
            }
            let code = self.code()?;
            let token = self.lexer.token()?;
            self.generic_octets(token, "TlvLength or TlvType")?;
            let _semicolon = self.take(Tag::Semicolon, "`;`")?;
            self.leaf(code, setting);
            count += 1;
        }
    }

    /// `TlvLength …` or `TlvType …`, into `content`.
    fn generic_octets(
        &mut self,
        token: Token,
        expected: &'static str,
    ) -> Read<()> {
        match self.lexer.octets(token) {
            b"TlvLength" => self.generic_hex(),
            b"TlvType" => self.generic_typed(),
            _ => self.unexpected(token, expected),
        }
    }

    /// A quoted text after `TlvString` or `TlvStringZero`.
    fn generic_text(&mut self, zero: bool) -> Read<()> {
        let token = self.take(Tag::Text, "a quoted text")?;
        self.content.clear();
        unquote(self.lexer.octets(token), &mut self.content);
        if self.content.is_empty() {
            return wrong(Fault::EmptyText, token.from, token.to);
        }
        if zero && self.content.len() != MAX_CONTENT {
            self.content.push(0);
        }
        Ok(())
    }

    /// `NUMBER TlvValue 0x…` after `TlvLength`.
    fn generic_hex(&mut self) -> Read<()> {
        let length = self.take(Tag::Integer, "a number")?;
        self.value_keyword()?;
        let _value = self.octets()?;
        let said = self.lexer.octets(length);
        let len = self.content.len();
        let announced = match self.fit() {
            Fit::Strict => long(said),
            Fit::Cut => integer(said).into(),
        };
        if usize::try_from(announced).ok() != Some(len) {
            let said = long(said);
            let fault = Fault::TlvLength { said, len };
            return wrong(fault, length.from, length.to);
        }
        Ok(())
    }

    /// `TYPE TlvValue VALUE` after `TlvType`.
    fn generic_typed(&mut self) -> Read<()> {
        const EXPECTED: &str = "Integer, Short, Char or IPAddress";
        let token = self.lexer.token()?;
        let (what, octets) = match self.lexer.octets(token) {
            b"Integer" => ("Integer", 4),
            b"Short" => ("Short", 2),
            b"Char" => ("Char", 1),
            b"IPAddress" => {
                self.value_keyword()?;
                let token = self.take(Tag::Ip, "an IPv4 address")?;
                self.content.clear();
                let text = self.lexer.octets(token);
                return value::ip(text, &mut self.content)
                    .or_else(|fault| wrong(fault, token.from, token.to));
            }
            _ => return self.unexpected(token, EXPECTED),
        };
        self.value_keyword()?;
        let token = self.take(Tag::Integer, "a number")?;
        let text = self.lexer.octets(token);
        let number = self
            .fitted(token, |_, fit| width::either(what, text, octets, fit))
            .or_else(|fault| wrong(fault, token.from, token.to))?
            .to_be_bytes();
        self.content.clear();
        self.content.extend_from_slice(&number[4 - octets as usize..]);
        Ok(())
    }

    /// `TlvValue`.
    fn value_keyword(&mut self) -> Read<()> {
        let token = self.lexer.token()?;
        if self.lexer.octets(token) == b"TlvValue" {
            return Ok(());
        }
        self.unexpected(token, "TlvValue")
    }
}

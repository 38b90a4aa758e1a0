//! What the text language got so that every file has a text: plain octets,
//! and lengths of 16 bits (`docs/docsis-language.md`, 'Additions').

use crate::docsis::encode::fault::Fault;
use crate::docsis::encode::lex::{Read, Token, wrong};
use crate::docsis::encode::lex_value::Tag;
use crate::docsis::encode::write::{Added, Writer};

impl Writer<'_> {
    /// `TlvRaw 0x…;`, or at the top `TlvFinal 0x…;`; false, with nothing
    /// read, if neither is there.
    pub(in crate::docsis) fn plain_octets(
        &mut self,
        setting: Token,
        depth: usize,
    ) -> Read<bool> {
        let at = self.lexer.at();
        let token = self.lexer.token()?;
        let added = match self.lexer.octets(token) {
            b"TlvRaw" => Added::Octets,
            b"TlvFinal" if depth == 0 => Added::Final,
            b"TlvFinal" => {
                return self.unexpected(token, "TlvRaw (not in a block)");
            }
            _ => {
                self.lexer.jump(at);
                return Ok(false);
            }
        };
        self.octets()?;
        let _semicolon = self.take(Tag::Semicolon, "`;`")?;
        self.note(setting);
        self.out.extend_from_slice(&self.content);
        self.added = self.added.max(added);
        Ok(true)
    }

    /// Appends a TLV of `content` with a length of 16 bits.
    pub(in crate::docsis) fn wide_leaf(
        &mut self,
        code: i64,
        setting: Token,
    ) -> Read<()> {
        let len = self.content.len();
        let Ok(size) = u16::try_from(len) else {
            let what = "the setting".to_owned();
            let fault = Fault::TooLong { what, len };
            return wrong(fault, setting.from, setting.to);
        };
        self.note(setting);
        let [high, low] = size.to_be_bytes();
        self.out.extend_from_slice(&[code as u8, high, low]);
        self.out.extend_from_slice(&self.content);
        self.added = self.added.max(Added::Octets);
        Ok(())
    }

    /// A hexadecimal value of any length, none included, into `content`.
    pub(in crate::docsis) fn octets(&mut self) -> Read<Token> {
        let token = self.lexer.token()?;
        self.content.clear();
        let text = self.lexer.octets(token);
        if token.tag == Tag::Hex {
            let put =
                crate::docsis::address::hex(&text[2..], &mut self.content);
            return match put {
                Some(()) => Ok(token),
                None => wrong(Fault::OddHex, token.from, token.to),
            };
        }
        let at = self.lexer.at();
        let next = self.lexer.text().get(at..).unwrap_or_default();
        let empty = token.tag == Tag::Integer
            && text == b"0"
            && matches!(next, [b'x' | b'X', rest @ ..]
                if !rest.first().is_some_and(u8::is_ascii_alphanumeric));
        if !empty {
            return self.unexpected(token, "a hexadecimal value");
        }
        self.lexer.jump(at + 1);
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use crate::docsis::{Hash, Options, encode};

    /// Checks what a text encodes to for an MTA; `None`: it is refused.
    fn check(text: &str, expected: Option<&[u8]>) {
        let text = format!("Main {{ {text} }}");
        let found = encode(text.as_bytes(), &Options::mta(Hash::None)).ok();
        let found = found.map(|encoded| encoded.bytes);
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn plain_octets_stand_anywhere() {
        check("GenericTLV TlvRaw 0xff00;", Some(&[255, 0]));
        check("GenericTLV TlvRaw 0x;", Some(&[]));
        check("UsServiceFlow { GenericTLV TlvRaw 0x01; }", Some(&[24, 1, 1]));
        let inner = "GenericTLV TlvCode 9 { GenericTLV TlvRaw 0x0102; }";
        check(inner, Some(&[9, 2, 1, 2]));
        check("GenericTLV TlvRaw 0x0;", None);
        check("GenericTLV TlvRaw;", None);
        check("GenericTLV TlvRaw 0 x;", None);
    }

    #[test]
    fn lengths_of_16_bits() {
        let text = "GenericTLV TlvCode 64 TlvLength16 2 TlvValue 0x0102;";
        check(text, Some(&[64, 0, 2, 1, 2]));
        let text = "GenericTLV TlvCode 64 TlvLength16 3 TlvValue 0x0102;";
        check(text, None);
        let text = "GenericTLV TlvCode 9 TlvLength 0 TlvValue 0x;";
        check(text, Some(&[9, 0]));
    }

    #[test]
    fn nothing_follows_final_octets() {
        let text = b"Main { NetworkAccess 1; GenericTLV TlvFinal 0xff; }";
        let options = Options { hash: Hash::Eu, ..Options::modem(b"key") };
        let encoded = encode(text, &options).expect("it is valid");
        assert_eq!(encoded.bytes, [3, 1, 1, 255]);
        check("UsServiceFlow { GenericTLV TlvFinal 0xff; }", None);
    }

    #[test]
    fn lengths_that_stop_the_reference_pass_in_plain_octets() {
        check("GenericTLV TlvCode 1 TlvLength 1 TlvValue 0x05;", None);
        check("GenericTLV TlvRaw 0x010105;", Some(&[1, 1, 5]));
    }
}

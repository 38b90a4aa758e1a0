//! Stand-ins for what must not leave the machine: MAC addresses, names and
//! numbers. The same value has the same stand-in wherever it stands, and two
//! values never share one, so that what is wrong with the rows stays wrong.
//! Nobody gets from a stand-in to the value without the key.

mod mac;
mod text;

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use text::{MET, NUMBER, SHORTEST, is_row_name};

/// The length of a key, octets.
pub const KEY: usize = 32;

/// Gives stand-ins, and remembers which names and numbers it met.
#[derive(Clone)]
pub struct Aliases {
    key: [u8; KEY],
    /// Words of names and numbers, in lower case, with their stand-ins.
    words: HashMap<String, String>,
    /// Stand-ins that are given away.
    taken: HashSet<String>,
}

impl std::fmt::Debug for Aliases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key leads back to the values.
        write!(f, "Aliases({} words)", self.words.len())
    }
}

impl Aliases {
    /// With a key of one's own.
    pub fn new(key: [u8; KEY]) -> Self {
        Self { key, words: HashMap::new(), taken: HashSet::new() }
    }

    /// With a key that nobody knows and that is forgotten with it.
    ///
    /// # Errors
    /// The system gives no random octets.
    pub fn random() -> io::Result<Self> {
        random_key().map(Self::new)
    }

    /// The stand-in of a MAC address in whatever notation; what is none has
    /// the stand-in of a text.
    pub fn mac(&self, text: &str) -> String {
        match mac::digits(text) {
            Some(digits) => {
                let mix = |text: &[u8]| self.digest("mac", text);
                mac::alias(text, digits, &mix)
            }
            None => self.shape("mac", text, 0),
        }
    }

    /// The stand-in of a name: word by word, so that a part of it has the
    /// same one elsewhere. `cm-7` and `mta-7` name the row 7, and stay.
    pub fn name(&mut self, text: &str) -> String {
        if is_row_name(text) {
            return text.to_string();
        }
        text::words(text, |word| match word.is_known_shape() {
            true => self.word(word.text),
            false => word.text.to_string(),
        })
    }

    /// The stand-in of a telephone or other number, which is remembered.
    pub fn number(&mut self, text: &str) -> String {
        text::words(text, |word| self.word(word.text))
    }

    /// A free text: MAC addresses, and the names and numbers that were met.
    /// With `numbers`, so are all numbers that are long enough for a
    /// telephone.
    pub fn text(&self, text: &str, numbers: bool) -> String {
        text::scan(text, &|mac| self.mac(mac), &|word| {
            self.stand_in(word, numbers)
        })
    }

    /// The stand-in of a word.
    fn word(&mut self, word: &str) -> String {
        let lower = word.to_ascii_lowercase();
        if lower.len() < SHORTEST {
            return word.to_string();
        }
        if let Some(alias) = self.words.get(&lower) {
            return like(alias, word);
        }
        let mut turn = 0;
        let alias = loop {
            let alias = self.shape("word", &lower, turn);
            // Short numbers may all be given away.
            if turn > 200 || (alias != lower && !self.taken.contains(&alias)) {
                break alias;
            }
            turn += 1;
        };
        let _ = self.taken.insert(alias.clone());
        let _ = self.words.insert(lower, alias.clone());
        like(&alias, word)
    }

    /// The stand-in of a word of a free text, if it needs one.
    fn stand_in(&self, word: &str, numbers: bool) -> String {
        let least = if numbers { NUMBER } else { MET };
        if let Some(alias) = self.known(word, least) {
            return alias;
        }
        let is_number = word.bytes().all(|b| b.is_ascii_digit());
        match numbers && is_number && word.len() >= NUMBER {
            true => self.shape("word", word, 0),
            false => word.to_string(),
        }
    }

    /// The stand-in that was given to a word. Short numbers mean anything:
    /// `least` is how many digits one of a person has.
    fn known(&self, word: &str, least: usize) -> Option<String> {
        if word.len() < least && word.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let alias = self.words.get(&word.to_ascii_lowercase())?;
        Some(like(alias, word))
    }

    /// A text of the same shape: digits for digits, letters for letters, all
    /// else as it is. Hex digits stay hex digits, so that what is no MAC
    /// address does not become one.
    fn shape(&self, class: &str, text: &str, turn: u32) -> String {
        let lower = text.to_lowercase();
        let mut stream = Stream::new(&self.key, class, &lower, turn);
        let mut next = |from: u8, range: u8| {
            char::from(from + stream.next().unwrap_or(0) % range)
        };
        text.chars()
            .map(|c| match c {
                '0'..='9' => next(b'0', 10),
                'a'..='f' => next(b'a', 6),
                'g'..='z' => next(b'g', 20),
                'A'..='F' => next(b'A', 6),
                'G'..='Z' => next(b'G', 20),
                c if c.is_alphabetic() => 'é',
                c => c,
            })
            .collect()
    }

    /// Some octets that only the key gives.
    fn digest(&self, class: &str, text: &[u8]) -> [u8; 32] {
        digest(&self.key, class, text)
    }
}

/// A new key.
///
/// # Errors
/// The system gives no random octets.
pub fn random_key() -> io::Result<[u8; KEY]> {
    let mut key = [0; KEY];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
    Ok(key)
}

/// An alias in the letter case of the word.
fn like(alias: &str, word: &str) -> String {
    let cased = |(alias, word): (char, char)| match word.is_ascii_uppercase() {
        true => alias.to_ascii_uppercase(),
        false => alias,
    };
    alias.chars().zip(word.chars()).map(cased).collect()
}

/// An HMAC over the class and the text.
fn digest(key: &[u8; KEY], class: &str, text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .expect("HMAC takes a key of any length");
    mac.update(class.as_bytes());
    mac.update(&[0]);
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// Octets without end.
struct Stream<'a> {
    key: &'a [u8; KEY],
    class: &'a str,
    text: &'a str,
    /// The number of the next block.
    block: u32,
    left: Vec<u8>,
}

impl<'a> Stream<'a> {
    /// Those of a text; each turn has others.
    fn new(
        key: &'a [u8; KEY],
        class: &'a str,
        text: &'a str,
        turn: u32,
    ) -> Self {
        Self { key, class, text, block: turn << 16, left: Vec::new() }
    }
}

impl Iterator for Stream<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.left.is_empty() {
            let text = format!("{}\0{}", self.block, self.text);
            self.left = digest(self.key, self.class, text.as_bytes()).to_vec();
            self.block += 1;
        }
        self.left.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases() -> Aliases {
        Aliases::new([7; KEY])
    }

    #[test]
    fn the_same_value_has_the_same_stand_in_in_every_notation() {
        let aliases = aliases();
        let plain = aliases.mac("00:11:22:aa:bb:cc");
        assert!(plain.starts_with("00:11:22:") && plain.len() == 17);
        assert_ne!(plain, "00:11:22:aa:bb:cc");
        let upper = aliases.mac("00:11:22:AA:BB:CC");
        assert_eq!(upper, plain.to_ascii_uppercase());
        let digits: String = plain.chars().filter(|c| *c != ':').collect();
        assert_eq!(aliases.mac("001122aabbcc"), digits);
        let dotted = aliases.mac("0011.22aa.bbcc");
        assert_eq!(dotted.replace('.', ""), digits);
        // Place holders mean something.
        for kept in ["ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", ""] {
            assert_eq!(aliases.mac(kept), kept);
        }
    }

    #[test]
    fn no_two_addresses_share_a_stand_in() {
        let aliases = aliases();
        let mut seen = HashSet::new();
        for number in 0..3000_u32 {
            let [_, a, b, c] = number.to_be_bytes();
            let mac = format!("00:11:22:{a:02x}:{b:02x}:{c:02x}");
            assert!(seen.insert(aliases.mac(&mac)), "{mac}");
        }
    }

    #[test]
    fn what_is_no_address_does_not_become_one() {
        let aliases = aliases();
        let odd = aliases.mac("0g:11:22:33:44:55");
        assert_ne!(odd, "0g:11:22:33:44:55");
        assert!(matches!(odd.as_bytes()[1], b'g'..=b'z'), "{odd}");
        assert_eq!(aliases.mac("00:11:22").len(), 8);
    }

    #[test]
    fn names_are_the_same_word_by_word() {
        let mut aliases = aliases();
        let name = aliases.name("Erika.Mustermann");
        let (first, last) = name.split_once('.').unwrap();
        assert_ne!((first, last), ("Erika", "Mustermann"));
        assert_eq!(aliases.name("mustermann"), last.to_lowercase());
        assert_eq!(aliases.name("cm-100042"), "cm-100042");
        assert!(aliases.name("nms01.prov.example.net").ends_with(".net"));
        let text = aliases.text("user ERIKA at 00:11:22:aa:bb:cc", false);
        assert!(text.contains(&first.to_uppercase()), "{text}");
        assert!(text.contains(&aliases.mac("00:11:22:aa:bb:cc")), "{text}");
        let german = aliases.name("Müller");
        assert!(!german.contains("ller"), "{german}");
    }

    #[test]
    fn numbers_of_texts_are_met_or_long() {
        let mut aliases = aliases();
        let number = aliases.number("7654321");
        assert_ne!(number, "7654321");
        let met = aliases.text("call 7654321, rate 100000000", false);
        assert_eq!(met, format!("call {number}, rate 100000000"));
        let all = aliases.text("call +49 1234567; modem 100042", true);
        assert!(!all.contains("1234567"), "{all}");
        assert!(all.contains("modem 100042"), "{all}");
    }

    #[test]
    fn names_never_collide() {
        let mut aliases = aliases();
        let mut seen = HashSet::new();
        for number in 0..2000 {
            assert!(seen.insert(aliases.name(&format!("abc{number}"))));
        }
    }
}

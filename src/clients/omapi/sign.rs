//! The key of an OMAPI connection and the signatures made with it.

use base64::Engine as _;
use hmac::{Hmac, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use crate::render::dhcp::OmapiKey;

/// A keyed hash that dhcpd 4.4.3 takes for OMAPI (dhcpd.conf(5), 'key').
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// Reads the name that stands in dhcpd.conf.
    fn read(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "hmac-md5" => Self::Md5,
            "hmac-sha1" => Self::Sha1,
            "hmac-sha224" => Self::Sha224,
            "hmac-sha256" => Self::Sha256,
            "hmac-sha384" => Self::Sha384,
            "hmac-sha512" => Self::Sha512,
            _ => return None,
        })
    }
}

/// A key, ready to sign with.
#[derive(Clone)]
pub struct Key {
    /// Its name.
    pub name: String,
    algorithm: Algorithm,
    word: String,
    secret: Vec<u8>,
}

impl Key {
    /// From the key file's words; None when the algorithm is not known or the
    /// secret is no base64.
    pub fn new(key: &OmapiKey) -> Option<Self> {
        let engine = &base64::engine::general_purpose::STANDARD;
        Some(Self {
            name: key.name.clone(),
            algorithm: Algorithm::read(&key.algorithm)?,
            word: key.algorithm.to_ascii_lowercase(),
            secret: engine.decode(&key.secret).ok()?,
        })
    }

    /// The algorithm's name on the wire: the same suffix for every algorithm
    /// (facts/dhcp-failover.md section 3).
    pub fn wire_algorithm(&self) -> String {
        format!("{}.SIG-ALG.REG.INT.", self.word)
    }

    /// How many octets a signature has.
    pub fn signature_len(&self) -> usize {
        match self.algorithm {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha224 => 28,
            Algorithm::Sha256 => 32,
            Algorithm::Sha384 => 48,
            Algorithm::Sha512 => 64,
        }
    }

    /// The signature of `bytes`.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        macro_rules! digest {
            ($hash:ty) => {{
                let mut mac = Hmac::<$hash>::new_from_slice(&self.secret)
                    .expect("HMAC takes keys of any length");
                mac.update(bytes);
                mac.finalize().into_bytes().to_vec()
            }};
        }
        match self.algorithm {
            Algorithm::Md5 => digest!(Md5),
            Algorithm::Sha1 => digest!(Sha1),
            Algorithm::Sha224 => digest!(Sha224),
            Algorithm::Sha256 => digest!(Sha256),
            Algorithm::Sha384 => digest!(Sha384),
            Algorithm::Sha512 => digest!(Sha512),
        }
    }

    /// Whether `signature` is that of `bytes`; takes the same time for every
    /// wrong one.
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let right = self.sign(bytes);
        let differ = right
            .iter()
            .zip(signature)
            .fold(0, |differ, (one, other)| differ | (one ^ other));
        right.len() == signature.len() && differ == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(algorithm: &str, secret: &str) -> Option<Key> {
        Key::new(&OmapiKey {
            name: "k".into(),
            algorithm: algorithm.into(),
            secret: secret.into(),
        })
    }

    #[test]
    fn signatures_are_those_of_rfc_2202_and_4231() {
        // 'Jefe', 'what do ya want for nothing?'
        let check = |algorithm: &str, begin: u32| {
            let key = key(algorithm, "SmVmZQ==").unwrap();
            let text = b"what do ya want for nothing?";
            let signature = key.sign(text);
            assert_eq!(signature.len(), key.signature_len());
            let first = u32::from_be_bytes(signature[..4].try_into().unwrap());
            assert_eq!(first, begin, "{algorithm}");
            assert!(key.verifies(text, &signature));
            assert!(!key.verifies(b"other", &signature));
            assert!(!key.verifies(text, &signature[1..]));
        };
        check("hmac-md5", 0x750c_783e);
        check("hmac-sha1", 0xeffc_df6a);
        check("hmac-sha224", 0xa30e_0109);
        check("HMAC-SHA256", 0x5bdc_c146);
        check("hmac-sha384", 0xaf45_d2e3);
        check("hmac-sha512", 0x164b_7a7b);
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert!(key("hmac-sha3", "SmVmZQ==").is_none());
        assert!(key("hmac-md5", "not base64").is_none());
    }
}

//! Public keys of DKIM in the DNS (RFC 6376, 3.6.1; RFC 8463).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::tags::{self, Tags};

/// A key record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `k=`.
    pub algorithm: Algorithm,
    /// `h=`: the hashes that may be used; none where all may.
    pub hashes: Vec<String>,
    /// `s=`: what the key is for; none where it is for everything.
    pub services: Vec<String>,
    /// `t=`: `y` for a domain that only tests, `s` for one whose subdomains may not use the key.
    pub flags: Vec<String>,
    /// `n=`: a note for people, as it stands.
    pub note: Option<String>,
    /// `p=`: the key; empty where it is revoked.
    pub public: Vec<u8>,
}

/// What a key is used with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA.
    Rsa,
    /// Ed25519.
    Ed25519,
}

/// What is wrong with a key record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no list of tags.
    #[error(transparent)]
    Tags(#[from] tags::Error),
    /// There is a version, and it is not the first tag.
    #[error("v=DKIM1 must come first")]
    VersionNotFirst,
    /// It is of another version.
    #[error("“{0}” isn't the version DKIM1")]
    Version(String),
    /// It is for an unknown algorithm.
    #[error("“{0}” is neither rsa nor ed25519")]
    Algorithm(String),
    /// There is no tag `p`.
    #[error("the tag p with the key is missing")]
    NoKey,
    /// The key is no base64.
    #[error("the key isn't valid base64; part of it may be missing")]
    Base64,
    /// The bytes are no key of that algorithm.
    #[error("the key is damaged or has another algorithm")]
    BadKey,
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Tags(error) => error.code(),
            Self::VersionNotFirst => "version-not-first",
            Self::Version(_) => "version",
            Self::Algorithm(_) => "algorithm",
            Self::NoKey => "no-key",
            Self::Base64 => "base64",
            Self::BadKey => "bad-key",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Tags(error) => error.part(),
            Self::VersionNotFirst => "v",
            Self::Version(value) | Self::Algorithm(value) => value,
            Self::NoKey | Self::Base64 | Self::BadKey => "p",
        }
    }
}

/// How an RSA key's length is to be taken (RFC 8301, 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Under 1024 bits: verifiers must refuse it.
    TooShort(usize),
    /// Long enough for all, and not too long.
    Good(usize),
    /// Over 4096 bits: verifiers need not know it.
    TooLong(usize),
}

impl Key {
    /// True where the domain has withdrawn the key.
    pub fn is_revoked(&self) -> bool {
        self.public.is_empty()
    }

    /// True where the domain says that failures should not count.
    pub fn is_testing(&self) -> bool {
        self.flags.iter().any(|flag| flag == "y")
    }

    /// True where it may verify mail signed with SHA-256, which is the only hash in use.
    pub fn takes_sha256(&self) -> bool {
        self.hashes.is_empty() || self.hashes.iter().any(|hash| hash == "sha256")
    }

    /// True where it is for mail.
    pub fn is_for_mail(&self) -> bool {
        self.services.is_empty() || self.services.iter().any(|service| service == "*" || service == "email")
    }

    /// How long the key is; none where it is revoked.
    pub fn strength(&self) -> Option<Strength> {
        let bits = match self.algorithm {
            Algorithm::Ed25519 => return (!self.is_revoked()).then_some(Strength::Good(256)),
            Algorithm::Rsa => modulus_bits(&self.public)?,
        };
        Some(match bits {
            0..1024 => Strength::TooShort(bits),
            1024..=4096 => Strength::Good(bits),
            _ => Strength::TooLong(bits),
        })
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let tags = Tags::parse(text)?;
        match (tags.position("v"), tags.get("v")) {
            (None, _) | (Some(0), Some("DKIM1")) => {}
            (Some(0), Some(other)) => return Err(Error::Version(other.to_owned())),
            _ => return Err(Error::VersionNotFirst),
        }
        let algorithm = match tags.get("k") {
            None | Some("rsa") => Algorithm::Rsa,
            Some("ed25519") => Algorithm::Ed25519,
            Some(other) => return Err(Error::Algorithm(other.to_owned())),
        };
        let list = |name: &str| tags.get(name).map(tags::words).unwrap_or_default();
        let public = public(algorithm, tags.get("p").ok_or(Error::NoKey)?)?;
        Ok(Self {
            algorithm,
            hashes: list("h"),
            services: list("s"),
            flags: list("t"),
            note: tags.get("n").map(str::to_owned),
            public,
        })
    }
}

fn public(algorithm: Algorithm, value: &str) -> Result<Vec<u8>, Error> {
    // White space is allowed anywhere in base64 here.
    let letters: String = value.chars().filter(|letter| !tags::is_space(*letter)).collect();
    let bytes = STANDARD.decode(letters).map_err(|_| Error::Base64)?;
    let fits = match algorithm {
        Algorithm::Rsa => modulus_bits(&bytes).is_some(),
        Algorithm::Ed25519 => bytes.len() == 32,
    };
    if bytes.is_empty() || fits { Ok(bytes) } else { Err(Error::BadKey) }
}

/// Bits of the modulus of an RSA key: `SubjectPublicKeyInfo`, or the bare `RSAPublicKey` that some publish.
fn modulus_bits(der: &[u8]) -> Option<usize> {
    const INTEGER: u8 = 0x02;
    const BITS: u8 = 0x03;
    const SEQUENCE: u8 = 0x30;
    let (outer, _) = element(SEQUENCE, der)?;
    let bare = match element(SEQUENCE, outer) {
        Some((_, rest)) => {
            let (bits, _) = element(BITS, rest)?;
            element(SEQUENCE, bits.strip_prefix(&[0])?)?.0
        }
        None => outer,
    };
    let (modulus, rest) = element(INTEGER, bare)?;
    element(INTEGER, rest)?;
    let start = modulus.iter().position(|byte| *byte != 0)?;
    let whole = modulus.len() - start;
    let first = modulus[start].leading_zeros();
    Some(whole * 8 - usize::try_from(first).ok()?)
}

/// What an element of DER holds, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = der.strip_prefix(&[tag])?.split_first()?;
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        let long = |sum: usize, digit: &u8| sum.checked_mul(256)?.checked_add(usize::from(*digit));
        (digits.iter().try_fold(0_usize, long)?, rest)
    };
    rest.split_at_checked(length)
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=DKIM1; k={}", self.algorithm)?;
        for (name, list) in [("h", &self.hashes), ("s", &self.services), ("t", &self.flags)] {
            if !list.is_empty() {
                write!(f, "; {name}={}", list.join(":"))?;
            }
        }
        if let Some(note) = &self.note {
            write!(f, "; n={note}")?;
        }
        write!(f, "; p={}", STANDARD.encode(&self.public))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ED: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    #[test]
    fn the_key_of_rfc_8463_is_read() {
        let key: Key = format!("v=DKIM1; k=ed25519; p={ED}").parse().unwrap();
        assert_eq!((key.algorithm, key.public.len()), (Algorithm::Ed25519, 32));
        assert!(key.takes_sha256() && key.is_for_mail() && !key.is_testing() && !key.is_revoked());
    }

    #[test]
    fn what_is_wrong_with_a_key_is_named() {
        for (text, code) in [
            ("v=DKIM1; k=rsa", "no-key"),
            ("v=DKIM1; k=rsa; p=MIIB*", "base64"),
            ("v=DKIM1; k=rsa; p=MIIBIjAN", "bad-key"),
            ("v=DKIM1; k=ed25519; p=MIIBIjAN", "bad-key"),
            ("v=DKIM2; p=", "version"),
            ("v=dkim1; p=", "version"),
            ("k=rsa; v=DKIM1; p=", "version-not-first"),
            ("v=DKIM1; k=RSA; p=", "algorithm"),
            ("v=DKIM1; p=; p=", "twice"),
        ] {
            assert_eq!(text.parse::<Key>().unwrap_err().code(), code, "{text}");
        }
        assert!("v=DKIM1; p=".parse::<Key>().unwrap().is_revoked());
    }

    #[test]
    fn the_length_of_an_rsa_key_is_counted_with_and_without_its_envelope() {
        // A modulus of so many bytes whose first one is not zero.
        let bare = |bytes: usize| {
            let long = |tag: u8, content: Vec<u8>| {
                let length = u16::try_from(content.len()).unwrap().to_be_bytes();
                [vec![tag, 0x82], length.to_vec(), content].concat()
            };
            let modulus = [vec![0], vec![0xff; bytes]].concat();
            (long(0x30, [long(0x02, modulus), vec![0x02, 0x03, 1, 0, 1]].concat()), long)
        };
        for (bytes, strength) in
            [(64, Strength::TooShort(512)), (256, Strength::Good(2048)), (1024, Strength::TooLong(8192))]
        {
            let (key, long) = bare(bytes);
            let bits = long(0x03, [vec![0], key.clone()].concat());
            let wrapped = long(0x30, [vec![0x30, 0x02, 0x05, 0x00], bits].concat());
            for der in [key, wrapped] {
                let text = format!("k=rsa; p={}", STANDARD.encode(der));
                assert_eq!(text.parse::<Key>().unwrap().strength(), Some(strength));
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(v=DKIM1; )?([a-z]{1,2}=[\\PC]{0,20};? ?){0,5}") {
            let _ = text.parse::<Key>();
        }

        #[test]
        fn any_bytes_are_a_key_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = modulus_bits(&bytes);
            let starts = [vec![0x30, 0x82], bytes].concat();
            let _ = modulus_bits(&starts);
        }

        #[test]
        fn keys_survive_being_written(
            public in proptest::collection::vec(any::<u8>(), 32..=32),
            hashes in proptest::collection::vec("[a-z][a-z0-9]{0,6}", 0..3),
            services in proptest::collection::vec("[a-z*]{1,5}", 0..3),
            flags in proptest::collection::vec("[a-z]", 0..3),
            note in proptest::option::of("[a-zA-Z=]{0,10}"),
            is_revoked in any::<bool>(),
        ) {
            let public = if is_revoked { Vec::new() } else { public };
            let key = Key { algorithm: Algorithm::Ed25519, hashes, services, flags, note, public };
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }
    }
}

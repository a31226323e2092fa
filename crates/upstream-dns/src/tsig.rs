//! Keys with which the changes of a zone are signed (RFC 8945).

use kernel::Explain;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;
use kernel::dns::Name;

use crate::wire::{Unfit, to_name};

/// For how many seconds a signature is good, before and after it was made (RFC 8945, 10).
pub(crate) const FUDGE: u16 = 300;

/// How a key signs. Older ways, such as HMAC-MD5, are not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC-SHA256, which every server has.
    Sha256,
    /// HMAC-SHA384.
    Sha384,
    /// HMAC-SHA512.
    Sha512,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// Its name in the DNS and in the files of name servers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "hmac-sha256",
            Self::Sha384 => "hmac-sha384",
            Self::Sha512 => "hmac-sha512",
        }
    }

    fn on_wire(self) -> TsigAlgorithm {
        match self {
            Self::Sha256 => TsigAlgorithm::HmacSha256,
            Self::Sha384 => TsigAlgorithm::HmacSha384,
            Self::Sha512 => TsigAlgorithm::HmacSha512,
        }
    }
}

impl FromStr for Algorithm {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let named = |algorithm: &Self| algorithm.as_str().eq_ignore_ascii_case(text.trim_end_matches('.'));
        Self::ALL.into_iter().find(named).ok_or(BadKey::Algorithm)
    }
}

/// A key that a name server and we know.
#[derive(Clone)]
pub struct Key {
    name: Name,
    algorithm: Algorithm,
    pub(crate) signer: TSigner,
}

/// What was given makes no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Explain)]
pub enum BadKey {
    /// No such algorithm.
    #[explain("publish-key-algorithm")]
    Algorithm,
    /// The secret is none.
    #[explain("publish-key-secret")]
    Secret,
    /// The name is none.
    #[explain("publish-key-name")]
    Name,
}

impl Key {
    /// A key by its name and its secret in base64, as name servers write it.
    pub fn new(name: Name, algorithm: Algorithm, secret: &str) -> Result<Self, BadKey> {
        let secret = STANDARD.decode(secret.trim()).map_err(|_| BadKey::Secret)?;
        if secret.is_empty() {
            return Err(BadKey::Secret);
        }
        let on_wire = to_name(&name).map_err(|Unfit| BadKey::Name)?;
        let signer = TSigner::new(secret, algorithm.on_wire(), on_wire, FUDGE);
        Ok(Self { name, algorithm, signer: signer.map_err(|_| BadKey::Algorithm)? })
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm.as_str(), self.name)
    }
}

//! Random texts, digests, and passwords that are kept only as salted hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::id::random;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A secret as a salted SHA-256. Enough for a simulator, too fast for a real server.
#[derive(Clone, Serialize, Deserialize)]
pub struct Salted {
    salt: String,
    hash: String,
}

impl Salted {
    pub fn new(secret: &str) -> Self {
        let salt = hex(&random::<16>());
        let hash = digest(&format!("{salt}:{secret}"));
        Self { salt, hash }
    }

    pub fn matches(&self, secret: &str) -> bool {
        digest(&format!("{}:{secret}", self.salt)) == self.hash
    }
}

/// SHA-256 in hexadecimal. Tokens and cookies are kept as this, so that the state's file opens nothing.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// SHA-256 in base64url, as PKCE and key ids have it.
pub fn digest_base64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// `N` random bytes in base64url, a third longer.
pub fn random_text<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(random::<N>())
}

/// 32 random hexadecimal digits.
pub fn random_hex() -> String {
    hex(&random::<16>())
}

pub fn uuid() -> String {
    uuid::Builder::from_random_bytes(random()).into_uuid().to_string()
}

pub fn is_uuid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

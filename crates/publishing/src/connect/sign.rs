//! Signs the links (RS256), so that a host knows who sends its customers.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

/// A key, and under which label its public half is in the DNS.
#[derive(Clone)]
pub struct Signer {
    label: String,
    key: Arc<RsaKeyPair>,
}

/// What was given is no key to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it isn't an RSA key of at least 2048 bits in PEM (PKCS #8 or PKCS #1)")]
pub struct BadSigner;

impl Signer {
    /// A signer by the label of its key and the key in PEM.
    pub fn new(label: impl Into<String>, pem: &str) -> Result<Self, BadSigner> {
        let block = |kind: &str| {
            let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
            let (_, rest) = pem.split_once(&begin)?;
            let (inside, _) = rest.split_once(&end)?;
            STANDARD.decode(inside.split_whitespace().collect::<String>()).ok()
        };
        let key = if let Some(der) = block("PRIVATE KEY") {
            RsaKeyPair::from_pkcs8(&der)
        } else {
            RsaKeyPair::from_der(&block("RSA PRIVATE KEY").ok_or(BadSigner)?)
        };
        Ok(Self { label: label.into(), key: Arc::new(key.map_err(|_| BadSigner)?) })
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The signature of a query, in base64.
    pub(super) fn sign(&self, query: &str) -> Option<String> {
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key.sign(&RSA_PKCS1_SHA256, &random, query.as_bytes(), &mut signature).ok()?;
        Some(STANDARD.encode(signature))
    }

    #[cfg(test)]
    pub(super) fn public(&self) -> Vec<u8> {
        use ring::signature::KeyPair as _;
        self.key.public_key().as_ref().to_vec()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {}", self.label)
    }
}

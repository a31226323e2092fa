//! Signing keys: RSA, made here, published in the key set of every application.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::rand_core::OsRng;
use rsa::traits::PublicKeyParts as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::secret;

const BITS: usize = 2048;

/// One key; `private` is PKCS #1 DER in base64.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningKey {
    kid: String,
    private: String,
    n: String,
    e: String,
}

impl SigningKey {
    pub fn generate() -> io::Result<Self> {
        let key = RsaPrivateKey::new(&mut OsRng, BITS).map_err(io::Error::other)?;
        let der = key.to_pkcs1_der().map_err(io::Error::other)?;
        let n = URL_SAFE_NO_PAD.encode(key.n().to_bytes_be());
        Ok(Self {
            kid: secret::digest_base64(&n),
            private: STANDARD.encode(der.as_bytes()),
            n,
            e: URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
        })
    }

    /// The public half as in a key set (RFC 7517).
    pub fn public(&self) -> Value {
        json!({"alg": "RS256", "kid": self.kid, "kty": "RSA", "use": "sig", "n": self.n, "e": self.e})
    }

    pub fn sign(&self, claims: &Map<String, Value>) -> Result<String> {
        self.sign_under(Header::new(Algorithm::RS256), claims)
    }

    /// The same under another header; only the key's id is put into it.
    pub fn sign_under(&self, header: Header, claims: &Map<String, Value>) -> Result<String> {
        let der = STANDARD.decode(&self.private).map_err(|_| ErrorKind::InvalidKeyFormat)?;
        let header = Header { kid: Some(self.kid.clone()), ..header };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_der(&der))
    }

    /// The claims of a token that this key signed for `audience`, also when it has expired.
    fn verify(&self, token: &str, audience: &str) -> Result<Map<String, Value>> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.set_audience(&[audience]);
        let key = DecodingKey::from_rsa_components(&self.n, &self.e)?;
        Ok(jsonwebtoken::decode(token, &key, &validation)?.claims)
    }
}

/// A token of a provider without a signing key.
pub fn sign_with_secret(secret: &SecretString, claims: &Map<String, Value>) -> Result<String> {
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key)
}

/// True when one of `keys` signed `token` for `audience`; its expiry doesn't count.
pub fn is_signed(keys: &[SigningKey], token: &str, audience: &str) -> bool {
    keys.iter().any(|key| key.verify(token, audience).is_ok())
}

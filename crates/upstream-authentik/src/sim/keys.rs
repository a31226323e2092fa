//! Signing keys: RSA, made here, published in the key set of every application.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::{hmac, signature};
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

    pub fn sign(&self, claims: &Map<String, Value>) -> Result<String, Unspecified> {
        self.sign_under(json!({"alg": "RS256", "typ": "JWT"}), claims)
    }

    /// The same under another header, by the algorithm that it names; only the key's id is put into it.
    pub fn sign_under(&self, mut header: Value, claims: &Map<String, Value>) -> Result<String, Unspecified> {
        let padding = padding(&header["alg"]).ok_or(Unspecified)?;
        header["kid"] = json!(self.kid);
        let der = STANDARD.decode(&self.private).map_err(|_| Unspecified)?;
        let key = signature::RsaKeyPair::from_der(&der)?;
        let message = message(&header, claims);
        let mut signed = vec![0; key.public().modulus_len()];
        key.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signed)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signed)))
    }

    /// The claims of a token that this key signed, also when it has expired.
    fn verify(&self, token: &str) -> Option<Value> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let (message, signed) = token.rsplit_once('.')?;
        let key = signature::RsaPublicKeyComponents { n: decode(&self.n)?, e: decode(&self.e)? };
        let algorithm = &signature::RSA_PKCS1_2048_8192_SHA256;
        key.verify(algorithm, message.as_bytes(), &decode(signed)?).ok()?;
        let (_, claims) = message.split_once('.')?;
        serde_json::from_slice(&decode(claims)?).ok()
    }
}

fn padding(algorithm: &Value) -> Option<&'static dyn signature::RsaEncoding> {
    Some(match algorithm.as_str()? {
        "RS256" => &signature::RSA_PKCS1_SHA256,
        "RS384" => &signature::RSA_PKCS1_SHA384,
        "RS512" => &signature::RSA_PKCS1_SHA512,
        "PS256" => &signature::RSA_PSS_SHA256,
        "PS384" => &signature::RSA_PSS_SHA384,
        "PS512" => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

/// What is signed of a token (RFC 7515, 5.1).
fn message(header: &Value, claims: &Map<String, Value>) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encode(header), encode(&json!(claims)))
}

/// A token of a provider without a signing key.
pub fn sign_with_secret(secret: &SecretString, claims: &Map<String, Value>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let message = message(&json!({"alg": "HS256", "typ": "JWT"}), claims);
    let signed = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signed))
}

/// True when one of `keys` signed `token` for `audience`; its expiry doesn't count.
pub fn is_signed(keys: &[SigningKey], token: &str, audience: &str) -> bool {
    keys.iter().any(|key| key.verify(token).is_some_and(|claims| claims["aud"] == audience))
}

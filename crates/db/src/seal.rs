//! Secrets at rest: AES-256-GCM. The sealed text names its key, so that keys can be rotated, and is bound to
//! the place it is stored in, so that it can't be copied into another row.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kernel::id::random;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A value can't be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The configured key is not 32 bytes of base64.
    #[error("an encryption key must be 32 bytes in base64, as `openssl rand -base64 32` gives")]
    BadKey,
    /// The value was sealed with a key that is not configured.
    #[error("the encryption key {0} is not configured")]
    UnknownKey(String),
    /// The value was changed, or belongs elsewhere.
    #[error("a sealed value was changed or belongs to another place")]
    Forged,
}

/// The fingerprint of a key is its name: so many letters.
pub(crate) const ID_LENGTH: usize = 8;

/// The keys: the first seals, all of them open.
#[derive(Clone)]
pub struct Keys(Vec<(String, Aes256Gcm)>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

impl Keys {
    /// Keys from base64, the one that seals first.
    pub fn new(keys: &[SecretString]) -> Result<Self, Error> {
        let parsed: Result<Vec<_>, Error> = keys.iter().map(parse).collect();
        let parsed = parsed?;
        if parsed.is_empty() { Err(Error::BadKey) } else { Ok(Self(parsed)) }
    }

    /// The fingerprint of the key that seals.
    pub fn sealing(&self) -> &str {
        self.0.first().map_or("", |(id, _)| id)
    }

    /// The fingerprints of all keys, the one that seals first. They tell nothing of the keys.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.as_str())
    }

    /// A new key in base64.
    pub fn generate() -> SecretString {
        STANDARD.encode(random::<32>()).into()
    }

    /// Seals `secret` for `place` (table, column and row).
    pub fn seal(&self, place: &str, secret: &str) -> Result<String, Error> {
        let (id, cipher) = self.0.first().ok_or(Error::BadKey)?;
        let nonce = random::<12>();
        let payload = Payload { msg: secret.as_bytes(), aad: place.as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| Error::Forged)?;
        Ok(format!("{id}.{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Opens what [`Keys::seal`] made for the same place.
    pub fn open(&self, place: &str, sealed: &str) -> Result<SecretString, Error> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(id), Some(nonce), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::Forged);
        };
        let (_, cipher) =
            self.0.iter().find(|(known, _)| known == id).ok_or_else(|| Error::UnknownKey(id.to_owned()))?;
        let nonce: [u8; 12] = decode(nonce)?.try_into().map_err(|_| Error::Forged)?;
        let payload = Payload { msg: &decode(body)?, aad: place.as_bytes() };
        let plain = cipher.decrypt(&Nonce::from(nonce), payload).map_err(|_| Error::Forged)?;
        String::from_utf8(plain).map(SecretString::from).map_err(|_| Error::Forged)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Forged)
}

fn parse(key: &SecretString) -> Result<(String, Aes256Gcm), Error> {
    let bytes = STANDARD.decode(key.expose_secret().trim()).map_err(|_| Error::BadKey)?;
    let cipher = Aes256Gcm::new_from_slice(&bytes).map_err(|_| Error::BadKey)?;
    let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..6]);
    Ok((id, cipher))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let keys = Keys::new(&[Keys::generate()]).unwrap();
        let sealed = keys.seal("sessions.tokens.ses_1", "hush").unwrap();
        assert!(!sealed.contains("hush"));
        assert_eq!(keys.open("sessions.tokens.ses_1", &sealed).unwrap().expose_secret(), "hush");
        assert_eq!(keys.open("sessions.tokens.ses_2", &sealed).unwrap_err(), Error::Forged);
    }

    #[test]
    fn a_fingerprint_stands_before_what_its_key_sealed() {
        let keys = Keys::new(&[Keys::generate(), Keys::generate()]).unwrap();
        let sealed = keys.seal("p", "s").unwrap();
        assert_eq!(keys.sealing().len(), ID_LENGTH);
        assert!(sealed.starts_with(&format!("{}.", keys.sealing())));
        assert_eq!(keys.ids().count(), 2);
        assert_eq!(keys.ids().next(), Some(keys.sealing()));
    }

    #[test]
    fn an_old_key_opens_after_a_rotation() {
        let (old, new) = (Keys::generate(), Keys::generate());
        let sealed = Keys::new(std::slice::from_ref(&old)).unwrap().seal("p", "s").unwrap();
        let rotated = Keys::new(&[new.clone(), old]).unwrap();
        assert_eq!(rotated.open("p", &sealed).unwrap().expose_secret(), "s");
        assert!(matches!(Keys::new(&[new]).unwrap().open("p", &sealed), Err(Error::UnknownKey(_))));
    }

    proptest! {
        #[test]
        fn opening_never_panics(sealed in "\\PC{0,80}") {
            let keys = Keys::new(&[Keys::generate()]).unwrap();
            prop_assert!(keys.open("p", &sealed).is_err());
        }
    }
}

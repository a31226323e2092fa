//! A signed token (RFC 7515, the compact form), read once: the text that was signed is the text that is believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{
    JsonWebKey as _, JsonWebKeyAlgorithm, JsonWebKeyUse, JwsSigningAlgorithm as _, SignatureVerificationError,
};
use serde::Deserialize;
use serde_json::Value;

use crate::claims::Claims;
use crate::error::Error;

const NO_JWT: Error = Error::BadToken("it isn't a JWT");

#[derive(Deserialize)]
pub(crate) struct Header {
    alg: CoreJwsSigningAlgorithm,
    pub kid: Option<String>,
    pub typ: Option<String>,
    pub crit: Option<Value>,
}

/// A token in its parts. Nothing of it is to be believed before [`Jwt::check`].
pub(crate) struct Jwt<'a> {
    pub header: Header,
    claims: Vec<u8>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    pub fn read(token: &'a str) -> Result<Self, Error> {
        let (signed, signature) = token.rsplit_once('.').ok_or(NO_JWT)?;
        let (header, claims) = signed.split_once('.').ok_or(NO_JWT)?;
        let header = serde_json::from_slice(&decode(header)?).map_err(|_| NO_JWT)?;
        Ok(Self { header, claims: decode(claims)?, signed, signature: decode(signature)? })
    }

    pub fn claims(&self) -> Result<Claims, Error> {
        serde_json::from_slice(&self.claims).map_err(|_| Error::BadToken("its claims can't be read"))
    }

    /// Whether one of `keys` signed it.
    pub fn check(&self, keys: &CoreJsonWebKeySet) -> Result<(), Error> {
        let key = self.key(keys).ok_or(Error::UnknownKey)?;
        key.verify_signature(&self.header.alg, self.signed.as_bytes(), &self.signature).map_err(|error| {
            match error {
                SignatureVerificationError::CryptoError(_) => Error::BadToken("its signature is wrong"),
                _ => Error::BadToken("its key can't be used"),
            }
        })
    }

    /// The key that the header names, if it is meant for the header's algorithm alone (RFC 8725, 3.1) and for nothing
    /// but signing. One that doesn't say its algorithm would serve its whole family; Authentik's always does. A public
    /// key is never the secret of an HMAC.
    fn key<'k>(&self, keys: &'k CoreJsonWebKeySet) -> Option<&'k CoreJsonWebKey> {
        let Header { alg, kid, .. } = &self.header;
        let key = match kid {
            Some(kid) => keys.keys().iter().find(|key| key.key_id().is_some_and(|id| id.as_str() == kid)),
            None => keys.keys().first().filter(|_| keys.keys().len() == 1),
        };
        key.filter(|key| {
            !alg.uses_shared_secret()
                && matches!(key.signing_alg(), JsonWebKeyAlgorithm::Algorithm(own) if own == alg)
                && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
        })
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| NO_JWT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(header: &Value) -> String {
        format!("{}.e30.", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn a_key_serves_only_what_it_says_it_is_for() {
        let key = json!({"kty": "RSA", "alg": "RS256", "kid": "1", "use": "sig", "n": "AQAB", "e": "AQAB"});
        let is_taken = |header: &Value, key: &Value| {
            let keys = serde_json::from_value(json!({"keys": [key]})).unwrap();
            Jwt::read(&token(header)).unwrap().key(&keys).is_some()
        };
        let header = json!({"alg": "RS256", "kid": "1"});
        assert!(is_taken(&header, &key));
        assert!(is_taken(&json!({"alg": "RS256"}), &key), "there is but one");
        for (name, value) in
            [("alg", json!("RS384")), ("alg", json!(null)), ("use", json!("enc")), ("kid", json!("2"))]
        {
            let mut other = key.clone();
            other[name] = value;
            assert!(!is_taken(&header, &other), "{other}");
        }
        assert!(!is_taken(&json!({"alg": "none", "kid": "1"}), &key));
        let secret = json!({"kty": "oct", "alg": "HS256", "kid": "1", "k": "AQAB"});
        assert!(!is_taken(&json!({"alg": "HS256", "kid": "1"}), &secret));
    }

    #[test]
    fn what_has_not_three_parts_is_no_token() {
        let good = token(&json!({"alg": "RS256"}));
        assert!(Jwt::read(&good).is_ok());
        for text in
            ["", ".", "..", "x.y.z", &good.replace('.', ""), &format!("{good}.e30"), &format!("{good}=")]
        {
            assert!(Jwt::read(text).is_err(), "{text}");
        }
    }
}

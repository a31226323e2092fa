//! Checking access tokens [A1].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use access::Surface;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use kernel::Timestamp;
use kernel::id::is_uuid;
use sha2::{Digest, Sha256};

use crate::claims::Claims;
use crate::error::Error;
use crate::examine::Trouble;
use crate::service::SignIn;

/// Clocks of two machines may differ by this much.
const LEEWAY: Duration = Duration::from_mins(1);
const MOST_TOKENS: usize = 4096;
/// A signature is checked again after this long: a key that the issuer withdrew is then no longer believed.
const CHECKED_FOR: Duration = Duration::from_mins(5);

/// Tokens whose signature was checked, by digest, so that a program that calls often costs little.
#[derive(Default)]
pub(crate) struct Verified(Mutex<HashMap<[u8; 32], Checked>>);

#[derive(Clone)]
struct Checked {
    surface: Surface,
    claims: Claims,
    at: Timestamp,
}

impl Verified {
    fn get(&self, token: &str, now: Timestamp) -> Option<(Surface, Claims)> {
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let checked = tokens.get(&digest(token)).filter(|checked| now.since(checked.at) < CHECKED_FOR)?;
        Some((checked.surface, checked.claims.clone()))
    }

    fn put(&self, token: &str, surface: Surface, claims: Claims, now: Timestamp) {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MOST_TOKENS {
            tokens.retain(|_, checked| {
                checked.claims.expires_at() > now && now.since(checked.at) < CHECKED_FOR
            });
        }
        if tokens.len() >= MOST_TOKENS {
            tokens.clear();
        }
        tokens.insert(digest(token), Checked { surface, claims, at: now });
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl SignIn {
    /// Checks an access token: its signature, and issuer and audience as a pair of one surface. Gives the surface.
    pub(crate) async fn verify(&self, token: &str) -> Result<(Surface, Claims), Error> {
        let now = self.0.clock.now();
        if let Some((surface, claims)) = self.0.verified.get(token, now) {
            in_time(&claims, now)?;
            return Ok((surface, claims));
        }
        let header = decode_header(token).map_err(|_| Error::BadToken("it isn't a JWT"))?;
        // Whoever issued it wants what is listed there to be understood, and nothing of it is (RFC 7515, 4.1.11).
        if header.crit.is_some() {
            return Err(Error::BadToken("its header requires something unknown"));
        }
        if !is_typed_as_access_token(&header) {
            return Err(Error::BadToken("its type isn't that of an access token"));
        }
        let surface = self.surface_of(token)?;
        // It may fetch keys, which is too much for every request to carry around.
        let claims = Box::pin(self.check_signature(token, &header, surface)).await?;
        let (Some(client), Some(_)) = (&claims.azp, &claims.scope) else {
            return Err(Error::BadToken("it isn't an access token"));
        };
        if client != surface.audience() {
            return Err(Error::BadToken("it was issued to another client"));
        }
        if claims.sub.trim().is_empty() {
            return Err(Error::BadToken("it names no account"));
        }
        // Accounts are known by their UUID. By another subject somebody would come in as a stranger of the same name.
        if !is_uuid(&claims.sub) {
            return Err(Error::Misconfigured(Trouble::Subject(surface.audience())));
        }
        in_time(&claims, now)?;
        self.0.verified.put(token, surface, claims.clone(), now);
        Ok((surface, claims))
    }

    /// The surface whose issuer and audience the token names; nothing of it is believed yet.
    fn surface_of(&self, token: &str) -> Result<Surface, Error> {
        let claims = jsonwebtoken::dangerous::insecure_decode::<Claims>(token)
            .map_err(|_| Error::BadToken("its claims can't be read"))?
            .claims;
        let surfaces = self.0.settings.oidc_clients.iter().map(|client| client.surface);
        let mut fitting = surfaces.filter(|surface| claims.aud.names(surface.audience())).peekable();
        if fitting.peek().is_none() {
            return Err(Error::BadToken("its audience isn't one of ours"));
        }
        // Of several audiences the issuer tells which is meant: each surface has its own.
        let mut pairs = fitting.filter(|surface| claims.iss == self.issuer(*surface));
        pairs.next().ok_or(Error::BadToken("its issuer isn't ours"))
    }

    async fn check_signature(&self, token: &str, header: &Header, surface: Surface) -> Result<Claims, Error> {
        let keys = self.key_set(surface).ok_or(Error::BadToken("its audience isn't one of ours"))?;
        let keys = keys.with(header.kid.as_deref()).await?;
        let keys: JwkSet = serde_json::from_value(keys)
            .map_err(|_| Error::Settings("the issuer's keys can't be read".into()))?;
        let key = pick(&keys, header).ok_or(Error::UnknownKey)?;
        let decoding = DecodingKey::from_jwk(key).map_err(|_| Error::BadToken("its key can't be used"))?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[self.issuer(surface)]);
        validation.set_audience(&[surface.audience()]);
        // The time is checked against our own clock.
        validation.validate_exp = false;
        let decoded = decode::<Claims>(token, &decoding, &validation);
        Ok(decoded.map_err(|_| Error::BadToken("its signature or claims are wrong"))?.claims)
    }
}

/// The key that the header names, if it is meant for the header's algorithm alone (RFC 8725, 3.1). One that doesn't say
/// its algorithm would serve its whole family; Authentik's always does. A public key is never the secret of an HMAC.
fn pick<'a>(keys: &'a JwkSet, header: &Header) -> Option<&'a Jwk> {
    let key = match &header.kid {
        Some(kid) => keys.find(kid),
        None => keys.keys.first().filter(|_| keys.keys.len() == 1),
    };
    let is_symmetric = matches!(header.alg, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512);
    let own = Some(KeyAlgorithm::from(header.alg)).filter(|_| !is_symmetric);
    key.filter(|key| own.is_some() && key.common.key_algorithm == own && may_sign(key))
}

/// True unless the key is published for something else, such as encryption.
fn may_sign(key: &Jwk) -> bool {
    matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
}

/// Authentik types its access tokens `JWT` (authentik, section 14). Whatever else is signed with the same key, a logout
/// token for one, says another type (RFC 8725, 3.11).
fn is_typed_as_access_token(header: &Header) -> bool {
    header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("JWT"))
}

fn in_time(claims: &Claims, now: Timestamp) -> Result<(), Error> {
    if claims.expires_at().after(LEEWAY) <= now {
        return Err(Error::BadToken("it has expired"));
    }
    if claims.good_from() > now.after(LEEWAY) {
        return Err(Error::BadToken("it isn't valid yet"));
    }
    Ok(())
}

//! Checking access tokens [A1].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use access::Surface;
use kernel::Timestamp;
use kernel::id::is_uuid;
use sha2::{Digest, Sha256};

use crate::claims::Claims;
use crate::error::Error;
use crate::examine::Trouble;
use crate::jwt::{Header, Jwt};
use crate::keys;
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
        let jwt = Jwt::read(token)?;
        // Whoever issued it wants what is listed there to be understood, and nothing of it is (RFC 7515, 4.1.11).
        if jwt.header.crit.is_some() {
            return Err(Error::BadToken("its header requires something unknown"));
        }
        if !is_typed_as_access_token(&jwt.header) {
            return Err(Error::BadToken("its type isn't that of an access token"));
        }
        let claims = jwt.claims()?;
        let surface = self.surface_of(&claims)?;
        // It may fetch keys, which is too much for every request to carry around.
        Box::pin(self.check_signature(&jwt, surface)).await?;
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
    fn surface_of(&self, claims: &Claims) -> Result<Surface, Error> {
        let surfaces = self.0.settings.oidc_clients.iter().map(|client| client.surface);
        let mut fitting = surfaces.filter(|surface| claims.aud.names(surface.audience())).peekable();
        if fitting.peek().is_none() {
            return Err(Error::BadToken("its audience isn't one of ours"));
        }
        // Of several audiences the issuer tells which is meant: each surface has its own.
        let mut pairs = fitting.filter(|surface| claims.iss == self.issuer(*surface));
        pairs.next().ok_or(Error::BadToken("its issuer isn't ours"))
    }

    async fn check_signature(&self, jwt: &Jwt<'_>, surface: Surface) -> Result<(), Error> {
        let keys = self.key_set(surface).ok_or(Error::BadToken("its audience isn't one of ours"))?;
        let keys = keys.with(jwt.header.kid.as_deref()).await?;
        jwt.check(&keys::read(keys, surface)?)
    }
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

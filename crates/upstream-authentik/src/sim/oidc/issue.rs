//! Issuing tokens: the claims, and the one function that every grant and the embedding program use.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{OAuthError, SERVER_ERROR, mapping};
use crate::sim::app::{App, Issuer, Signed};
use crate::sim::world::{Grant, Token, World};
use crate::sim::{keys, secret};

/// The only value of the claim `acr`.
pub const ACR: &str = "goauthentik.io/providers/oauth2/default";

/// How long what is issued shall live; without a time there is no refresh token.
pub struct Lifetime {
    pub access: Duration,
    pub refresh: Option<Duration>,
}

/// What was issued.
pub struct Issued {
    pub access_token: String,
    pub id_token: String,
    pub refresh_token: Option<String>,
    pub scope: String,
    pub expires_in: u64,
}

impl From<Issued> for Value {
    fn from(issued: Issued) -> Self {
        let mut body = json!({
            "access_token": issued.access_token,
            "token_type": "Bearer",
            "scope": issued.scope,
            "expires_in": issued.expires_in,
            "id_token": issued.id_token,
        });
        if let Some(refresh_token) = issued.refresh_token {
            body["refresh_token"] = Self::String(refresh_token);
        }
        body
    }
}

/// By the address that was called: of a token it is that of the token request (section 17).
pub fn issuer(called_at: &str, app: &App) -> String {
    if app.issuer == Issuer::Global {
        format!("{called_at}/")
    } else {
        format!("{called_at}/application/o/{}/", app.slug)
    }
}

/// Issues an access token and an id token with the same claims, and a refresh token when it has a lifetime.
pub fn issue(
    world: &mut World,
    called_at: &str,
    mut grant: Grant,
    lifetime: &Lifetime,
) -> Result<Issued, OAuthError> {
    world.purge();
    // Tokens refreshed after the session's end have no `sid` (section 14).
    grant.session = grant.session.filter(|key| world.sessions.contains_key(key));
    let now = world.now();
    let token = Token {
        pk: world.next_pk(),
        grant,
        jti: secret::random_text::<30>(),
        issued: now,
        expires: now.after(lifetime.access),
        revoked: None,
    };
    let id_claims = claims(world, called_at, &token).ok_or(SERVER_ERROR)?;
    let scope = token.grant.scopes.join(" ");
    let mut access_claims = id_claims.clone();
    access_claims.insert("azp".to_owned(), json!(token.grant.client_id));
    access_claims.insert("uid".to_owned(), json!(secret::random_text::<30>()));
    access_claims.insert("scope".to_owned(), json!(scope));
    let key = world.keys.last().ok_or(SERVER_ERROR)?;
    let app = world.app(&token.grant.client_id).ok_or(SERVER_ERROR)?;
    let secret = app.client_secret.unwrap_or_default();
    let sign = |claims| {
        if app.signed == Signed::ByKey {
            key.sign(claims)
        } else {
            Ok(keys::sign_with_secret(&secret, claims))
        }
    };
    let id_token = sign(&id_claims).map_err(|_| SERVER_ERROR)?;
    let access_token = sign(&access_claims).map_err(|_| SERVER_ERROR)?;
    let refresh_token = lifetime.refresh.map(|validity| {
        let text = secret::random_text::<96>();
        let refresh = Token {
            pk: world.next_pk(),
            expires: now.after(validity),
            jti: secret::random_text::<30>(),
            ..token.clone()
        };
        world.refresh_tokens.insert(secret::digest(&text), refresh);
        text
    });
    world.access_tokens.insert(secret::digest(&access_token), token);
    Ok(Issued { access_token, id_token, refresh_token, scope, expires_in: lifetime.access.as_secs() })
}

/// The claims of an id token; none when the user or the client is gone.
pub fn claims(world: &World, called_at: &str, token: &Token) -> Option<Map<String, Value>> {
    let grant = &token.grant;
    let app = world.app(&grant.client_id)?;
    let mut claims = user_claims(world, grant)?;
    let session = grant.session.as_ref().filter(|key| world.sessions.contains_key(*key));
    claims.extend(pairs(&[
        ("iss", json!(issuer(called_at, &app))),
        ("aud", json!(app.client_id)),
        ("exp", json!(token.expires.seconds())),
        ("iat", json!(token.issued.seconds())),
        ("auth_time", json!(grant.auth_time.seconds())),
        ("acr", json!(ACR)),
        ("jti", json!(token.jti)),
    ]));
    if let Some(session) = session {
        claims.extend(pairs(&[("amr", json!(["pwd"])), ("sid", json!(session))]));
    }
    Some(claims)
}

/// The claims about the person, as userinfo has them.
pub fn user_claims(world: &World, grant: &Grant) -> Option<Map<String, Value>> {
    let user = world.users.get(&grant.user)?;
    let app = world.app(&grant.client_id)?;
    let mut claims = pairs(&[("sub", json!(app.sub_mode.subject(user)))]);
    if app.has_claims {
        claims.extend(mapping::claims(world, &app, user, grant));
    }
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    Some(claims)
}

fn pairs(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

//! Issuing tokens: the claims, and the one function that every grant and the embedding program use.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{OAuthError, SERVER_ERROR};
use crate::sim::world::{App, Grant, Group, Token, World};
use crate::sim::{keys, secret};

/// The scopes that every application has mappings for; others are dropped silently (section 14).
pub const SCOPES: [&str; 5] = ["openid", "email", "profile", "groups", "offline_access"];
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

/// The scopes of a request that have mappings, each once.
pub fn mapped_scopes(requested: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in requested.split_whitespace().filter(|scope| SCOPES.contains(scope)) {
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

/// By the address that was called: of a token it is that of the token request (section 17).
pub fn issuer(called_at: &str, app: &App) -> String {
    format!("{called_at}/application/o/{}/", app.slug)
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
    let hmac = world.site.apps.get(&token.grant.client_id).and_then(|app| app.hmac.as_ref());
    let sign = |claims| match hmac {
        Some(secret) => Ok(keys::sign_with_secret(secret, claims)),
        None => key.sign(claims),
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
    let app = world.site.apps.get(&grant.client_id)?;
    let mut claims = user_claims(world, grant)?;
    let session = grant.session.as_ref().filter(|key| world.sessions.contains_key(*key));
    claims.extend(pairs(&[
        ("iss", json!(issuer(called_at, app))),
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
    let has = |scope: &str| grant.scopes.iter().any(|granted| granted == scope);
    let groups: Vec<&Group> = world.groups_of(user.pk).collect();
    let app = world.site.apps.get(&grant.client_id)?;
    let mut claims = pairs(&[("sub", json!(app.sub_mode.subject(user)))]);
    if has("email") {
        claims.extend(pairs(&[("email", json!(user.email)), ("email_verified", json!(false))]));
    }
    if has("profile") {
        let names = groups.iter().map(|group| &group.name);
        // Two mappings give this claim, and lists are concatenated (section 8).
        let doubled: Vec<&String> = names.clone().chain(names).collect();
        claims.extend(pairs(&[
            ("name", json!(user.name)),
            ("given_name", json!(user.name)),
            ("preferred_username", json!(user.username)),
            ("nickname", json!(user.username)),
            ("groups", json!(doubled)),
        ]));
    }
    if has("groups") {
        let rows = groups.iter().map(|group| json!({"id": group.pk, "name": group.name}));
        claims.insert("dezky_groups".to_owned(), rows.collect());
    }
    claims.extend(super::mapping::claims(world, user, grant));
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    Some(claims)
}

fn pairs(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

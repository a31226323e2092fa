//! Who is calling: a bearer token of the one issuer, its userinfo, the account that its claims name
//! (section 2). Claims are kept per token until it ends, the account is looked up at every request.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Timestamp;
use outbound::{Call, Client};
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::{HangUp, Store};

use super::external::{External, Refusal};
use super::world::World;
use super::{Setup, Userinfo};

/// What each start sets anew.
#[derive(Clone, Default)]
pub struct Settings {
    setup: Option<Arc<Setup>>,
    /// The own origin, for addresses in answers.
    pub origin: String,
    claims: Arc<Mutex<BTreeMap<String, Kept>>>,
}

/// What userinfo said about a token.
#[derive(Clone)]
struct Kept {
    claims: Value,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Token {
    iss: String,
    exp: i64,
}

impl Settings {
    pub fn new(setup: Setup, origin: String) -> Self {
        Self { setup: Some(Arc::new(setup)), origin, claims: Arc::default() }
    }

    pub fn now(&self) -> Timestamp {
        self.setup.as_ref().map_or(Timestamp::from_seconds(0), |setup| setup.clock.now())
    }

    pub fn admin_user(&self) -> Option<&str> {
        self.setup.as_ref().map(|setup| setup.admin_user.as_str())
    }

    pub fn issuer(&self) -> &str {
        self.setup.as_ref().map_or("", |setup| &setup.issuer)
    }

    /// The claims of a token.
    async fn claims_of(&self, token: &str, external: &External) -> Result<Value, Refusal> {
        let setup = self.setup.as_ref().ok_or(Refusal::Token)?;
        if let Some(name) = setup.static_tokens.get(token) {
            return Ok(json!({external.claim(): name}));
        }
        let now = setup.clock.now();
        let payload = payload_of(token).ok_or(Refusal::Token)?;
        let until = Timestamp::from_seconds(payload.exp);
        if payload.iss != *external.issuer.as_ref().unwrap_or(&setup.issuer) || until <= now {
            return Err(Refusal::Token);
        }
        if let Some(known) = self.kept().get(token).filter(|known| known.until > now) {
            return Ok(known.claims.clone());
        }
        let Userinfo { client, path } = setup.userinfo.as_ref().ok_or(Refusal::Token)?;
        let claims = look_up(client, path, token).await?;
        let mut kept = self.kept();
        kept.retain(|_, known| known.until > now);
        kept.insert(token.to_owned(), Kept { claims: claims.clone(), until });
        Ok(claims)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Kept>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of the calling user, whose personal drive exists from then on.
pub async fn caller(store: &Store<World>, headers: &HeaderMap) -> Result<String, Response> {
    let settings = store.read(|world| world.settings.clone());
    let refused = |refusal: Refusal| refused(headers, &refusal);
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| refused(Refusal::Token))?;
    let own = store.read(|world| world.idp.user_of(token, settings.now()).map(str::to_owned));
    let id = if let Some(id) = own {
        id
    } else {
        let external = store.read(|world| world.idp.external.clone());
        let claims = settings.claims_of(token, &external).await.map_err(refused)?;
        external.account_of(store, &claims).map_err(refused)?
    };
    let found = store.read(|world| {
        let user = world.users.get(&id).filter(|user| user.enabled)?;
        Some((user.id.clone(), world.lacks_personal_drive(user), user.assignment.is_empty()))
    });
    let (id, lacks_drive, lacks_role) = found.ok_or_else(|| refused(Refusal::Account))?;
    if lacks_role {
        store.write(|world| world.give_role(&id));
    }
    if lacks_drive {
        store.write(|world| world.make_personal_drive(&id));
    }
    Ok(id)
}

fn refused(headers: &HeaderMap, refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::Claim | Refusal::Crash => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::Token | Refusal::Account => StatusCode::UNAUTHORIZED,
    };
    let mut response = (status, Body::empty()).into_response();
    if matches!(refusal, Refusal::Crash) {
        response.extensions_mut().insert(HangUp);
    }
    let scripted = headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest");
    if matches!(refusal, Refusal::Token) && !scripted {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let challenge = format!("Bearer realm=\"{}\", charset=\"UTF-8\"", host.unwrap_or_default());
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
    }
    response
}

/// What a JWT says; the signature is left to the issuer, which is asked with the token.
fn payload_of(token: &str) -> Option<Token> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Asks userinfo. An issuer that is down looks like a bad token (section 2).
async fn look_up(client: &Client, path: &str, token: &str) -> Result<Value, Refusal> {
    let call = Call::get(path).bearer(token.into());
    let answer = client.send(call).await.map_err(|_| Refusal::Token)?;
    if !answer.is_success() {
        return Err(Refusal::Token);
    }
    answer.json().map_err(|_| Refusal::Token)
}

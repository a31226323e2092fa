//! Who is calling: a bearer token of the one issuer, its userinfo, the account that the claim names
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
use simulator::Store;

use super::world::World;
use super::{Setup, Userinfo};

/// What each start sets anew.
#[derive(Clone, Default)]
pub struct Settings {
    setup: Option<Arc<Setup>>,
    /// The own origin, for addresses in answers.
    pub origin: String,
    claims: Arc<Mutex<BTreeMap<String, Claim>>>,
}

/// What userinfo said about a token.
#[derive(Clone)]
struct Claim {
    account: String,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Token {
    iss: String,
    exp: i64,
}

/// Why a request is not let in; the body is always empty.
enum Refusal {
    /// The token is no good: challenged, unless a browser script asks.
    Token,
    /// The account is unknown or disabled: not challenged.
    Account,
    /// The claim is missing.
    Claim,
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

    /// The user name that a token stands for.
    async fn account_of(&self, token: &str, claim: &str) -> Result<String, Refusal> {
        let setup = self.setup.as_ref().ok_or(Refusal::Token)?;
        if let Some(name) = setup.static_tokens.get(token) {
            return if name.is_empty() { Err(Refusal::Claim) } else { Ok(name.clone()) };
        }
        let now = setup.clock.now();
        let payload = payload_of(token).ok_or(Refusal::Token)?;
        let until = Timestamp::from_seconds(payload.exp);
        if payload.iss != setup.issuer || until <= now {
            return Err(Refusal::Token);
        }
        if let Some(claim) = self.kept().get(token).filter(|claim| claim.until > now) {
            return Ok(claim.account.clone());
        }
        let Userinfo { client, path } = setup.userinfo.as_ref().ok_or(Refusal::Token)?;
        let account = look_up(client, path, token, claim).await?;
        let mut kept = self.kept();
        kept.retain(|_, claim| claim.until > now);
        let claim = Claim { account: account.clone(), until };
        kept.insert(token.to_owned(), claim);
        Ok(account)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Claim>> {
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
    let name = if own.is_some() {
        String::new()
    } else {
        let claim = store.read(|world| world.idp.claim.clone());
        settings.account_of(token, claim.as_deref().unwrap_or("sub")).await.map_err(refused)?
    };
    let found = store.read(|world| {
        let user = match &own {
            Some(id) => world.users.get(id),
            None => world.user_named(&name),
        };
        let user = user.filter(|user| user.enabled)?;
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
        Refusal::Claim => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::Token | Refusal::Account => StatusCode::UNAUTHORIZED,
    };
    let mut response = (status, Body::empty()).into_response();
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
async fn look_up(client: &Client, path: &str, token: &str, claim: &str) -> Result<String, Refusal> {
    let call = Call::get(path).bearer(token.into());
    let answer = client.send(call).await.map_err(|_| Refusal::Token)?;
    if !answer.is_success() {
        return Err(Refusal::Token);
    }
    let claims: serde_json::Value = answer.json().map_err(|_| Refusal::Token)?;
    claims[claim].as_str().filter(|name| !name.is_empty()).map(str::to_owned).ok_or(Refusal::Claim)
}

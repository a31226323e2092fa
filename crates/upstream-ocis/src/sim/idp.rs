//! The built-in identity provider (section 2): the sign-in page's call, authorize, token and userinfo, for the
//! public client `web`. Tokens of it are good beside those of the external issuer.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Timestamp, id};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use simulator::Store;
use url::form_urlencoded::{Serializer, parse};

use super::external::External;
use super::world::World;

const CLIENT: &str = "web";
const OTHERS: [&str; 1] = ["another-registered-client"];
const COOKIE: &str = "__Secure-KKT";
const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];
const ACCESS: Duration = Duration::from_mins(5);
const REFRESH: Duration = Duration::from_hours(30 * 24);
const CODE: Duration = Duration::from_mins(10);

/// What the provider remembers; secrets as digests only.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Idp {
    sessions: BTreeMap<String, String>,
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Token>,
    refresh: BTreeMap<String, Token>,
    /// Whether a refresh ends the former token, as external providers do. The built-in one does not.
    pub revokes_former: bool,
    /// How tokens of the external issuer are taken.
    #[serde(default)]
    pub external: External,
}

#[derive(Clone, Serialize, Deserialize)]
struct Code {
    user: String,
    redirect_uri: String,
    scopes: Vec<String>,
    challenge: Option<String>,
    until: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Token {
    user: String,
    scopes: Vec<String>,
    until: Timestamp,
}

impl Idp {
    /// The id of the user whose access token this is.
    pub fn user_of(&self, token: &str, now: Timestamp) -> Option<&str> {
        let token = self.access.get(&digest(token)).filter(|token| token.until > now)?;
        Some(&token.user)
    }

    /// The ids of users that could refresh, for the inventory.
    pub fn refreshable(&self) -> impl Iterator<Item = &str> {
        self.refresh.values().map(|token| token.user.as_str())
    }
}

pub fn routes() -> Router<Store<World>> {
    Router::new()
        .route("/signin/v1/identifier/_/logon", post(logon))
        .route("/signin/v1/identifier/_/authorize", get(authorize))
        .route("/konnect/v1/token", any(token))
        .route("/konnect/v1/userinfo", get(userinfo))
}

/// SHA-256 in base64url.
pub fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// 204 for a wrong password and for a disabled user.
async fn logon(State(store): State<Store<World>>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.get("kopano-konnect-xsrf").is_none_or(|value| value != "1") {
        return (StatusCode::BAD_REQUEST, "400 Bad Request\n").into_response();
    }
    let given: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (name, password, state) =
        (text(&given["params"][0]), text(&given["params"][1]), text(&given["state"]));
    let signed_in = store.write(|world| {
        let user = world.user_named(&name).filter(|user| user.enabled)?.clone();
        if user.password.as_ref() != Some(&digest(&password)) {
            return None;
        }
        let cookie = id::random_token();
        world.idp.sessions.insert(digest(&cookie), user.id.clone());
        Some((cookie, user, world.settings.origin.clone()))
    });
    let Some((cookie, user, origin)) = signed_in else {
        let told = HeaderName::from_static("kopano-konnect-state");
        return (StatusCode::NO_CONTENT, [(told, state)]).into_response();
    };
    let cookie =
        format!("{COOKIE}={cookie}; Path=/signin/v1/identifier/_/; HttpOnly; Secure; SameSite=Strict");
    let body = json!({
        "success": true,
        "state": state,
        "hello": {
            "state": state, "flow": "oidc", "success": true, "username": user.login,
            "displayName": user.display_name, "continue_uri": format!("{origin}/signin/v1/identifier/_/authorize"),
            "branding": {},
        },
    });
    let kind = "application/json; encoding=utf-8".to_owned();
    ([(header::SET_COOKIE, cookie), (header::CONTENT_TYPE, kind)], Json(body).into_response().into_body())
        .into_response()
}

async fn authorize(
    State(store): State<Store<World>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let query: BTreeMap<String, String> =
        parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let field = |name: &str| query.get(name).cloned().unwrap_or_default();
    let back = |pairs: &[(&str, &str)]| {
        let pairs = Serializer::new(String::new()).extend_pairs(pairs).finish();
        found(&format!("{}?{pairs}&state={}", field("redirect_uri"), field("state")))
    };
    let (user, origin) = store.read(|world| {
        let user = session_of(world, &headers);
        (user.map(str::to_owned), world.settings.origin.clone())
    });
    let Some(user) = user else {
        // Neither the address nor the client is looked at without a session.
        if field("prompt") == "none" {
            let why = "IdentifierIdentityManager: not signed in";
            return back(&[("error", "login_required"), ("error_description", why)]);
        }
        return found(&format!(
            "{origin}/signin/v1/identifier?flow=oidc&{}",
            uri.query().unwrap_or_default()
        ));
    };
    if field("client_id") != CLIENT {
        return (StatusCode::BAD_REQUEST, "unknown client\n").into_response();
    }
    let code = id::random_token();
    let asked = field("scope");
    let scopes: Vec<&str> = asked.split_whitespace().filter(|scope| SCOPES.contains(scope)).collect();
    store.write(|world| {
        let code_of_user = Code {
            user,
            redirect_uri: field("redirect_uri"),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            challenge: query.get("code_challenge").cloned(),
            until: world.settings.now().after(CODE),
        };
        world.idp.codes.insert(digest(&code), code_of_user);
    });
    let pairs = [("code", code.as_str()), ("scope", &scopes.join(" ")), ("session_state", "simulated")];
    back(&pairs)
}

fn session_of<'a>(world: &'a World, headers: &HeaderMap) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == COOKIE)?;
    let user = world.idp.sessions.get(&digest(value))?;
    world.users.get(user).filter(|user| user.enabled).map(|user| user.id.as_str())
}

fn found(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

type Denied = (&'static str, String);

async fn token(State(store): State<Store<World>>, request: axum::extract::Request) -> Response {
    let is_post = request.method() == axum::http::Method::POST;
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
    let form: BTreeMap<String, String> = parse(&body).into_owned().collect();
    let answer = if is_post {
        store.write(|world| grant(world, &form))
    } else {
        Err(("invalid_request", "request must be sent with POST".to_owned()))
    };
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err((error, why)) => (StatusCode::BAD_REQUEST, json!({"error": error, "error_description": why})),
    };
    let headers =
        [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json; encoding=utf-8")];
    (status, headers, body.to_string()).into_response()
}

fn grant(world: &mut World, form: &BTreeMap<String, String>) -> Result<Value, Denied> {
    let field = |name: &str| form.get(name).map(String::as_str);
    let kind = field("grant_type").unwrap_or_default();
    if !matches!(kind, "authorization_code" | "refresh_token") {
        return Err(("unsupported_grant_type", "unsupported grant_type value".to_owned()));
    }
    let client = field("client_id").unwrap_or_default();
    if OTHERS.contains(&client) {
        return Err(("access_denied", "invalid client_secret: <nil>".to_owned()));
    }
    if client != CLIENT {
        return Err(("access_denied", format!("unknown client_id: {client}")));
    }
    let (user, scopes) =
        if kind == "refresh_token" { by_refresh(world, form)? } else { by_code(world, form)? };
    if !world.users.get(&user).is_some_and(|user| user.enabled) {
        return Err(("invalid_grant", "user not found".to_owned()));
    }
    Ok(issue(world, &user, &scopes))
}

fn by_code(world: &mut World, form: &BTreeMap<String, String>) -> Result<(String, Vec<String>), Denied> {
    let unknown = || ("invalid_grant", "code not found".to_owned());
    let now = world.settings.now();
    // Whatever comes of it, the code was used.
    let key = digest(form.get("code").map_or("", String::as_str));
    let code = world.idp.codes.remove(&key).filter(|code| code.until > now).ok_or_else(unknown)?;
    let answered = match (&code.challenge, form.get("code_verifier")) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => *challenge == digest(verifier),
        _ => false,
    };
    if !answered || form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(("invalid_grant", "code challenge or redirect_uri mismatch".to_owned()));
    }
    Ok((code.user, code.scopes))
}

fn by_refresh(world: &mut World, form: &BTreeMap<String, String>) -> Result<(String, Vec<String>), Denied> {
    let Some(given) = form.get("refresh_token") else {
        return Err(("invalid_grant", "missing refresh_token".to_owned()));
    };
    if given.split('.').count() != 3 {
        return Err(("invalid_request", "token contains an invalid number of segments".to_owned()));
    }
    let (key, now) = (digest(given), world.settings.now());
    let known = world.idp.refresh.get(&key).filter(|token| token.until > now).cloned();
    let token = known.ok_or_else(|| ("invalid_grant", "refresh token not found".to_owned()))?;
    let scopes = match form.get("scope") {
        None => token.scopes,
        Some(asked) => {
            let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
            if !asked.iter().all(|scope| token.scopes.contains(scope)) {
                return Err(("insufficient_scope", "insufficient scope".to_owned()));
            }
            asked
        }
    };
    if world.idp.revokes_former {
        world.idp.refresh.remove(&key);
    }
    Ok((token.user, scopes))
}

fn issue(world: &mut World, user: &str, scopes: &[String]) -> Value {
    let (now, issuer) = (world.settings.now(), world.settings.origin.clone());
    let idp = &mut world.idp;
    idp.access.retain(|_, token| token.until > now);
    idp.refresh.retain(|_, token| token.until > now);
    let token = |until: Timestamp| Token { user: user.to_owned(), scopes: scopes.to_vec(), until };
    let access = jwt(&issuer, now.after(ACCESS));
    idp.access.insert(digest(&access), token(now.after(ACCESS)));
    let mut body = json!({
        "access_token": access, "token_type": "Bearer", "id_token": jwt(&issuer, now.after(ACCESS)),
        "expires_in": ACCESS.as_secs(),
    });
    if scopes.iter().any(|scope| scope == "offline_access") {
        let refresh = jwt(&issuer, now.after(REFRESH));
        idp.refresh.insert(digest(&refresh), token(now.after(REFRESH)));
        body["refresh_token"] = refresh.into();
    }
    body
}

/// In the form of a JWT; whether it is good is known by its digest.
fn jwt(issuer: &str, end: Timestamp) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": issuer, "exp": end.seconds(), "jti": id::random_token()});
    format!("{}.{}.{}", part(json!({"alg": "PS256"})), part(claims), id::random_token())
}

async fn userinfo(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    let user = store.read(|world| {
        let id = world.idp.user_of(token?, world.settings.now())?.to_owned();
        world.users.get(&id).cloned()
    });
    let Some(user) = user else {
        let why =
            "error=\"invalid_token\", error_description=\"token contains an invalid number of segments\"";
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, why)]).into_response();
    };
    let body = json!({
        "email": user.mail,
        "email_verified": false,
        "family_name": user.surname.as_ref().unwrap_or(&user.login),
        "given_name": user.given_name,
        "name": user.display_name,
        "preferred_username": user.login,
        "sub": digest(&user.id),
    });
    ([(header::CONTENT_TYPE, "application/json; encoding=utf-8")], body.to_string()).into_response()
}

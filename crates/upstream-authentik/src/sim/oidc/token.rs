//! The token endpoint: codes, refresh tokens, client credentials (section 14).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use simulator::Store;

use super::client_auth::Client;
use super::issue::{self, Issued, Lifetime};
use super::{
    Form, INVALID_CLIENT, INVALID_GRANT, INVALID_SCOPE, OAuthError, UNSUPPORTED_GRANT, form, not_stored,
};
use crate::sim::app::App;
use crate::sim::objects::{Object, text, value_of};
use crate::sim::secret;
use crate::sim::world::{Challenge, Code, Grant, World, has_expired};

const OFFLINE: &str = "offline_access";

pub async fn token(
    State(store): State<Store<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let form = form(&body);
    let client = Client::read(&headers, &form).ok_or(INVALID_CLIENT)?;
    let grant = form.get("grant_type").map(String::as_str);
    let at = store.read(|world| world.called_at(&headers));
    let issued = store.write(|world| match grant {
        // A known client that may not use a known grant (section 14).
        Some(grant @ ("authorization_code" | "refresh_token" | "client_credentials"))
            if world.app(&client.id).is_some_and(|app| !app.has_grant(grant)) =>
        {
            Err(INVALID_GRANT)
        }
        Some("authorization_code") => by_code(world, &at, &client, &form),
        Some("refresh_token") => by_refresh_token(world, &at, &client, &form),
        Some("client_credentials") => by_client_credentials(world, &at, &client, &form),
        _ => Err(UNSUPPORTED_GRANT),
    })?;
    Ok(not_stored(issued.into()))
}

fn by_code(world: &mut World, at: &str, client: &Client, form: &Form) -> Result<Issued, OAuthError> {
    let app = client.proven(world).ok_or(INVALID_CLIENT)?;
    let redirect_uri = form.get("redirect_uri").filter(|uri| app.may_return_to("authorization", uri));
    let redirect_uri = redirect_uri.ok_or(INVALID_CLIENT)?;
    let key = secret::digest(form.get("code").ok_or(INVALID_GRANT)?);
    let now = world.now();
    let fits = |code: &&Code| {
        code.expires > now
            && code.grant.client_id == app.client_id
            && code.redirect_uri == *redirect_uri
            && is_answered(code.challenge.as_ref(), form.get("code_verifier").map(String::as_str))
    };
    // A failed exchange doesn't burn the code.
    let grant = world.codes.get(&key).filter(fits).ok_or(INVALID_GRANT)?.grant.clone();
    world.codes.remove(&key);
    let lifetime = lifetime(&app, &grant);
    issue::issue(world, at, grant, &lifetime)
}

/// PKCE is never required, but a challenge must be answered, and an answer needs a challenge.
fn is_answered(challenge: Option<&Challenge>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(Challenge::Plain(text)), Some(verifier)) => text == verifier,
        (Some(Challenge::S256(text)), Some(verifier)) => *text == secret::digest_base64(verifier),
        _ => false,
    }
}

/// Each use rotates the token, unless a threshold says that it is good for long enough. A replay of a rotated one fails, and the rest of the family stays valid.
fn by_refresh_token(world: &mut World, at: &str, client: &Client, form: &Form) -> Result<Issued, OAuthError> {
    let app = client.proven(world).ok_or(INVALID_CLIENT)?;
    let now = world.now();
    let key = secret::digest(form.get("refresh_token").ok_or(INVALID_GRANT)?);
    let token = world.refresh_tokens.get_mut(&key).ok_or(INVALID_GRANT)?;
    if token.grant.client_id != app.client_id || token.revoked.is_some() || token.expires <= now {
        return Err(INVALID_GRANT);
    }
    let mut grant = Grant { nonce: None, ..token.grant.clone() };
    if let Some(scope) = form.get("scope") {
        let wanted = app.mapped_scopes(scope);
        let is_granted = |scope: &String| token.grant.scopes.contains(scope);
        if !wanted.iter().any(|scope| scope == OFFLINE) || !wanted.iter().all(is_granted) {
            return Err(INVALID_SCOPE);
        }
        grant.scopes = wanted;
    }
    let mut lifetime = lifetime(&app, &grant);
    let threshold = app.refresh_token_threshold;
    if threshold.is_zero() || now.after(threshold) >= token.expires {
        token.revoked = Some(now);
    } else {
        lifetime.refresh = None;
    }
    issue::issue(world, at, grant, &lifetime)
}

fn lifetime(app: &App, grant: &Grant) -> Lifetime {
    let is_offline = app.has_grant("refresh_token") && grant.scopes.iter().any(|scope| scope == OFFLINE);
    Lifetime { access: app.access_token_validity, refresh: is_offline.then_some(app.refresh_token_validity) }
}

/// Never gives a refresh token. With a user name and an app password the client secret is not checked.
fn by_client_credentials(
    world: &mut World,
    at: &str,
    client: &Client,
    form: &Form,
) -> Result<Issued, OAuthError> {
    let app = world.app(&client.id).ok_or(INVALID_CLIENT)?;
    let user = match credentials(client, form) {
        Some((username, password)) => of_app_password(world, &username, &password).ok_or(INVALID_GRANT)?,
        None if client.has_secret_of(&app) => generated_user(world, &app),
        None => return Err(INVALID_GRANT),
    };
    if !world.may_sign_in(&app, user) {
        return Err(INVALID_GRANT);
    }
    let mut scopes = app.mapped_scopes(form.get("scope").map_or("", String::as_str));
    scopes.retain(|scope| scope != OFFLINE);
    let grant = Grant {
        client_id: app.client_id.clone(),
        user,
        session: None,
        scopes,
        nonce: None,
        auth_time: world.now(),
    };
    let lifetime = Lifetime { access: app.access_token_validity, refresh: None };
    issue::issue(world, at, grant, &lifetime)
}

/// User name and app password, in fields of their own or in base64 in place of the client secret.
fn credentials(client: &Client, form: &Form) -> Option<(String, String)> {
    if let Some(username) = form.get("username") {
        return Some((username.clone(), form.get("password").cloned().unwrap_or_default()));
    }
    let decoded = STANDARD.decode(client.secret.as_ref()?).ok()?;
    let (username, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((username.to_owned(), password.to_owned()))
}

/// The account when the app password is right; the login password is not accepted.
fn of_app_password(world: &World, username: &str, password: &str) -> Option<i64> {
    let user = world.user_named(username).filter(|user| user.is_active)?;
    let of_setup = user.app_password.as_ref().is_some_and(|known| known.matches(password));
    let now = world.now();
    let one_of = |token: &Object| {
        text(token, "intent") == "app_password"
            && value_of(token, "user").as_i64() == Some(user.pk)
            && value_of(token, "key") == password
            && !has_expired(token, now)
    };
    (of_setup || world.objects.of("tokens").any(one_of)).then_some(user.pk)
}

/// The account that a client secret alone stands for; made when it is first needed.
fn generated_user(world: &mut World, app: &App) -> i64 {
    let username = format!("ak-{}-client_credentials", app.name);
    if let Some(user) = world.user_named(&username) {
        return user.pk;
    }
    let user = world.new_service_account(&username);
    let pk = user.pk;
    world.users.insert(pk, user);
    pk
}

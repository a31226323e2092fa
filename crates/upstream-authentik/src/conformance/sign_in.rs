//! The provider's endpoints: what can be asked of them without a browser and without a client's secret.

use kernel::id;
use outbound::{Answer, Call, CallError, Client, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{Told, same, wrong};

/// A service account and the client that it gets its tokens from.
#[derive(Clone)]
pub struct AppPassword {
    /// The client id.
    pub client_id: String,
    /// The account's user name.
    pub username: String,
    /// Its app password.
    pub password: SecretString,
}

/// The endpoints of the application `slug`, at the paths that Dezky derives from the issuer's origin. `tell`
/// hears of each step when it is done.
pub async fn provider(client: &Client, slug: &str, tell: &mut impl FnMut(&'static str, Told)) {
    tell("discovery", discovery(client, slug).await);
    tell("key set", key_set(client, slug).await);
    tell("authorize: an unknown client is no redirect", authorize(client).await);
    tell("token: an unknown client is refused", token(client).await);
    tell("revoke: an unknown client is refused", revoke(client).await);
    tell("end-session: redirects without a session", end_session(client, slug).await);
}

/// Tokens by client credentials, as the service user of oCIS gets them.
pub async fn client_credentials(
    client: &Client,
    account: &AppPassword,
    tell: &mut impl FnMut(&'static str, Told),
) {
    let granted = grant(client, account).await;
    let (told, access) = match granted {
        Ok(body) => {
            let access = body["access_token"].as_str().unwrap_or_default().to_owned();
            (granted_well(&body), access)
        }
        Err(error) => (Err(error), String::new()),
    };
    tell("client credentials", told);
    tell("userinfo takes the token", userinfo(client, access).await);
    let guess = AppPassword { password: id::random_token().into(), ..account.clone() };
    let refused = ask(client, &guess).await.and_then(|answer| error_of(&answer, 400, "invalid_grant"));
    tell("a wrong app password is refused", refused);
}

async fn discovery(client: &Client, slug: &str) -> Told {
    let path = format!("/application/o/{slug}/.well-known/openid-configuration");
    let document: Value = client.send(Call::get(path)).await?.success(|_| None)?.json()?;
    let paths = [
        ("issuer", format!("/application/o/{slug}/")),
        ("authorization_endpoint", "/application/o/authorize/".to_owned()),
        ("token_endpoint", "/application/o/token/".to_owned()),
        ("userinfo_endpoint", "/application/o/userinfo/".to_owned()),
        ("revocation_endpoint", "/application/o/revoke/".to_owned()),
        ("jwks_uri", format!("/application/o/{slug}/jwks/")),
        ("end_session_endpoint", format!("/application/o/{slug}/end-session/")),
    ];
    for (name, path) in paths {
        let told = document[name].as_str().unwrap_or_default();
        let origin = told.strip_suffix(path.as_str());
        // An origin has two slashes, both before the host.
        if origin.is_none_or(|origin| !origin.starts_with("http") || origin.matches('/').count() != 2) {
            return Err(wrong(format!("{name} is {told:?}, not an origin with {path}")));
        }
    }
    let has = |name: &str, word: &str| {
        document[name].as_array().is_some_and(|words| words.iter().any(|known| known == word))
    };
    for (name, word) in [
        ("id_token_signing_alg_values_supported", "RS256"),
        ("code_challenge_methods_supported", "S256"),
        ("scopes_supported", "offline_access"),
    ] {
        if !has(name, word) {
            return Err(wrong(format!("{name} lacks {word}")));
        }
    }
    Ok(document["issuer"].as_str().unwrap_or_default().to_owned())
}

async fn key_set(client: &Client, slug: &str) -> Told {
    let path = format!("/application/o/{slug}/jwks/");
    let set: Value = client.send(Call::get(path)).await?.success(|_| None)?.json()?;
    let keys = set["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    let signs = |key: &&Value| key["kty"] == "RSA" && key["kid"].is_string() && key["n"].is_string();
    match keys.iter().filter(signs).count() {
        0 => Err(wrong("no RSA key: the provider has no signing key and would sign with its secret")),
        count => Ok(format!("{count} RSA keys")),
    }
}

async fn authorize(client: &Client) -> Told {
    let call = Call::get("/application/o/authorize/")
        .query("client_id", "dezky-conformance-unknown")
        .query("response_type", "code")
        .query("scope", "openid")
        .query("redirect_uri", "https://dezky-conformance.test/");
    same("the status", client.send(call).await?.status, 400)
}

async fn token(client: &Client) -> Told {
    let call = Call::new(Method::Post, "/application/o/token/")
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", "none"),
            ("redirect_uri", "https://dezky-conformance.test/"),
        ])
        .basic("dezky-conformance-unknown", "none".into())
        .only_reads();
    error_of(&client.send(call).await?, 400, "invalid_client")
}

/// The only one of the endpoints that says 401.
async fn revoke(client: &Client) -> Told {
    let call = Call::new(Method::Post, "/application/o/revoke/")
        .form(&[("token", "none")])
        .basic("dezky-conformance-unknown", "none".into())
        .only_reads();
    error_of(&client.send(call).await?, 401, "invalid_client")
}

async fn end_session(client: &Client, slug: &str) -> Told {
    let call = Call::get(format!("/application/o/{slug}/end-session/"));
    same("the status", client.send(call).await?.status, 302)
}

async fn ask(client: &Client, account: &AppPassword) -> Result<Answer, CallError> {
    let call = Call::new(Method::Post, "/application/o/token/")
        .form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &account.client_id),
            ("username", &account.username),
            ("password", account.password.expose_secret()),
            ("scope", "openid profile email"),
        ])
        .only_reads();
    client.send(call).await
}

async fn grant(client: &Client, account: &AppPassword) -> Result<Value, CallError> {
    ask(client, account).await?.success(|_| None)?.json()
}

fn granted_well(body: &Value) -> Told {
    same("the kind of token", &body["token_type"], &Value::from("Bearer"))?;
    match body["expires_in"].as_u64() {
        Some(seconds) if seconds > 0 => Ok(format!("good for {seconds} s")),
        _ => Err(wrong("it does not say how long the token lives")),
    }
}

async fn userinfo(client: &Client, access: String) -> Told {
    let call = Call::get("/application/o/userinfo/").bearer(access.into());
    let claims: Value = client.send(call).await?.success(|_| None)?.json()?;
    match claims["sub"].as_str() {
        Some(sub) => Ok(format!("sub is {sub}")),
        None => Err(wrong("there is no claim `sub`")),
    }
}

fn error_of(answer: &Answer, status: u16, error: &str) -> Told {
    same("the status", answer.status, status)?;
    let body: Value = answer.json()?;
    same("the error", body["error"].as_str(), Some(error))?;
    Ok(error.to_owned())
}

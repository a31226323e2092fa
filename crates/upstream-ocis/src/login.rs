//! Signing the service user in once without a browser, at oCIS's own identity provider (section 2). What comes
//! of it is a refresh token in the store; the password is not kept.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::id;
use outbound::{Answer, Call, CallError, Cause, Client, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::refresh::{TokenStore, failed};

const CLIENT: &str = "web";
/// Without the last one there is no refresh token.
const SCOPE: &str = "openid profile email offline_access";
const PROVIDER: &str = "/signin/v1/identifier/_";

/// Who signs in.
#[derive(Clone)]
pub struct Login {
    /// The user name.
    pub user_name: String,
    /// The password.
    pub password: SecretString,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user_name", &self.user_name).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Granted {
    refresh_token: Option<String>,
}

/// Signs in at the server that `server` has as its base address, and keeps the refresh token. Safe to repeat: an error
/// on the way leaves the store as it was.
pub async fn sign_in(server: &Client, login: &Login, store: &dyn TokenStore) -> Result<(), CallError> {
    let attempt = Attempt {
        server,
        origin: server.base().origin().ascii_serialization(),
        state: id::random_token(),
        verifier: id::random_token(),
    };
    let cookies = attempt.log_on(login).await?;
    let code = attempt.authorize(&cookies).await?;
    let refresh = attempt.exchange(&code).await?;
    store.put(refresh, None).await.map_err(failed)
}

struct Attempt<'a> {
    server: &'a Client,
    origin: String,
    state: String,
    /// PKCE, RFC 7636.
    verifier: String,
}

impl Attempt<'_> {
    fn redirect_uri(&self) -> String {
        format!("{}/oidc-callback.html", self.origin)
    }

    /// The cookies of the session. 204 stands for a wrong password.
    async fn log_on(&self, login: &Login) -> Result<SecretString, CallError> {
        let body = json!({
            "state": self.state,
            "params": [login.user_name, login.password.expose_secret(), "1"],
            "hello": {
                "flow": "oidc", "client_id": CLIENT, "scope": SCOPE, "redirect_uri": self.redirect_uri(),
                "state": self.state,
            },
        });
        let call = Call::new(Method::Post, format!("{PROVIDER}/logon"))
            .header("kopano-konnect-xsrf", "1")
            .header("origin", self.origin.as_str())
            .json(&body)
            .only_reads();
        let answer = self.server.send(call).await?;
        if answer.status == 204 {
            let why = format!("the password of {} is wrong, or the account is disabled", login.user_name);
            return Err(answer.error(Cause::Unauthorized(Some(why))));
        }
        let answer = answer.success(|_| None)?;
        let given = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs = given.filter_map(|(_, value)| value.split(';').next());
        let kept: Vec<&str> = pairs.filter(|pair| !pair.trim().ends_with('=')).collect();
        if kept.is_empty() {
            return Err(malformed(&answer, "it signed in without a cookie"));
        }
        Ok(kept.join("; ").into())
    }

    async fn authorize(&self, cookies: &SecretString) -> Result<SecretString, CallError> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()));
        let call = Call::get(format!("{PROVIDER}/authorize"))
            .header("cookie", cookies.expose_secret())
            .query("client_id", CLIENT)
            .query("redirect_uri", self.redirect_uri())
            .query("response_type", "code")
            .query("scope", SCOPE)
            .query("state", &self.state)
            .query("nonce", id::random_token())
            .query("code_challenge", challenge)
            .query("code_challenge_method", "S256")
            .query("prompt", "none");
        let answer = self.server.send(call).await?;
        if answer.status != 302 {
            let answer = answer.success(|_| None)?;
            return Err(malformed(&answer, "it did not send back to the client"));
        }
        let place = answer.header("location").and_then(|location| Url::parse(location).ok());
        let Some(place) = place.filter(|place| place.as_str().starts_with(&self.redirect_uri())) else {
            return Err(malformed(&answer, "it sent to another address than the client's"));
        };
        let field = |wanted: &str| {
            let found = place.query_pairs().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned())
        };
        if field("state").as_deref() != Some(self.state.as_str()) {
            return Err(malformed(&answer, "it answered to another sign-in"));
        }
        match (field("code"), field("error")) {
            (Some(code), None) => Ok(code.into()),
            (_, error) => Err(answer.error(Cause::Unauthorized(error))),
        }
    }

    async fn exchange(&self, code: &SecretString) -> Result<SecretString, CallError> {
        let redirect_uri = self.redirect_uri();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", redirect_uri.as_str()),
            ("client_id", CLIENT),
            ("code_verifier", self.verifier.as_str()),
        ];
        // A lost answer costs one unused token, so this counts as a read.
        let call = Call::new(Method::Post, "/konnect/v1/token").form(&fields).only_reads();
        let answer = self.server.send(call).await?.success(|answer| {
            let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
            Some(body["error"].as_str()?.to_owned())
        })?;
        let granted: Granted = answer.json()?;
        match granted.refresh_token {
            Some(token) => Ok(token.into()),
            None => {
                Err(malformed(&answer, "it gave no refresh token although `offline_access` was asked for"))
            }
        }
    }
}

fn malformed(answer: &Answer, why: &str) -> CallError {
    answer.error(Cause::Malformed(why.to_owned()))
}

//! What `dezky doctor` finds of sign-in: each console's client as it is used, its provider as the API shows it, and a real
//! token, which is the only proof that those of people will be taken.

use std::fmt;

use access::Surface;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Clock, Explain as _};
use outbound::{Call, CallError, Cause, Client, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sign_in::{Settings, Trouble};
use upstream_authentik::{Authentik, Provider};

use super::{ACCEPTS, DEADLINE, Report, mend_of};
use crate::config::{self, Config, OcisCredential};
use crate::{english, upstreams};

const SET_UP: &str = "Run `dezky bootstrap authentik`: it changes the provider.";
/// Bootstrap adds addresses and removes none.
const REDIRECTS: &str = "Whoever gets such a code can sign in as the person. Remove the address from the provider in Authentik; \
                      `dezky bootstrap authentik` then adds what is missing.";
/// Tokens are taken for minutes: clocks that differ by more end sign-ins early, or refuse them.
const MOST_SKEW: u64 = 60;
/// With less, the file service finds no account (ocis, section 13).
const SCOPE: &str = "openid profile email";
const CLOCKS: &str = "Let both machines set their clocks by NTP.";
const ISSUER: &str = "Set AUTHENTIK_ISSUER to Authentik's public address. If AUTHENTIK_API_URL is set, add this machine to \
                      AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS of Authentik, or leave AUTHENTIK_API_URL out.";

/// What depends on Authentik isn't known while it is away.
pub const AWAY: &str = "not checked: Authentik doesn't answer";
const REACH: &str = "Check that Authentik runs and that AUTHENTIK_ISSUER and AUTHENTIK_API_URL lead to it.";
const SERVICE: &str = "See in Authentik that the service account of OCIS_SERVICE_USER exists and is active, and that its app \
                       password is the one in OCIS_SERVICE_PASSWORD. For a new one, leave that empty and run \
                       `dezky bootstrap ocis`.";
const REAL_TOKEN: &str = "a real token names the issuer and its account";

/// Why there is no token.
pub enum NoToken {
    /// Authentik couldn't be asked.
    Call(CallError),
    /// It refused, with this word of OAuth.
    Refused(String),
}

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Refused(word) => write!(f, "Authentik gave no token: {word}"),
        }
    }
}

impl NoToken {
    /// What to do about it, where that isn't what is usual.
    pub fn mend<'a>(&self, usual: &'a str) -> &'a str {
        match self {
            Self::Call(error) if is_away(error) => REACH,
            Self::Call(error) => mend_of(Some(error), usual),
            // The account or its app password, and nothing of the client (ocis, section 13).
            Self::Refused(word) if word == "invalid_grant" => SERVICE,
            Self::Refused(_) => usual,
        }
    }
}

/// Whether a call failed because nobody is there, rather than for what was asked.
fn is_away(error: &CallError) -> bool {
    matches!(
        error.cause,
        Cause::Unreachable | Cause::NoAddress | Cause::Timeout | Cause::Closed | Cause::Broken(_)
    )
}

/// Whether Authentik answers at all. Where it doesn't, that is the one thing to say.
pub async fn answers(config: &Config, report: &mut Report) -> anyhow::Result<bool> {
    let provider = upstreams::provider(config, DEADLINE)?;
    // Its front end answers for itself while it starts, so this asks for what sign-in begins with.
    let client = config.consoles.first().map_or(Surface::Portal, |console| console.surface).audience();
    let path = format!("/application/o/{client}/.well-known/openid-configuration");
    let answer = provider.send(Call::get(path)).await;
    let answer = answer.and_then(|answer| match answer.status {
        500.. => answer.success(|_| None),
        _ => Ok(answer),
    });
    let Some(error) = answer.err().filter(is_away) else { return Ok(true) };
    report.line("Authentik", "answers", Err(error.to_string()), REACH);
    for console in &config.consoles {
        report.unchecked("Sign-in", &by_secret(console.surface.audience()), AWAY);
    }
    if is_files_issuer(config) {
        report.unchecked("Sign-in", REAL_TOKEN, AWAY);
    }
    if config.authentik.api_token.is_ok() {
        report.unchecked("Authentik", ACCEPTS, AWAY);
    }
    Ok(false)
}

/// Whether the file service's own user signs in at Authentik.
pub fn is_files_issuer(config: &Config) -> bool {
    let credential = config.ocis.as_ref().map(|ocis| &ocis.credential);
    matches!(credential, Ok(OcisCredential::ClientCredentials { .. }))
}

fn by_secret(client: &str) -> String {
    format!("{client} is known by its secret, and its tokens are accepted")
}

/// Checks sign-in; `authentik` reads the providers, where a token for the API is configured.
pub async fn check(
    config: &Config,
    authentik: Option<&Authentik>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let settings = upstreams::sign_in(config, DEADLINE)?;
    check_consoles(&settings, authentik, report).await?;
    check_files(config, &settings, authentik, report).await;
    Ok(())
}

/// Each console's client, as it signs people in.
pub async fn check_consoles(
    settings: &Settings,
    authentik: Option<&Authentik>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let words = english::words()?;
    for oidc_client in &settings.oidc_clients {
        let client = oidc_client.surface.audience();
        let what = by_secret(client);
        match settings.examine(oidc_client).await {
            Ok(()) => report.line("Sign-in", &what, Ok(()), ""),
            Err(trouble) => {
                let message = trouble.message();
                let advice = words.advice(&message).unwrap_or_default();
                let error = if let Trouble::Call(error) = &trouble { Some(error) } else { None };
                report.line("Sign-in", &what, Err(words.say(&message)), mend_of(error, &advice));
            }
        }
        let Some(provider) = provider(authentik, client).await else { continue };
        said_of(&provider, provider.faults(&oidc_client.origin), &oidc_client.origin, report);
    }
    Ok(())
}

async fn check_files(
    config: &Config,
    settings: &Settings,
    authentik: Option<&Authentik>,
    report: &mut Report,
) {
    if let Ok(ocis) = &config.ocis
        && let OcisCredential::ClientCredentials { client_id, app_password } = &ocis.credential
    {
        let token = own_token(&settings.provider, ocis, client_id, app_password).await;
        let mend = token.as_ref().err().map_or(ISSUER, |none| none.mend(ISSUER));
        let claims = match &token {
            Ok(token) => claims(token),
            Err(none) => Err(none.to_string()),
        };
        let is_one =
            claims.as_ref().map_err(Clone::clone).and_then(|claims| names(claims, settings, client_id));
        report.line("Sign-in", REAL_TOKEN, is_one, mend);
        if let Ok(claims) = &claims {
            let agree = clocks(claims, Clock::System.now().to_chrono().timestamp());
            report.line("Sign-in", "the clocks of Authentik and of this machine agree", agree, CLOCKS);
        }
        if let Some(provider) = provider(authentik, client_id).await {
            let grant = provider.grant_fault("client_credentials");
            let faults = provider.token_faults().into_iter().chain(grant).collect();
            let origin = config.set_up().files;
            said_of(&provider, faults, origin.as_deref().unwrap_or_default(), report);
        }
    }
}

/// The provider of a client; none where it may not be read, which is no fault: sign-in works without.
async fn provider(authentik: Option<&Authentik>, client: &str) -> Option<Provider> {
    authentik?.provider(client).await.ok()?
}

/// What has to be changed at a provider, and where it lets codes go.
fn said_of(provider: &Provider, faults: Vec<String>, origin: &str, report: &mut Report) {
    let none_of = |faults: Vec<String>| if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) };
    let client = &provider.client_id;
    report.line("Sign-in", &format!("the provider {client} is set up"), none_of(faults), SET_UP);
    let what = format!("codes of sign-ins go to {client} alone");
    report.line("Sign-in", &what, none_of(provider.foreign_redirects(origin)), REDIRECTS);
}

/// A token of the file service's own user, asked for as the product does.
pub async fn own_token(
    provider: &Client,
    ocis: &config::Ocis,
    client_id: &str,
    app_password: &SecretString,
) -> Result<SecretString, NoToken> {
    let own = [("username", ocis.service_user.as_str()), ("password", app_password.expose_secret())];
    token(provider, client_id, own).await
}

/// A token by client credentials, with the claims that the file service needs.
pub async fn token<const N: usize>(
    provider: &Client,
    client_id: &str,
    credential: [(&str, &str); N],
) -> Result<SecretString, NoToken> {
    let form = [("grant_type", "client_credentials"), ("client_id", client_id), ("scope", SCOPE)];
    let form: Vec<(&str, &str)> = form.into_iter().chain(credential).collect();
    let call = Call::new(Method::Post, "/application/o/token/").form(&form).only_reads();
    let answer = provider.send(call).await.map_err(NoToken::Call)?;
    if answer.status >= 500 {
        return Err(NoToken::Call(answer.error(Cause::Broken(answer.status))));
    }
    let body: Value = answer.json().map_err(NoToken::Call)?;
    let token = body["access_token"].as_str().map(SecretString::from);
    token.ok_or_else(|| NoToken::Refused(body["error"].as_str().unwrap_or("no reason").to_owned()))
}

/// What a token says.
pub fn claims(token: &SecretString) -> Result<Value, String> {
    let part = token.expose_secret().split('.').nth(1);
    let bytes = part.and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Option<Value> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.ok_or_else(|| "it isn't a JWT".to_owned())
}

/// Whom a token says that it is from and about.
fn names(claims: &Value, settings: &Settings, client: &str) -> Result<(), String> {
    let (found, origin) = (claims["iss"].as_str().unwrap_or("nothing"), &settings.issuer_origin);
    let wanted = format!("{origin}/application/o/{client}/");
    if found != wanted {
        return Err(format!("it's from {found}, not from {wanted}"));
    }
    let subject = claims["sub"].as_str().unwrap_or_default();
    if kernel::id::is_uuid(subject) {
        Ok(())
    } else {
        Err("its subject isn't the account's UUID (sub_mode of the provider)".to_owned())
    }
}

/// When a token says that it was made, against the time here in seconds.
fn clocks(claims: &Value, now: i64) -> Result<(), String> {
    let made = claims["iat"].as_i64().ok_or_else(|| "a new token doesn't say when it was made".to_owned())?;
    let skew = now.abs_diff(made);
    if skew <= MOST_SKEW {
        return Ok(());
    }
    let side = if made > now { "ahead" } else { "behind" };
    Err(format!("Authentik's clock is {skew} s {side} of this machine's"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn clocks_may_differ_by_a_minute() {
        for made in [940, 1000, 1060] {
            assert_eq!(clocks(&json!({"iat": made}), 1000), Ok(()));
        }
        assert!(clocks(&json!({"iat": 939}), 1000).unwrap_err().contains("61 s behind"));
        assert!(clocks(&json!({"iat": 1061}), 1000).unwrap_err().contains("61 s ahead"));
        assert!(clocks(&json!({}), 1000).is_err());
    }
}

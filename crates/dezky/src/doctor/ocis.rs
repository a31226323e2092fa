//! Whether oCIS is set up as `dezky bootstrap ocis` and the settings of its documentation do it: whom it takes tokens for, its
//! service user's role, and that nobody but Dezky makes accounts. What can't be seen from outside is said to be not known.

use bootstrap::Model;
use bootstrap::authentik::FILES_CLAIM;
use outbound::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use upstream_authentik::{Authentik, User};
use upstream_ocis::{Me, Ocis, TokenStatus};

use super::sign_in::{AWAY, claims, own_token, token};
use super::{DEADLINE, Report, mend_of, said};
use crate::config::{self, Config, OcisCredential};
use crate::upstreams;

const NAME: &str = "oCIS";
const ACCEPTS: &str = "accepts the service user's token";
const ADDRESS: &str = "Check OCIS_API_URL, and that oCIS is running.";
const CLAIM: &str = "Set PROXY_USER_OIDC_CLAIM=dezky_files_account, PROXY_USER_CS3_CLAIM=username and \
                     GRAPH_USERNAME_MATCH=none of oCIS and restart it. Then run `dezky bootstrap ocis`.";
const ACCOUNTS: &str = "accounts are made by Dezky alone";
const AUTOPROVISIONING: &str =
    "Set PROXY_AUTOPROVISION_ACCOUNTS=false of oCIS and restart it. Then run `dezky bootstrap ocis`.";

/// The clients of Authentik with which oCIS's tokens are got.
struct Issuer<'a> {
    provider: Client,
    authentik: Option<&'a Authentik>,
    client_id: &'a str,
}

/// Without Authentik there is no token to try it with.
pub fn unchecked(report: &mut Report) {
    report.unchecked(NAME, ACCEPTS, AWAY);
}

/// Checks it with the service user's credential, and with a token of an account that oCIS doesn't have.
pub async fn check(
    client: &Ocis,
    config: &Config,
    authentik: Option<&Authentik>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let Ok(found) = &config.ocis else { return Ok(()) };
    let me = client.probe().await;
    let (issuer, own) = match &found.credential {
        OcisCredential::ClientCredentials { client_id, app_password } => {
            let provider = upstreams::provider(config, DEADLINE)?;
            let own = own_token(&provider, found, client_id, app_password).await;
            (Some(Issuer { provider, authentik, client_id }), Some(own))
        }
        OcisCredential::RefreshToken { .. } => (None, None),
    };
    let usual = mend_of(me.as_ref().err(), of_credential(found));
    let mend = match (&me, &own) {
        (Err(_), Some(Ok(token))) => of_token(client, config, issuer.as_ref(), token.clone()).await,
        (Err(_), Some(Err(none))) => none.mend(usual).to_owned(),
        _ => usual.to_owned(),
    };
    report.line(NAME, ACCEPTS, said(me.as_ref()), &mend);
    let Ok(me) = me else { return Ok(()) };
    let role = if me.is_admin { Ok(()) } else { Err("without it, lists are silently incomplete".to_owned()) };
    let mend = format!(
        "Set OCIS_ADMIN_USER_ID of oCIS to {} and restart it. Then run `dezky bootstrap ocis`.",
        me.id
    );
    report.line(NAME, "the service user has the role Admin", role, &mend);
    // Without the role no list is whole, and that was said.
    if me.is_admin {
        report.line(NAME, "spaces can be listed", said(client.project_drives().await), ADDRESS);
    }
    if let (Some(issuer), Some(Ok(own))) = (issuer, own) {
        check_claim(&me, &own, report);
        if me.is_admin {
            check_accounts(client, &issuer, report).await;
        }
    }
    Ok(())
}

/// What to do about a credential that isn't taken.
fn of_credential(found: &config::Ocis) -> &'static str {
    match &found.credential {
        OcisCredential::RefreshToken { password: Some(_) } => {
            "Check OCIS_API_URL, OCIS_SERVICE_USER and OCIS_SERVICE_LOGIN_PASSWORD (that of oCIS's own sign-in), then run `dezky bootstrap ocis`."
        }
        OcisCredential::RefreshToken { password: None } => {
            "Run `dezky bootstrap ocis` with OCIS_SERVICE_LOGIN_PASSWORD set: the service user must sign in again."
        }
        OcisCredential::ClientCredentials { .. } => {
            "Check OCIS_API_URL, OCIS_SERVICE_USER and OCIS_SERVICE_PASSWORD (an app password at Authentik). For a new one, leave that empty and run `dezky bootstrap ocis`."
        }
    }
}

/// What to do when Authentik gives the service user a token and oCIS lets nobody in with it.
async fn of_token(
    client: &Ocis,
    config: &Config,
    issuer: Option<&Issuer<'_>>,
    token: SecretString,
) -> String {
    match client.token_status(token).await {
        Ok(TokenStatus::UnknownAccount | TokenStatus::Failed) => CLAIM.to_owned(),
        Ok(TokenStatus::Rejected) => {
            let slug = issuer.map_or("dezky-files", |issuer| issuer.client_id);
            format!(
                "Set OCIS_OIDC_ISSUER of oCIS to {}/application/o/{slug}/, with the final slash, and restart it; it must reach that address too. Then run `dezky bootstrap ocis`.",
                config.authentik.issuer_origin
            )
        }
        Ok(TokenStatus::Accepted(_)) => ADDRESS.to_owned(),
        Err(error) => mend_of(Some(&error), ADDRESS).to_owned(),
    }
}

/// Dezky names accounts by the UUID that Authentik knows people by. A server that finds its own user by another claim finds
/// none of the members.
fn check_claim(me: &Me, own: &SecretString, report: &mut Report) {
    let what = "tokens name accounts as Dezky does";
    let named = claims(own).ok().and_then(|claims| account_of(&claims).map(str::to_owned));
    let Some(wanted) = named else {
        report.unchecked(NAME, what, "not known: the token names no account");
        return;
    };
    let result = if me.user_name.eq_ignore_ascii_case(&wanted) {
        Ok(())
    } else {
        Err(format!("Dezky's own user is taken for the account “{}”, not for “{wanted}”", me.user_name))
    };
    report.line(NAME, what, result, CLAIM);
}

/// The account of oCIS that a token is to name.
fn account_of(claims: &Value) -> Option<&str> {
    claims[FILES_CLAIM].as_str().or_else(|| claims["sub"].as_str())
}

/// Where oCIS makes accounts of its own accord, members who were removed come back, and everyone who signs in gets files.
async fn check_accounts(client: &Ocis, issuer: &Issuer<'_>, report: &mut Report) {
    let result = match unknown_account(client, issuer).await {
        Ok(TokenStatus::UnknownAccount) => Ok(()),
        Ok(TokenStatus::Accepted(me)) => {
            Err(format!("a token of an account that oCIS didn't have was let in as “{}”", me.user_name))
        }
        Ok(TokenStatus::Failed) => Err(
            "oCIS tries to make an account for a token that it should refuse (and failed at it this time)"
                .to_owned(),
        ),
        Ok(TokenStatus::Rejected) => {
            report.unchecked(NAME, ACCOUNTS, "not known: oCIS doesn't take tokens at the moment");
            return;
        }
        Err(why) => {
            report.unchecked(NAME, ACCOUNTS, &format!("not known: {why}"));
            return;
        }
    };
    report.line(NAME, ACCOUNTS, result, AUTOPROVISIONING);
}

/// How oCIS takes a token of an account that it doesn't have: the one that Authentik makes for a client's secret alone
/// (ocis, section 13). What comes to be by this is removed again.
async fn unknown_account(client: &Ocis, issuer: &Issuer<'_>) -> Result<TokenStatus, String> {
    let authentik = issuer.authentik.ok_or("without AUTHENTIK_API_TOKEN there is no token to try it with")?;
    let (name, secret) = secret_of(authentik, issuer.client_id).await?;
    let username = format!("ak-{name}-client_credentials");
    let was_known = !of_name(authentik, &username).await?.is_empty();
    let credential = [("client_secret", secret.expose_secret())];
    let tried = match token(&issuer.provider, issuer.client_id, credential).await {
        Ok(token) => try_unknown(client, &username, token).await,
        Err(none) => Err(none.to_string()),
    };
    if !was_known {
        for user in of_name(authentik, &username).await? {
            let removed = authentik.delete_user(user.id).await;
            removed.map_err(|error| format!("the account {username} is left in Authentik: {error}"))?;
        }
    }
    tried
}

async fn try_unknown(client: &Ocis, username: &str, token: SecretString) -> Result<TokenStatus, String> {
    let claims = claims(&token)?;
    let account = account_of(&claims).ok_or("the token names no account")?;
    for name in [username, account] {
        if client.user(name).await.map_err(|error| error.to_string())?.is_some() {
            return Err(format!(
                "oCIS has an account “{name}”, so its token tells nothing; remove that account"
            ));
        }
    }
    let status = client.token_status(token).await.map_err(|error| error.to_string())?;
    if let TokenStatus::Accepted(me) = &status
        && [username, account].iter().any(|name| me.user_name.eq_ignore_ascii_case(name))
    {
        let removed = client.delete_user(&me.id).await;
        removed.map_err(|error| format!("the account {username} is left in oCIS: {error}"))?;
    }
    Ok(status)
}

/// The name of a client's provider and its secret, which a public client has too.
async fn secret_of(authentik: &Authentik, client_id: &str) -> Result<(String, SecretString), String> {
    let is_it = |row: &upstream_authentik::Row| row.get("client_id").is_some_and(|id| *id == client_id);
    let filters = [("client_id", client_id)];
    let rows = authentik.objects_at(Model::Provider.path(), &filters, is_it).await;
    let row = rows.map_err(|error| error.to_string())?.into_iter().next();
    let text = |field: &str| {
        row.as_ref()
            .and_then(|row| row.get(field)?.as_str())
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let found = text("name").zip(text("client_secret"));
    let (name, secret) = found.ok_or_else(|| format!("Authentik shows no secret of {client_id}"))?;
    Ok((name, secret.into()))
}

async fn of_name(authentik: &Authentik, username: &str) -> Result<Vec<User>, String> {
    authentik.users_like(username).await.map_err(|error| error.to_string())
}

//! `dezky bootstrap ocis`: prepares the file server's service user, in the order of “own claim, no basic auth, one start”
//! (ocis, section 13). Each step is said, looks first whether it is done, and may be repeated after a stop anywhere.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use kernel::Clock;
use outbound::CallError;
use secrecy::{ExposeSecret as _, SecretString};
use upstream_authentik::{Authentik, Provider, ScopeMapping, User};
use upstream_ocis::{Me, Ocis};

use crate::config::{self, Config, OcisCredential, Values, text};
use crate::{database, upstreams};

const DEADLINE: Duration = Duration::from_secs(10);
/// The claim that oCIS knows accounts by; its setting `PROXY_USER_OIDC_CLAIM`.
const CLAIM: &str = "dezky_files_account";
const MAPPING: &str = "dezky-files-account";
/// Every sign-in to files asks for this scope.
const SCOPE: &str = "profile";
/// What oCIS calls its first account.
const FIRST: &str = "admin";
/// Stands for the app password until it is made.
const NOT_YET: &str = "not created yet";

fn say(step: &str) {
    println!("ok    {step}");
}

/// Prepares the service user.
pub async fn ocis(mut values: Values) -> anyhow::Result<()> {
    let has_password = text(&values, "OCIS_SERVICE_PASSWORD").is_some();
    if !has_password {
        values.insert("OCIS_SERVICE_PASSWORD".to_owned(), NOT_YET.to_owned());
    }
    let admin_id = text(&values, "OCIS_ADMIN_USER_ID").map(str::to_owned);
    let config = Config::read(&values)?;
    let Ok(found) = &config.ocis else { bail!("set OCIS_API_URL and OCIS_SERVICE_USER first") };
    match &found.credential {
        OcisCredential::RefreshToken { .. } => sign_in(&values, &config, found).await,
        OcisCredential::ClientCredentials { client_id, .. } => {
            let clients = upstreams::connect(&config, None, &Clock::System, DEADLINE)?;
            let authentik = clients
                .authentik
                .map_err(|why| anyhow::anyhow!("Authentik is {why}; set AUTHENTIK_API_TOKEN"))?;
            let setup = Setup { authentik, config: &config, found, client_id, admin_id };
            setup.run(has_password).await
        }
    }
}

/// An account of oCIS's own provider: signed in once, and its refresh token kept.
async fn sign_in(values: &Values, config: &Config, found: &config::Ocis) -> anyhow::Result<()> {
    let db = database::connect(&database::url(values)).await?;
    ensure!(migrations::pending(&db).await? == 0, "the database lacks migrations; run `dezky migrate` first");
    let clients = upstreams::connect(config, Some(&db), &Clock::System, DEADLINE)?;
    let ocis = clients.ocis.map_err(|why| anyhow::anyhow!("oCIS is {why}"))?;
    let keeper = upstreams::token_keeper(config, found, &db, &Clock::System, DEADLINE)?;
    if keeper.has_token().await? {
        say("oCIS: a refresh token is stored");
    }
    let me = ocis.probe().await.context("set OCIS_SERVICE_LOGIN_PASSWORD and run this again")?;
    say("oCIS: the service user is signed in, and its refresh token is stored");
    db.close().await;
    must_be_admin(&me)
}

fn must_be_admin(me: &Me) -> anyhow::Result<()> {
    ensure!(
        me.is_admin,
        "{} doesn't have the role Admin; set OCIS_ADMIN_USER_ID of oCIS to {} and restart it",
        me.user_name,
        me.id
    );
    say("oCIS: the service user has the role Admin");
    Ok(())
}

/// The claim as it stays: nobody can take another's name.
fn lasting() -> String {
    format!("return {{\"{CLAIM}\": str(request.user.uuid)}}")
}

/// The claim while the service user passes for oCIS's first account.
fn passing(username: &str) -> String {
    format!(
        "return {{\"{CLAIM}\": \"{FIRST}\" if request.user.username == \"{username}\" else str(request.user.uuid)}}"
    )
}

struct Setup<'a> {
    authentik: Authentik,
    config: &'a Config,
    found: &'a config::Ocis,
    client_id: &'a str,
    admin_id: Option<String>,
}

impl Setup<'_> {
    async fn run(&self, has_password: bool) -> anyhow::Result<()> {
        let username = &self.found.service_user;
        let is_plain = username
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
        ensure!(
            is_plain,
            "OCIS_SERVICE_USER may have only lower-case letters, digits, dots, hyphens and underscores"
        );
        let provider = self.authentik.provider(self.client_id).await?;
        let provider = provider.with_context(|| {
            format!(
                "Authentik has no provider with the client ID {}; create the application first",
                self.client_id
            )
        })?;
        say(&format!("Authentik: the provider of {} exists", self.client_id));
        let mapping = self.mapping(&provider).await?;
        let user = self.authentik.ensure_service_account(username).await?;
        say(&format!("Authentik: the service account {username} exists"));
        let password = self.app_password(&user, has_password).await?;
        self.admin(&mapping, &user, &password).await?;
        if !has_password {
            println!("\nAdd to the configuration:\nOCIS_SERVICE_PASSWORD={}", password.expose_secret());
        }
        Ok(())
    }

    /// The claim that names accounts of oCIS, on the provider.
    async fn mapping(&self, provider: &Provider) -> anyhow::Result<ScopeMapping> {
        let mapping = match self.authentik.scope_mapping(MAPPING).await? {
            Some(mapping) => mapping,
            None => self.authentik.create_scope_mapping(MAPPING, SCOPE, &lasting()).await?,
        };
        self.authentik.attach_mapping(provider, &mapping.id).await?;
        say(&format!("Authentik: the claim {CLAIM} is on the provider"));
        Ok(mapping)
    }

    async fn app_password(&self, user: &User, has_password: bool) -> anyhow::Result<SecretString> {
        let configured = match &self.found.credential {
            OcisCredential::ClientCredentials { app_password, .. } if has_password => {
                Some(app_password.clone())
            }
            _ => None,
        };
        let password = if let Some(password) = configured {
            password
        } else {
            let identifier = format!("{}-dezky-files", self.found.service_user);
            self.authentik.ensure_app_password(&identifier, user.id).await?
        };
        say("Authentik: the service account has an app password");
        Ok(password)
    }

    /// oCIS with a token that was not used before: what a token says is kept until it ends.
    fn ocis(&self, password: &SecretString) -> anyhow::Result<Ocis> {
        let credential = OcisCredential::ClientCredentials {
            client_id: self.client_id.to_owned(),
            app_password: password.clone(),
        };
        let found = config::Ocis { credential, ..self.found.clone() };
        let config = Config { ocis: Ok(found), ..self.config.clone() };
        let clients = upstreams::connect(&config, None, &Clock::System, DEADLINE)?;
        clients.ocis.map_err(|why| anyhow::anyhow!("oCIS is {why}"))
    }

    /// Makes the service account oCIS's first account, which has the role Admin, and gives that its lasting name.
    async fn admin(
        &self,
        mapping: &ScopeMapping,
        user: &User,
        password: &SecretString,
    ) -> anyhow::Result<()> {
        let is_lasting = mapping.expression == lasting();
        if is_lasting && let Ok(me) = self.ocis(password)?.probe().await {
            return must_be_admin(&me);
        }
        self.authentik.set_expression(&mapping.id, &passing(&self.found.service_user)).await?;
        say(&format!("Authentik: the service account stands in for the oCIS account “{FIRST}”"));
        let renamed = self.rename(user, password).await;
        // In any case: nobody is to pass for somebody else longer than needed.
        self.authentik.set_expression(&mapping.id, &lasting()).await?;
        say("Authentik: the claim is the account's own UUID again");
        renamed?;
        let me = self
            .ocis(password)?
            .probe()
            .await
            .context("oCIS doesn't accept the service user under its new name")?;
        must_be_admin(&me)
    }

    async fn rename(&self, user: &User, password: &SecretString) -> anyhow::Result<()> {
        let ocis = self.ocis(password)?;
        let me = ocis.probe().await.map_err(|error| unknown(&error))?;
        ensure!(
            me.is_admin,
            "the oCIS account “{FIRST}” doesn't have the role Admin; set OCIS_ADMIN_USER_ID of oCIS to {} and restart it",
            me.id
        );
        if let Some(id) = &self.admin_id {
            ensure!(
                *id == me.id,
                "the oCIS account “{FIRST}” has the ID {}, not that of OCIS_ADMIN_USER_ID",
                me.id
            );
        }
        say(&format!("oCIS: the account “{FIRST}” answers and has the role Admin"));
        ocis.rename_user(&me.id, &user.uuid).await?;
        say("oCIS: the account is now named by the service account's UUID");
        Ok(())
    }
}

fn unknown(error: &CallError) -> anyhow::Error {
    anyhow::anyhow!(
        "{error}. First start oCIS with an ID in OCIS_ADMIN_USER_ID, OCIS_OIDC_ISSUER at this provider, PROXY_USER_OIDC_CLAIM={CLAIM}, PROXY_USER_CS3_CLAIM=username and GRAPH_USERNAME_MATCH=none"
    )
}

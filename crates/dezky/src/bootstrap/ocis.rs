//! `dezky bootstrap ocis`: prepares the file server's service user, in the order of “own claim, no basic auth, one start”
//! (ocis, section 13). Each step is said, looks first whether it is done, and may be repeated after a stop anywhere.

use anyhow::{Context as _, bail, ensure};
use bootstrap::authentik::{FILES_CLAIM, FILES_MAPPING, FILES_SCOPE, files_claim};
use kernel::Clock;
use outbound::{CallError, plain};
use secrecy::SecretString;
use upstream_authentik::{Authentik, Provider, ScopeMapping, User};
use upstream_ocis::{Me, Ocis};

use super::{DEADLINE, Ended, Manner, SERVICE, is_confirmed, keep, type_of};
use crate::config::{self, Config, OcisCredential, Values, text};
use crate::{database, upstreams};

/// What oCIS calls its first account.
const FIRST: &str = "admin";
/// Stands for the app password until it is made.
const NOT_YET: &str = "not created yet";

fn say(step: &str) {
    println!("ok    {}", plain(step));
}

/// Prepares the service user.
pub async fn run(values: &mut Values, how: &Manner) -> anyhow::Result<Ended> {
    let mut own = values.clone();
    let has_password = text(&own, "OCIS_SERVICE_PASSWORD").is_some();
    if !has_password {
        own.insert("OCIS_SERVICE_PASSWORD".to_owned(), NOT_YET.to_owned());
    }
    // Dezky's own account may not make accounts of programs; an administrator's may.
    if let Some(token) = text(&own, "AUTHENTIK_ADMIN_TOKEN").map(str::to_owned) {
        own.insert("AUTHENTIK_API_TOKEN".to_owned(), token);
    }
    let admin_id = text(&own, "OCIS_ADMIN_USER_ID").map(str::to_owned);
    let config = Config::read(&own)?;
    let Ok(found) = &config.ocis else { bail!("set OCIS_API_URL and OCIS_SERVICE_USER first") };
    match &found.credential {
        OcisCredential::RefreshToken { .. } => sign_in(&own, &config, found, how).await,
        OcisCredential::ClientCredentials { client_id, .. } => {
            let clients = upstreams::connect(&config, None, &Clock::System, DEADLINE)?;
            let authentik = clients
                .authentik
                .map_err(|why| anyhow::anyhow!("Authentik is {why}; set AUTHENTIK_ADMIN_TOKEN"))?;
            let setup = Setup { authentik, config: &config, found, client_id, admin_id, has_password };
            let open = setup.open().await?;
            for step in &open {
                println!("to do {step}");
            }
            if !open.is_empty() && !is_confirmed(how)? {
                return Ok(Ended::ToDo);
            }
            if how.plan {
                println!("ok      Dezky's service user at oCIS is as it must be");
                return Ok(Ended::Done);
            }
            let password = setup.run().await?;
            if !has_password {
                let user = SecretString::from(found.service_user.clone());
                let given = [("OCIS_SERVICE_USER", user), ("OCIS_SERVICE_PASSWORD", password)];
                keep(values, &how.settings, &given)?;
            }
            Ok(Ended::Done)
        }
    }
}

/// An account of oCIS's own provider: signed in once, and its refresh token kept.
async fn sign_in(
    values: &Values,
    config: &Config,
    found: &config::Ocis,
    how: &Manner,
) -> anyhow::Result<Ended> {
    let db = database::connect_current(&database::url(values)).await?;
    let clients = upstreams::connect(config, Some(&db), &Clock::System, DEADLINE)?;
    let ocis = clients.ocis.map_err(|why| anyhow::anyhow!("oCIS is {why}"))?;
    let keeper = upstreams::token_keeper(config, found, &db, &Clock::System, DEADLINE)?;
    if keeper.has_token().await? {
        say("oCIS: a refresh token is stored");
    } else {
        println!("to do oCIS: the service user signs in, and its refresh token is stored");
        if !is_confirmed(how)? {
            db.close().await;
            return Ok(Ended::ToDo);
        }
    }
    if how.plan {
        db.close().await;
        return Ok(Ended::Done);
    }
    let me = ocis.probe().await.context("set OCIS_SERVICE_LOGIN_PASSWORD and run this again")?;
    say("oCIS: the service user is signed in, and its refresh token is stored");
    db.close().await;
    must_be_admin(&me)?;
    Ok(Ended::Done)
}

fn must_be_admin(me: &Me) -> anyhow::Result<()> {
    ensure!(
        me.is_admin,
        "{} doesn't have the role Admin; set OCIS_ADMIN_USER_ID of oCIS to {} and restart it",
        plain(&me.user_name),
        plain(&me.id)
    );
    say("oCIS: the service user has the role Admin");
    Ok(())
}

/// The claim while the service user passes for oCIS's first account.
fn passing(username: &str) -> String {
    format!(
        "return {{\"{FILES_CLAIM}\": \"{FIRST}\" if request.user.username == \"{username}\" else str(request.user.uuid)}}"
    )
}

struct Setup<'a> {
    authentik: Authentik,
    config: &'a Config,
    found: &'a config::Ocis,
    client_id: &'a str,
    admin_id: Option<String>,
    has_password: bool,
}

impl Setup<'_> {
    /// What isn't done yet. Looks only; whether oCIS knows the account can be told with its password alone.
    async fn open(&self) -> anyhow::Result<Vec<String>> {
        let username = &self.found.service_user;
        let provider = self.provider().await?;
        let mapping = self.authentik.scope_mapping(FILES_MAPPING).await?;
        let is_attached = mapping.as_ref().is_some_and(|mapping| provider.mappings.contains(&mapping.id));
        let is_lasting = mapping.is_some_and(|mapping| mapping.expression == files_claim());
        let user = self.authentik.find_user(username).await?;
        if let Some(user) = &user {
            self.must_be_service(user).await?;
        }
        let is_known = match &self.found.credential {
            OcisCredential::ClientCredentials { app_password, .. } if self.has_password => {
                self.ocis(app_password)?.probe().await.is_ok_and(|me| me.is_admin)
            }
            _ => false,
        };
        let steps = [
            (is_attached, format!("Authentik: the claim {FILES_CLAIM} on the provider")),
            (user.is_some(), format!("Authentik: the service account {username}")),
            (self.has_password, "Authentik: an app password of the service account".to_owned()),
            (is_lasting && is_known, "oCIS: the account of the service user, with the role Admin".to_owned()),
        ];
        Ok(steps.into_iter().filter(|(is_done, _)| !is_done).map(|(_, step)| step).collect())
    }

    /// Whoever has this account will be oCIS's Admin, so it's no person's.
    async fn must_be_service(&self, user: &User) -> anyhow::Result<()> {
        let name = plain(&user.username);
        let kind = type_of(&self.authentik, user).await?;
        ensure!(
            kind.as_deref() == Some(SERVICE),
            "the account {name} at Authentik is no service account ({}), and would become an administrator of oCIS; set OCIS_SERVICE_USER to another name",
            plain(kind.as_deref().unwrap_or("of no known type"))
        );
        ensure!(user.is_active, "the service account {name} at Authentik is deactivated; activate it first");
        Ok(())
    }

    async fn provider(&self) -> anyhow::Result<Provider> {
        let provider = self.authentik.provider(self.client_id).await?;
        provider.with_context(|| {
            format!(
                "Authentik has no provider with the client ID {}; run `dezky bootstrap authentik` first",
                self.client_id
            )
        })
    }

    /// Does it; the app password.
    async fn run(&self) -> anyhow::Result<SecretString> {
        let username = &self.found.service_user;
        let is_plain = username
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
        ensure!(
            is_plain,
            "OCIS_SERVICE_USER may have only lower-case letters, digits, dots, hyphens and underscores"
        );
        let provider = self.provider().await?;
        say(&format!("Authentik: the provider of {} exists", self.client_id));
        let mapping = self.mapping(&provider).await?;
        let user = self.authentik.ensure_service_account(username).await?;
        // Somebody may have made an account of that name since it was looked for.
        self.must_be_service(&user).await?;
        say(&format!("Authentik: the service account {username} exists"));
        let password = self.app_password(&user).await?;
        self.admin(&mapping, &user, &password).await?;
        Ok(password)
    }

    /// The claim that names accounts of oCIS, on the provider.
    async fn mapping(&self, provider: &Provider) -> anyhow::Result<ScopeMapping> {
        let mapping = match self.authentik.scope_mapping(FILES_MAPPING).await? {
            Some(mapping) => mapping,
            None => self.authentik.create_scope_mapping(FILES_MAPPING, FILES_SCOPE, &files_claim()).await?,
        };
        self.authentik.attach_mapping(provider, &mapping.id).await?;
        say(&format!("Authentik: the claim {FILES_CLAIM} is on the provider"));
        Ok(mapping)
    }

    async fn app_password(&self, user: &User) -> anyhow::Result<SecretString> {
        let configured = match &self.found.credential {
            OcisCredential::ClientCredentials { app_password, .. } if self.has_password => {
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
        let is_lasting = mapping.expression == files_claim();
        if is_lasting && let Ok(me) = self.ocis(password)?.probe().await {
            return must_be_admin(&me);
        }
        self.authentik.set_expression(&mapping.id, &passing(&self.found.service_user)).await?;
        say(&format!("Authentik: the service account stands in for the oCIS account “{FIRST}”"));
        let renamed = self.rename(user, password).await;
        // In any case: nobody is to pass for somebody else longer than needed.
        self.authentik.set_expression(&mapping.id, &files_claim()).await?;
        say("Authentik: the claim is the account's own UUID again");
        let me = self.ocis(password)?.probe().await;
        match (renamed, me) {
            // An earlier run was stopped once it had renamed the account.
            (Err(_), Ok(me)) if me.is_admin => must_be_admin(&me),
            (Err(why), _) => Err(why),
            (Ok(()), me) => {
                must_be_admin(&me.context("oCIS doesn't accept the service user under its new name")?)
            }
        }
    }

    async fn rename(&self, user: &User, password: &SecretString) -> anyhow::Result<()> {
        let ocis = self.ocis(password)?;
        let me = ocis.probe().await.map_err(|error| unknown(&error))?;
        ensure!(
            me.is_admin,
            "the oCIS account “{FIRST}” doesn't have the role Admin; set OCIS_ADMIN_USER_ID of oCIS to {} and restart it",
            plain(&me.id)
        );
        if let Some(id) = &self.admin_id {
            ensure!(
                *id == me.id,
                "the oCIS account “{FIRST}” has the ID {}, not that of OCIS_ADMIN_USER_ID",
                plain(&me.id)
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
        "{error}. First start oCIS with an ID in OCIS_ADMIN_USER_ID, OCIS_OIDC_ISSUER at this provider, PROXY_USER_OIDC_CLAIM={FILES_CLAIM}, PROXY_USER_CS3_CLAIM=username and GRAPH_USERNAME_MATCH=none"
    )
}

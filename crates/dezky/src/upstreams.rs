//! Clients of the upstreams, as configured.

use std::sync::Arc;
use std::time::Duration;

use db::Db;
use kernel::Clock;
use mail_clients::Reach;
use outbound::{Client, Options};
use platform::Upstreams;
use storage::TokenKeeper;
use telemetry::{Calls, Questions};
use upstream_authentik::Authentik;
use upstream_dns::Dns;
use upstream_ocis::{ClientCredentials, Credential, Login, Ocis, RefreshToken};
use upstream_stalwart::Stalwart;
use url::Url;

use crate::config::{self, Config, OcisCredential};
use crate::traces;

/// How upstreams are called.
#[derive(Debug, Clone)]
pub struct Calling {
    /// The longest that a call may take.
    pub deadline: Duration,
    /// Where calls are counted.
    pub calls: Calls,
}

/// For commands, which nobody watches.
impl From<Duration> for Calling {
    fn from(deadline: Duration) -> Self {
        Self { deadline, calls: Calls::default() }
    }
}

/// Clients of the upstreams. Each has a queue of its own, so that a slow upstream holds up nobody else, and
/// provisioning holds up no sign-in.
/// `db` is where the file server's refresh token is kept, if it has one.
pub fn connect(
    config: &Config,
    db: Option<&Db>,
    clock: &Clock,
    calling: impl Into<Calling>,
) -> anyhow::Result<Upstreams> {
    let calling = &calling.into();
    let authentik = match config.authentik.api_token.clone() {
        Ok(token) => Ok(Authentik::new(provider(config, calling.clone())?, token)),
        Err(why) => Err(why),
    };
    let stalwart = match &config.stalwart {
        Ok(found) => {
            Ok(Stalwart::new(client(config, "Stalwart", &found.api, calling)?, found.api_key.clone()))
        }
        Err(why) => Err(*why),
    };
    let ocis = match &config.ocis {
        Ok(found) => ocis(config, found, db, clock, calling)?,
        Err(why) => Err(*why),
    };
    Ok(Upstreams { authentik, stalwart, ocis })
}

/// The DNS, with where questions are counted.
pub fn dns(config: &Config, clock: &Clock, questions: Questions) -> anyhow::Result<Dns> {
    let options = upstream_dns::Options {
        resolvers: config.dns.resolvers.clone(),
        reach: config.dns.reach.clone(),
        extra_roots: config.extra_roots.clone(),
        clock: clock.clone(),
        questions,
        ..upstream_dns::Options::default()
    };
    Ok(Dns::new(options)?)
}

/// The way to the documents of mail programs. Domains' names are those of strangers, so only the public internet is
/// called, unless a sandbox says where the documents are.
pub fn client_documents(config: &Config, calls: Calls) -> anyhow::Result<Reach> {
    const NAME: &str = "The domain's host";
    let options = Options {
        deadline: Reach::LONGEST,
        most_bytes: Reach::MOST_BYTES,
        extra_roots: config.extra_roots.clone(),
        only_public: config.dns.clients_at.is_none(),
        calls,
        ..Options::default()
    };
    Ok(match &config.dns.clients_at {
        Some(at) => Reach::At(Client::new(NAME, at.clone(), options)?),
        None => Reach::Public(Client::new(NAME, Url::parse("https://host.invalid")?, options)?),
    })
}

/// A client of the identity provider. It builds `iss` from the host that the token is asked of (authentik, section 17),
/// so its public address goes along where it is reached at another.
pub fn provider(config: &Config, calling: impl Into<Calling>) -> anyhow::Result<Client> {
    let found = &config.authentik;
    provider_at(&found.issuer_origin, &found.api, options(config, &calling.into()))
}

/// The same before there is a whole configuration.
pub fn provider_at(issuer_origin: &str, api: &Url, options: Options) -> anyhow::Result<Client> {
    let public = Url::parse(issuer_origin)?;
    let called_as = Some(public).filter(|public| public.origin() != api.origin());
    Ok(Client::new("Authentik", api.clone(), Options { called_as, ..options })?)
}

/// How sign-in is set up.
pub fn sign_in(config: &Config, calling: impl Into<Calling>) -> anyhow::Result<sign_in::Settings> {
    let clients = config.consoles.iter().map(|console| sign_in::OidcClient {
        surface: console.surface,
        client_secret: console.client_secret.clone(),
        origin: console.address.origin.clone(),
    });
    Ok(sign_in::Settings {
        issuer_origin: config.authentik.issuer_origin.clone(),
        provider: provider(config, calling)?,
        oidc_clients: clients.collect(),
        admin_group: config.authentik.admin_group.clone(),
        directory: None,
    })
}

fn ocis(
    config: &Config,
    found: &config::Ocis,
    db: Option<&Db>,
    clock: &Clock,
    calling: &Calling,
) -> anyhow::Result<Result<Ocis, &'static str>> {
    let credential = match &found.credential {
        OcisCredential::ClientCredentials { client_id, app_password } => {
            Credential::ClientCredentials(ClientCredentials {
                issuer: provider(config, calling.clone())?,
                token_path: "/application/o/token/".to_owned(),
                client_id: client_id.clone(),
                username: found.service_user.clone(),
                app_password: app_password.clone(),
                clock: clock.clone(),
            })
        }
        OcisCredential::RefreshToken { .. } => {
            let Some(db) = db else { return Ok(Err("no_database")) };
            let store = token_keeper(config, found, db, clock, calling.clone())?;
            Credential::RefreshToken(RefreshToken {
                issuer: client(config, "oCIS", &found.api, calling)?,
                // The file server's own provider and its own public client (ocis, section 2).
                token_path: "/konnect/v1/token".to_owned(),
                client_id: "web".to_owned(),
                client_secret: None,
                store: Arc::new(store),
                clock: clock.clone(),
            })
        }
    };
    Ok(Ok(Ocis::new(client(config, "oCIS", &found.api, calling)?, credential)))
}

/// Where the refresh token is kept; with the service user's password, if that is configured, to sign it in anew.
pub fn token_keeper(
    config: &Config,
    found: &config::Ocis,
    db: &Db,
    clock: &Clock,
    calling: impl Into<Calling>,
) -> anyhow::Result<TokenKeeper> {
    let password = match &found.credential {
        OcisCredential::RefreshToken { password } => password.clone(),
        OcisCredential::ClientCredentials { .. } => None,
    };
    let sign_in = match password {
        Some(password) => Some(storage::SignIn {
            server: client(config, "oCIS", &found.api, &calling.into())?,
            login: Login { user_name: found.service_user.clone(), password },
        }),
        None => None,
    };
    Ok(TokenKeeper::new(db.clone(), clock.clone(), config.keys.clone(), config.lease, sign_in))
}

fn client(config: &Config, upstream: &'static str, base: &Url, calling: &Calling) -> anyhow::Result<Client> {
    Ok(Client::new(upstream, base.clone(), options(config, calling))?)
}

fn options(config: &Config, calling: &Calling) -> Options {
    Options {
        deadline: calling.deadline,
        extra_roots: config.extra_roots.clone(),
        calls: calling.calls.clone(),
        traceparent: traces::parent,
        ..Options::default()
    }
}

//! What is asked of each upstream, and of the database, to see whether it lives: a call that needs the credential.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use db::Db;
use i18n::Words;
use outbound::{CallError, Cause};
use platform::{Platform, Slice};
use probes::{Check, Failed, Probe};
use sign_in::{SignIn, Trouble};
use upstream_authentik::Authentik;
use upstream_dns::{Dns, Health};
use upstream_ocis::Ocis;
use upstream_stalwart::Stalwart;

use crate::config::{Config, NOT_CONFIGURED};
use crate::english;

struct OfAuthentik(Authentik);
struct OfSignIn {
    settings: sign_in::Settings,
    authentik: Option<Authentik>,
    words: Words,
}
struct OfStalwart(Stalwart);
struct OfOcis(Ocis);
struct OfDns(Dns);
struct OfMail(mailer::Settings);
struct OfDatabase(Db);

/// True where the upstream answered, and doesn't take what Dezky brings.
fn is_refusal(error: &CallError) -> bool {
    matches!(error.cause, Cause::Unauthorized(_) | Cause::Refused(..))
}

fn of_call(error: &CallError) -> Failed {
    Failed { said: error.to_string(), is_refusal: is_refusal(error) }
}

#[async_trait]
impl Check for OfAuthentik {
    async fn check(&self) -> Result<(), Failed> {
        self.0.probe().await.map(drop).map_err(|error| of_call(&error))
    }
}

#[async_trait]
impl Check for OfSignIn {
    /// As each console signs people in. What the API shows of its provider besides is looked at where it may be read.
    async fn check(&self) -> Result<(), Failed> {
        for oidc_client in &self.settings.oidc_clients {
            let failed = |trouble: Trouble| Failed {
                said: self.words.explain(&trouble),
                is_refusal: match &trouble {
                    Trouble::Call(error) => is_refusal(error),
                    _ => true,
                },
            };
            self.settings.examine(oidc_client).await.map_err(failed)?;
            let client = oidc_client.surface.audience();
            let Some(authentik) = &self.authentik else { continue };
            let Ok(Some(provider)) = authentik.provider(client).await else { continue };
            let faults = provider.faults(&oidc_client.origin);
            if !faults.is_empty() {
                return Err(Failed::refusal(format!(
                    "The provider {client} in Authentik isn't set up right: {}.",
                    faults.join("; ")
                )));
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Check for OfStalwart {
    async fn check(&self) -> Result<(), Failed> {
        self.0.probe().await.map(drop).map_err(|error| of_call(&error))
    }
}

#[async_trait]
impl Check for OfOcis {
    async fn check(&self) -> Result<(), Failed> {
        let me = self.0.probe().await.map_err(|error| of_call(&error))?;
        if me.is_admin {
            Ok(())
        } else {
            Err(Failed::refusal(format!("{} doesn't have the role Admin in oCIS", me.user_name)))
        }
    }
}

#[async_trait]
impl Check for OfDns {
    /// One that is well is not enough: they check each other.
    async fn check(&self) -> Result<(), Failed> {
        let told = |health: Health| {
            let trouble = health.state.err()?;
            Some(format!("{}: {trouble}", health.resolver))
        };
        let troubles: Vec<String> = self.0.health().await.into_iter().filter_map(told).collect();
        if troubles.is_empty() { Ok(()) } else { Err(troubles.join("; ").into()) }
    }
}

#[async_trait]
impl Check for OfMail {
    async fn check(&self) -> Result<(), Failed> {
        self.0.probe(MAIL_PATIENCE).await.map_err(|trouble| trouble.to_string().into())
    }
}

#[async_trait]
impl Check for OfDatabase {
    async fn check(&self) -> Result<(), Failed> {
        self.0.ping().await.map_err(|error| error.to_string().into())
    }
}

/// A mail server answers within this, or is down.
const MAIL_PATIENCE: Duration = Duration::from_millis(4500);

/// The probes of the upstreams that all slices share, those that are off included. Servers of others are spared. And
/// what commands write into the log.
pub fn slice(p: &Platform, config: &Config, sign_in: &SignIn, dns: &Dns) -> anyhow::Result<Slice> {
    Ok(Slice {
        probes: probes(p, config, sign_in, dns, english::words()?),
        actions: backup::recorded::Action::ALL,
        ..Slice::new("dezky")
    })
}

fn probes(p: &Platform, config: &Config, sign_in: &SignIn, dns: &Dns, words: Words) -> Vec<Probe> {
    fn probe<C: Clone>(
        upstream: &'static str,
        client: &Result<C, &'static str>,
        check: impl FnOnce(C) -> Arc<dyn Check>,
    ) -> Probe {
        Probe { upstream, check: client.clone().map(check), min_interval: Duration::ZERO }
    }
    let (upstreams, db) = (&p.upstreams, &p.db);
    let min_interval = p.pace.every(Duration::ZERO, Duration::from_mins(1));
    let mail = config.mail.clone().ok_or(NOT_CONFIGURED);
    let (settings, authentik) = (sign_in.settings().clone(), upstreams.authentik().cloned());
    let sign_in = OfSignIn { settings, authentik, words };
    vec![
        Probe { upstream: "sign_in", check: Ok(Arc::new(sign_in)), min_interval },
        probe("authentik", &upstreams.authentik, |client| Arc::new(OfAuthentik(client))),
        probe("stalwart", &upstreams.stalwart, |client| Arc::new(OfStalwart(client))),
        probe("ocis", &upstreams.ocis, |client| Arc::new(OfOcis(client))),
        Probe { min_interval, ..probe("dns", &Ok(dns.clone()), |dns| Arc::new(OfDns(dns))) },
        Probe { min_interval, ..probe("mail", &mail, |settings| Arc::new(OfMail(settings))) },
        probe("database", &Ok(db.clone()), |db| Arc::new(OfDatabase(db))),
    ]
}

//! What is asked of each upstream, and of the database, to see whether it lives: a call that needs the credential.

use std::sync::Arc;

use async_trait::async_trait;
use db::Db;
use probes::{Check, Probe};
use tenants::Upstreams;
use upstream_authentik::Authentik;
use upstream_ocis::Ocis;
use upstream_stalwart::Stalwart;

struct OfAuthentik(Authentik);
struct OfStalwart(Stalwart);
struct OfOcis(Ocis);
struct OfDatabase(Db);

#[async_trait]
impl Check for OfAuthentik {
    async fn check(&self) -> Result<(), String> {
        self.0.probe().await.map(drop).map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Check for OfStalwart {
    async fn check(&self) -> Result<(), String> {
        self.0.probe().await.map(drop).map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Check for OfOcis {
    async fn check(&self) -> Result<(), String> {
        let me = self.0.probe().await.map_err(|error| error.to_string())?;
        if me.is_admin {
            Ok(())
        } else {
            Err(format!("{} does not have the role Admin in oCIS", me.user_name))
        }
    }
}

#[async_trait]
impl Check for OfDatabase {
    async fn check(&self) -> Result<(), String> {
        self.0.ping().await.map_err(|error| error.to_string())
    }
}

/// The probes of all upstreams, those that are off included.
pub fn probes(upstreams: &Upstreams, db: &Db) -> Vec<Probe> {
    fn probe<C: Clone>(
        upstream: &'static str,
        client: &Result<C, &'static str>,
        check: impl FnOnce(C) -> Arc<dyn Check>,
    ) -> Probe {
        Probe { upstream, check: client.clone().map(check) }
    }
    vec![
        probe("authentik", &upstreams.authentik, |client| Arc::new(OfAuthentik(client))),
        probe("stalwart", &upstreams.stalwart, |client| Arc::new(OfStalwart(client))),
        probe("ocis", &upstreams.ocis, |client| Arc::new(OfOcis(client))),
        probe("database", &Ok(db.clone()), |db| Arc::new(OfDatabase(db))),
    ]
}

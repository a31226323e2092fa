//! What happens to examples by itself: they go with their tenant, and are forgotten when nothing of them is left
//! upstream.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::{Db, Error, Tx};
use kernel::{Clock, TenantId};
use reconcile::{Owner, ResourceSubscriber};

use crate::actions::let_go;
use crate::model::{Example, ExampleId};
use crate::store;

/// Told by other slices of tenants that go.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

/// Told by the reconciler of every change of what examples have upstream.
pub fn resource_subscriber() -> Arc<dyn ResourceSubscriber> {
    Arc::new(Progress)
}

struct Subscription(Clock);

#[async_trait]
impl Subscriber for Subscription {
    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        for example in store::all_of_tenant(&**tx, tenant).await? {
            let_go(tx, &self.0, example).await?;
        }
        Ok(())
    }

    async fn owners_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, Error> {
        let all = store::all_of_tenant(db.read(), tenant).await?;
        Ok(all.iter().map(|example| example.id.to_string()).collect())
    }
}

struct Progress;

#[async_trait]
impl ResourceSubscriber for Progress {
    async fn lock(&self, tx: &Tx, owner: &str) -> Result<(), Error> {
        if let Ok(id) = owner.parse::<ExampleId>() {
            store::lock(tx, id).await?;
        }
        Ok(())
    }

    /// Forgets a removed one of which nothing is left.
    async fn resource_changed(&self, tx: &Tx, _: &Clock, owner: &str) -> Result<(), Error> {
        let Ok(id) = owner.parse::<ExampleId>() else { return Ok(()) };
        let Some(example) = store::lock(tx, id).await? else { return Ok(()) };
        if example.removed_at.is_some() && reconcile::of_owner(&**tx, owner).await?.is_empty() {
            store::delete(tx, id).await?;
        }
        Ok(())
    }

    async fn owners(&self, db: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, Error> {
        let ids: Vec<ExampleId> = owners.iter().filter_map(|owner| owner.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let known = store::by_ids(db.read(), &ids).await?.into_iter();
        let owner = |example: Example| Owner { tenants: vec![example.tenant], name: Some(example.name) };
        Ok(known.map(|example| (example.id.to_string(), owner(example))).collect())
    }
}

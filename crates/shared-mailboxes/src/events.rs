//! What happens to shared mailboxes by itself: when others go or change, and when nothing of them is left upstream.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Subscriber, TenantRef};
use addresses::SHARED;
use async_trait::async_trait;
use db::{Db, Tx};
use kernel::{Clock, SharedId, TenantId};
use reconcile::{Owner, ResourceSubscriber};

use crate::{actions, store};

/// Told by other slices of further addresses, and of tenants that are gone.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

/// Told by the reconciler of every change of what shared mailboxes have upstream.
pub fn resource_subscriber() -> Arc<dyn ResourceSubscriber> {
    Arc::new(Progress)
}

struct Subscription(Clock);

#[async_trait]
impl Subscriber for Subscription {
    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        for shared in store::all(&**tx, tenant).await? {
            let owner = shared.id.to_string();
            store::remove(tx, &shared, self.0.now()).await?;
            addresses::release_all(tx, &owner).await?;
            let_go(tx, &self.0, &owner).await?;
        }
        Ok(())
    }

    async fn owners_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, db::Error> {
        let all = store::all_known(db.read(), tenant).await?;
        Ok(all.into_iter().map(|(id, ..)| id).collect())
    }

    async fn aliases_changed(&self, tx: &Tx, tenant: &TenantRef, object: &str) -> Result<(), db::Error> {
        let Ok(id) = object.parse::<SharedId>() else { return Ok(()) };
        match store::by_id(&**tx, tenant.id, id).await? {
            Some(shared) => actions::want(tx, &self.0, &shared).await,
            None => Ok(()),
        }
    }
}

/// Lets go of what a removed shared mailbox has upstream, and forgets it where that is nothing.
pub async fn let_go(tx: &Tx, clock: &Clock, owner: &str) -> Result<(), db::Error> {
    reconcile::destroy(tx, clock, owner, SHARED, clock.now()).await?;
    forget_if_gone(tx, owner).await
}

async fn forget_if_gone(tx: &Tx, owner: &str) -> Result<(), db::Error> {
    if reconcile::of_owner(&**tx, owner).await?.is_empty() {
        store::forget_removed(tx, owner).await?;
    }
    Ok(())
}

fn is_ours(owner: &str) -> bool {
    owner.parse::<SharedId>().is_ok()
}

struct Progress;

#[async_trait]
impl ResourceSubscriber for Progress {
    /// What is removed is wanted by nobody again, so nothing is to be held.
    async fn lock(&self, _: &Tx, _: &str) -> Result<(), db::Error> {
        Ok(())
    }

    /// Forgets what was removed and of which nothing is left.
    async fn resource_changed(&self, tx: &Tx, _: &Clock, owner: &str) -> Result<(), db::Error> {
        if is_ours(owner) { forget_if_gone(tx, owner).await } else { Ok(()) }
    }

    async fn owners(&self, db: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, db::Error> {
        let ours: Vec<String> = owners.iter().filter(|owner| is_ours(owner)).cloned().collect();
        if ours.is_empty() {
            return Ok(BTreeMap::new());
        }
        let known = store::known_by_ids(db.read(), &ours).await?.into_iter();
        Ok(known.map(|(id, tenant, name)| (id, Owner { tenants: vec![tenant], name: Some(name) })).collect())
    }
}

//! What happens to groups by itself: they follow their tenant and their people, and are gone when nothing of them is
//! left upstream.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::{Db, Tx};
use kernel::{Clock, GroupId, MemberId, TenantId};
use memberships::roster;
use reconcile::{Owner, ResourceSubscriber};
use storage::spaces;

use crate::apply::{TenantContext, write};
use crate::error::Error;
use crate::model::Group;
use crate::store;

/// Told by other slices of changes of tenants and members.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

/// Told by the reconciler of every change of what groups have upstream.
pub fn resource_subscriber() -> Arc<dyn ResourceSubscriber> {
    Arc::new(Progress)
}

struct Subscription(Clock);

fn database(error: Error) -> db::Error {
    match error {
        Error::Db(error) => error,
        other => db::Error::damaged("tenant_groups", other.to_string()),
    }
}

impl Subscription {
    async fn write(&self, tx: &Tx, tenant: TenantId, groups: &[Group]) -> Result<(), db::Error> {
        if groups.is_empty() {
            return Ok(());
        }
        let context = TenantContext::of(tx, tenant).await.map_err(database)?;
        for group in groups {
            write(tx, &self.0, &context, group).await.map_err(database)?;
        }
        Ok(())
    }
}

#[async_trait]
impl Subscriber for Subscription {
    async fn tenant_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        self.write(tx, tenant, &store::of_tenant(&**tx, tenant).await?).await
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        for group in store::all_of_tenant(&**tx, tenant).await? {
            let owner = group.id.to_string();
            store::remove_everybody(tx, group.id).await?;
            addresses::release_all(tx, &owner).await?;
            spaces::release(tx, &owner).await?;
            let now = self.0.now();
            store::update(tx, &Group { removed_at: group.removed_at.or(Some(now)), ..group }).await?;
            for resource in reconcile::of_owner(&**tx, &owner).await? {
                // The tenant's own grace is over, so that of a space is too.
                reconcile::destroy_one(tx, &self.0, &owner, &resource.kind, &resource.name, now).await?;
            }
        }
        Ok(())
    }

    async fn owners_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, db::Error> {
        let all = store::all_of_tenant(db.read(), tenant).await?;
        Ok(all.iter().map(|group| group.id.to_string()).collect())
    }

    async fn groups_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, db::Error> {
        self.owners_in(db, tenant).await
    }

    /// Who is no member any more is in no group.
    async fn member_changed(&self, tx: &Tx, tenant: TenantId, member: MemberId) -> Result<(), db::Error> {
        let groups = store::of_member(&**tx, member).await?;
        if roster::by_id(&**tx, member).await?.is_none() {
            store::remove_member(tx, member).await?;
        }
        self.write(tx, tenant, &groups).await
    }
}

struct Progress;

#[async_trait]
impl ResourceSubscriber for Progress {
    async fn lock(&self, tx: &Tx, owner: &str) -> Result<(), db::Error> {
        if let Ok(group) = owner.parse::<GroupId>() {
            store::lock(tx, group).await?;
        }
        Ok(())
    }

    /// Forgets a removed group of which nothing is left.
    async fn resource_changed(&self, tx: &Tx, _: &Clock, owner: &str) -> Result<(), db::Error> {
        let Ok(id) = owner.parse::<GroupId>() else { return Ok(()) };
        let Some(group) = store::lock(tx, id).await? else { return Ok(()) };
        if group.removed_at.is_some() && reconcile::of_owner(&**tx, owner).await?.is_empty() {
            store::delete(tx, id).await?;
        }
        Ok(())
    }

    async fn owners(&self, db: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, db::Error> {
        let ids: Vec<GroupId> = owners.iter().filter_map(|owner| owner.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let known = store::by_ids(db.read(), &ids).await?.into_iter();
        let owner = |group: Group| Owner { tenants: vec![group.tenant], name: Some(group.name) };
        Ok(known.map(|group| (group.id.to_string(), owner(group))).collect())
    }
}

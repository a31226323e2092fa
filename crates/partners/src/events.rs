//! What others tell of: whoever was given a customer by name reaches it no longer than it is the partner's.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Subscriber, roles, staff_invitations};
use async_trait::async_trait;
use db::{Db, Tx};
use kernel::{Clock, PartnerId, TenantId};
use reconcile::{Owner, ResourceSubscriber};

use crate::desired::{ALL_STAFF, partner_of};
use crate::store;

/// Told by other slices of tenants that change hands or go.
pub fn subscriber() -> Arc<dyn Subscriber> {
    Arc::new(Subscription)
}

/// Told by the reconciler of what partners have upstream.
pub fn resource_subscriber() -> Arc<dyn ResourceSubscriber> {
    Arc::new(Owners)
}

struct Subscription;

#[async_trait]
impl Subscriber for Subscription {
    async fn partner_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        forget(tx, tenant).await
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        forget(tx, tenant).await
    }
}

/// Nobody has the customer by name any more, nor is to have it by a link.
async fn forget(tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
    roles::forget_customer(tx, tenant).await?;
    staff_invitations::forget_customer(tx, tenant).await
}

struct Owners;

#[async_trait]
impl ResourceSubscriber for Owners {
    /// What becomes of a partner's groups changes nothing of its rows.
    async fn lock(&self, _: &Tx, _: &str) -> Result<(), db::Error> {
        Ok(())
    }

    async fn resource_changed(&self, _: &Tx, _: &Clock, _: &str) -> Result<(), db::Error> {
        Ok(())
    }

    /// What a partner has is no tenant's.
    async fn owners(&self, db: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, db::Error> {
        let ids: Vec<PartnerId> = owners.iter().filter_map(|owner| partner_of(owner)).collect();
        let mut known = BTreeMap::new();
        if owners.iter().any(|owner| owner == ALL_STAFF) {
            known.insert(ALL_STAFF.to_owned(), Owner::default());
        }
        if ids.is_empty() {
            return Ok(known);
        }
        for partner in store::by_ids(db.read(), &ids).await? {
            known.insert(partner.id.to_string(), Owner { tenants: Vec::new(), name: Some(partner.name) });
        }
        Ok(known)
    }
}

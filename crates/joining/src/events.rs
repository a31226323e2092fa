//! What other slices tell of: nothing of those who are to come outlives the tenant.

use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::Tx;
use kernel::{TenantId, UserId};

use crate::import;

/// Told by other slices of tenants that go.
pub fn subscriber() -> Arc<dyn Subscriber> {
    Arc::new(Subscription)
}

struct Subscription;

#[async_trait]
impl Subscriber for Subscription {
    /// Whoever is to come is nobody yet.
    async fn person_changed(&self, _: &Tx, _: UserId) -> Result<(), db::Error> {
        Ok(())
    }

    /// What a closed workspace lets nobody do is looked at when somebody tries.
    async fn tenant_changed(&self, _: &Tx, _: TenantId) -> Result<(), db::Error> {
        Ok(())
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        import::store::forget_of_tenant(tx, tenant).await?;
        access::invitations::forget_of_tenant(tx, tenant).await
    }
}

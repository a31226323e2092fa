//! What other slices tell of: nothing of those who are to come outlives the tenant.

use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::Tx;
use kernel::TenantId;

/// Told by other slices of tenants that go.
pub fn subscriber() -> Arc<dyn Subscriber> {
    Arc::new(Subscription)
}

struct Subscription;

#[async_trait]
impl Subscriber for Subscription {
    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        access::invitations::forget_of_tenant(tx, tenant).await
    }
}

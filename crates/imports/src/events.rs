//! What other slices tell of: no import outlives its tenant.

use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::Tx;
use kernel::TenantId;

use crate::store;

/// Told by other slices of tenants that go.
pub fn subscriber() -> Arc<dyn Subscriber> {
    Arc::new(Subscription)
}

struct Subscription;

#[async_trait]
impl Subscriber for Subscription {
    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        store::forget_of_tenant(tx, tenant).await
    }
}

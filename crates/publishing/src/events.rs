//! What happens by itself: what was published of a domain that goes is forgotten with it.

use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::Tx;
use kernel::{DomainId, TenantId};

use crate::store;

/// Told by other slices of domains that go.
pub fn subscriber() -> Arc<dyn Subscriber> {
    Arc::new(Subscription)
}

struct Subscription;

#[async_trait]
impl Subscriber for Subscription {
    async fn domain_gone(&self, tx: &Tx, tenant: TenantId, domain: DomainId) -> Result<(), db::Error> {
        store::forget_all(tx, tenant, domain).await
    }
}

//! What other slices tell of: a plan that changed and members who go leave more or less to give out.

use std::sync::Arc;

use access::Subscriber;
use async_trait::async_trait;
use db::{Error, Tx};
use kernel::{Clock, MemberId, TenantId};
use tenants::storage;

use crate::spaces;

/// Told by other slices of plans that change, and of members who come and go.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

struct Subscription(Clock);

impl Subscription {
    async fn note(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        match storage::lock(tx, tenant).await? {
            Some(storage) => spaces::note(tx, &self.0, &storage).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Subscriber for Subscription {
    async fn plan_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        self.note(tx, tenant).await
    }

    async fn member_changed(&self, tx: &Tx, tenant: TenantId, _: MemberId) -> Result<(), Error> {
        self.note(tx, tenant).await
    }
}

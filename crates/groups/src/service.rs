//! The service.

use std::sync::Arc;
use std::time::Duration;

use access::{Granted, ManageGroups, Subscriber};
use db::{Db, Tx};
use kernel::{Clock, EmailAddress, TenantId, Timestamp};
use reconcile::Reconciler;
use storage::spaces::{self, Room};

use crate::error::Error;

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    /// Told of addresses that are gone.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
    /// How long a request waits for the upstreams before it answers and leaves the rest to the background.
    pub settle: Duration,
}

/// The groups of all tenants. Clones share it.
#[derive(Clone)]
pub struct Groups(pub(crate) Arc<Inner>);

impl Groups {
    /// The service.
    pub fn new(
        db: Db,
        clock: Clock,
        reconciler: Reconciler,
        subscribers: Vec<Arc<dyn Subscriber>>,
        settle: Duration,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, reconciler, subscribers, settle }))
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Who has the tenant's storage, of which a group's space takes a part.
    pub(crate) async fn room(&self, by: &Granted<ManageGroups>) -> Result<Room, Error> {
        Ok(spaces::room(&self.0.db, by.tenant()).await?)
    }

    /// Tells the slices whose objects hold addresses.
    pub(crate) async fn tell_gone(
        &self,
        tx: &Tx,
        tenant: TenantId,
        gone: &[EmailAddress],
    ) -> Result<(), db::Error> {
        for subscriber in self.0.subscribers.iter().filter(|_| !gone.is_empty()) {
            subscriber.addresses_gone(tx, tenant, gone).await?;
        }
        Ok(())
    }
}

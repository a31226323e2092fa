//! The service.

use std::sync::Arc;
use std::time::Duration;

use db::Db;
use kernel::{Clock, Timestamp};
use reconcile::Reconciler;
use upstream_stalwart::Stalwart;

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    /// None where no mail server is configured or it is switched off.
    pub stalwart: Option<Stalwart>,
    /// How long a request waits for the mail server before it answers and leaves the rest to the background.
    pub settle: Duration,
}

/// The mail of all tenants. Clones share it.
#[derive(Clone)]
pub struct Mail(pub(crate) Arc<Inner>);

impl Mail {
    /// The service.
    pub fn new(
        db: Db,
        clock: Clock,
        reconciler: Reconciler,
        stalwart: Option<Stalwart>,
        settle: Duration,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, reconciler, stalwart, settle }))
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

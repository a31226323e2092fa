//! The service.

use std::sync::Arc;
use std::time::Duration;

use db::Db;
use kernel::{Clock, Timestamp};
use members::Members;
use reconcile::Reconciler;

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    /// Who makes whoever comes.
    pub members: Members,
    /// How often what is left to do is looked for.
    pub look: Duration,
}

/// How people come to all tenants. Clones share it.
#[derive(Clone)]
pub struct Joining(pub(crate) Arc<Inner>);

impl Joining {
    /// The service; what is left to do is looked for every `look`.
    pub fn new(db: Db, clock: Clock, reconciler: Reconciler, members: Members, look: Duration) -> Self {
        Self(Arc::new(Inner { db, clock, reconciler, members, look }))
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

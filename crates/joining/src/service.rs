//! The service.

use std::sync::Arc;
use std::time::Duration;

use db::Db;
use kernel::{Clock, Timestamp};
use members::Members;
use reconcile::Reconciler;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::import::Handing;

/// Files that are read at a time: reading one keeps a processor busy.
const READ_AT_ONCE: usize = 2;

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    /// Who makes whoever comes.
    pub members: Members,
    /// Turns at reading files.
    pub reading: Semaphore,
    /// Imports of which first passwords are being made.
    pub handing: Handing,
    /// First passwords that are made, whoever goes away.
    pub making: TaskTracker,
    /// How often what is left to do is looked for.
    pub look: Duration,
}

/// How people come to all tenants. Clones share it.
#[derive(Clone)]
pub struct Joining(pub(crate) Arc<Inner>);

impl Joining {
    /// The service; what is left to do is looked for every `look`.
    pub fn new(db: Db, clock: Clock, reconciler: Reconciler, members: Members, look: Duration) -> Self {
        let reading = Semaphore::new(READ_AT_ONCE);
        let (handing, making) = (Handing::default(), TaskTracker::new());
        Self(Arc::new(Inner { db, clock, reconciler, members, reading, handing, making, look }))
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

//! The service and its settings.

use std::sync::Arc;
use std::time::Duration;

use db::Db;
use kernel::Clock;
use kernel::retry::Backoff;
use members::Members;
use reconcile::Reconciler;
use upstream_authentik::Authentik;
use upstream_stalwart::Stalwart;

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long an open way in waits before it is looked at again.
    pub backoff: Backoff,
    /// How often what is left to do is looked for.
    pub look: Duration,
}

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    pub authentik: Option<Authentik>,
    pub stalwart: Option<Stalwart>,
    /// Whose ways in are shut.
    pub members: Members,
    pub settings: Settings,
}

/// The offboardings of all tenants. Clones share it.
#[derive(Clone)]
pub struct Offboardings(pub(crate) Arc<Inner>);

impl Offboardings {
    /// The service; without a client of an upstream, its ways in can't be looked at.
    pub fn new(
        db: Db,
        clock: Clock,
        reconciler: Reconciler,
        authentik: Option<Authentik>,
        stalwart: Option<Stalwart>,
        members: Members,
        settings: Settings,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, reconciler, authentik, stalwart, members, settings }))
    }
}

//! The slice's service and its settings.

use std::sync::Arc;
use std::time::Duration;

use access::Subscriber;
use db::Db;
use kernel::{Clock, Slug};
use probes::Probes;
use reconcile::Reconciler;

use crate::storage::UsageSource;

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The slug of the platform's own workspace [B8].
    pub platform_slug: Slug,
    /// Its name.
    pub platform_name: String,
    /// How long an ended tenant is kept before it is purged.
    pub grace: Duration,
    /// How long a request waits for the upstreams before it answers and leaves the rest to the background.
    pub settle: Duration,
    /// How often tenants whose grace period is over are looked for.
    pub purge_every: Duration,
}

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    pub probes: Probes,
    /// Told of tenants that change.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
    /// Knows how full tenants are.
    pub usage_source: Option<Arc<dyn UsageSource>>,
    pub settings: Settings,
}

/// The slice's service. Clones share it.
#[derive(Clone)]
pub struct Tenants(pub(crate) Arc<Inner>);

impl Tenants {
    /// The service.
    pub fn new(
        db: Db,
        clock: Clock,
        reconciler: Reconciler,
        probes: Probes,
        subscribers: Vec<Arc<dyn Subscriber>>,
        usage_source: Option<Arc<dyn UsageSource>>,
        settings: Settings,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, reconciler, probes, subscribers, usage_source, settings }))
    }
}

//! What every slice is made from ([`Platform`]) and what it brings ([`Slice`]), put together in two phases: first the
//! handles, which know no slice, then all that the slices bring. Knows no slice.

#![warn(missing_docs)]

mod assembly;
mod pace;
mod slice;
pub mod testing;
mod upstreams;

use std::ops::Deref;
use std::sync::Arc;

use access::Events;
use access::allowances::Allowances;
use db::Db;
use kernel::{Clock, DomainName};
use probes::Probes;
use reconcile::Reconciler;
use telemetry::Metrics;

pub use assembly::{Assembly, TwoOwners, assemble};
pub use pace::Pace;
pub use slice::Slice;
pub use upstreams::Upstreams;

/// The handles that slices work with. Clones share them.
#[derive(Debug, Clone)]
pub struct Platform(Arc<Handles>);

/// What a platform is made of.
#[derive(Debug)]
pub struct Handles {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Brings upstreams to where they should be.
    pub reconciler: Reconciler,
    /// Tells slices of what others changed.
    pub events: Events,
    /// Whether upstreams live.
    pub probes: Probes,
    /// The clients of the upstreams.
    pub upstreams: Upstreams,
    /// How patient everything is.
    pub pace: Pace,
    /// What is counted, for those who watch the service.
    pub metrics: Metrics,
    /// What holds for the whole deployment.
    pub deployment: Deployment,
}

/// What is configured for all slices.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The portal's origin, for links in mails; none where there is no portal.
    pub portal: Option<String>,
    /// The platform's own domains: with all below them, they are nobody's but its own workspace's [A16].
    pub domains: Arc<[DomainName]>,
    /// How many mails people may have sent, and how often they may ask who is known here.
    pub allowances: Allowances,
}

impl Platform {
    /// Shares these handles.
    pub fn new(handles: Handles) -> Self {
        Self(Arc::new(handles))
    }
}

impl Deref for Platform {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

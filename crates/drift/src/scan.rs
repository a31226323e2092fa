//! The scan by the clock.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jobs::{Run, Schedule};
use reconcile::Reconciler;

/// The schedule's name.
pub(crate) const SCAN: &str = "drift.scan";

/// Scans all upstreams, so often.
pub fn schedule(reconciler: &Reconciler, every: Duration) -> Schedule {
    Schedule { name: SCAN, every, work: Arc::new(Scan(reconciler.clone())) }
}

struct Scan(Reconciler);

#[async_trait]
impl Run for Scan {
    async fn run(&self) -> Result<(), String> {
        self.0.scan().await.map(drop).map_err(|error| error.to_string())
    }
}

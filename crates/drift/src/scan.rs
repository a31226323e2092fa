//! The scan by the clock.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jobs::{Run, Schedule};
use platform::Platform;
use reconcile::Reconciler;

/// The scan's schedule.
pub const SCAN: &str = "drift.scan";

/// Compares everything upstream with what should be.
pub fn schedule(platform: &Platform) -> Schedule {
    let every = platform.pace.every(Duration::from_secs(20), Duration::from_mins(15));
    Schedule { name: SCAN, every, work: Arc::new(Scan(platform.reconciler.clone())) }
}

struct Scan(Reconciler);

#[async_trait]
impl Run for Scan {
    async fn run(&self) -> Result<(), String> {
        self.0.scan().await.map(drop).map_err(|error| error.to_string())
    }
}

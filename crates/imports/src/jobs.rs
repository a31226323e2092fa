//! Work by the clock: imports go on, those of each workspace in turn.

use std::sync::Arc;

use async_trait::async_trait;
use jobs::{Run, Schedule};

use crate::service::Imports;

/// The name of the schedule, as databases know it from before this slice was one of its own.
pub const WORK: &str = "members.import";

/// The slice's recurring work.
pub fn schedule(imports: &Imports) -> Schedule {
    Schedule { name: WORK, every: imports.platform.pace.look, work: Arc::new(GoOn(imports.clone())) }
}

struct GoOn(Imports);

#[async_trait]
impl Run for GoOn {
    async fn run(&self) -> Result<(), String> {
        self.0.go_on_with_all().await.map_err(|error| error.to_string())
    }
}

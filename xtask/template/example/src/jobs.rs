//! Work by the clock: a net under `events`. A removed example of which nothing is left upstream is forgotten, however
//! that came.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jobs::{Run, Schedule};

use crate::error::Error;
use crate::service::Examples;
use crate::store;

/// The slice's recurring work.
pub fn schedule(examples: &Examples) -> Schedule {
    let every = examples.platform.pace.every(Duration::from_mins(1), Duration::from_hours(1));
    Schedule { name: "examples.forget", every, work: Arc::new(Forget(examples.clone())) }
}

struct Forget(Examples);

#[async_trait]
impl Run for Forget {
    async fn run(&self) -> Result<(), String> {
        self.0.forget_gone().await.map_err(|error| error.to_string())
    }
}

impl Examples {
    /// Forgets those of which nothing is left. Nothing is wanted again of what is being removed.
    pub(crate) async fn forget_gone(&self) -> Result<(), Error> {
        let db = &self.platform.db;
        for example in store::removed(db.read()).await? {
            if reconcile::of_owner(db.read(), &example.id.to_string()).await?.is_empty() {
                let tx = db.begin().await?;
                store::delete(&tx, example.id).await?;
                tx.commit_silently("a removed example is forgotten; its removal was recorded").await?;
            }
        }
        Ok(())
    }
}

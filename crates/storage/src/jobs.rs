//! Looks by the clock whether a tenant's storage is nearly used up [B6]. While the file service doesn't say, what was
//! found last stays.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jobs::{Run, Schedule};
use tenants::condition::{OBJECT_STORAGE, PLAN};
use tenants::storage;

use crate::error::Error;
use crate::model::is_nearly_full;
use crate::service::Storages;
use crate::spaces;

/// The slice's name among findings.
pub const SOURCE: &str = "storage";
/// The word for storage that is nearly used up.
const FULL: &str = "storage_full";
/// What the finding is about.
const OBJECT: &str = "plan";

/// Looks so often.
pub fn schedule(storages: &Storages, every: Duration) -> Schedule {
    Schedule { name: "storage.look", every, work: Arc::new(Look(storages.clone())) }
}

struct Look(Storages);

#[async_trait]
impl Run for Look {
    async fn run(&self) -> Result<(), String> {
        self.0.look().await.map_err(|error| error.to_string())
    }
}

impl Storages {
    /// Writes what changed since the last look.
    pub async fn look(&self) -> Result<(), Error> {
        self.look_at_gifts().await?;
        let Some(all) = self.of_all().await? else { return Ok(()) };
        let ids: Vec<_> = all.iter().map(|(storage, _)| storage.tenant).collect();
        let known = findings::of_tenants(self.db().read(), &ids).await?;
        for (storage, figures) in all {
            let was_full = known
                .get(&storage.tenant.to_string())
                .is_some_and(|found| found.iter().any(|finding| finding.source == SOURCE));
            let is_full = is_nearly_full(figures.used, storage.total);
            // What is known may be enough to say that it is full, never that it is not.
            if is_full == was_full || (!is_full && !figures.whole) {
                continue;
            }
            let tx = self.db().begin().await?;
            let code = is_full.then_some(FULL);
            findings::set(&tx, self.clock().now(), storage.tenant, SOURCE, OBJECT, code).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Writes where more is given out than there is, or no longer, and nobody wrote it as it changed.
    async fn look_at_gifts(&self) -> Result<(), Error> {
        let known = findings::of_source(self.db().read(), PLAN, OBJECT_STORAGE).await?;
        for seen in storage::of_all(self.db()).await? {
            let is_over = spaces::room_in(self.db().read(), &seen).await?.free() < 0;
            if is_over == known.contains(&seen.tenant.to_string()) {
                continue;
            }
            let tx = self.db().begin().await?;
            if let Some(now) = storage::lock(&tx, seen.tenant).await? {
                spaces::note(&tx, self.clock(), &now).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

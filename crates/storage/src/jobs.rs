//! Looks by the clock whether a tenant's storage is nearly used up [B6]. While the file service doesn't say, what was
//! found last stays.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use health::{OBJECT_STORAGE, PLAN};
use jobs::{Run, Schedule};
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

/// The slice's recurring work.
pub fn schedule(storages: &Storages) -> Schedule {
    let pace = &storages.platform.pace;
    let every = pace.every(Duration::from_secs(5), Duration::from_mins(10).min(pace.lease * 10));
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
        let known = findings::of_tenants(self.platform.db.read(), &ids).await?;
        for (storage, figures) in all {
            let was_full = known
                .get(&storage.tenant.to_string())
                .is_some_and(|found| found.iter().any(|finding| finding.source == SOURCE));
            let is_full = is_nearly_full(figures.used, storage.total);
            // What is known may be enough to say that it is full, never that it is not.
            if is_full == was_full || (!is_full && !figures.whole) {
                continue;
            }
            let tx = self.platform.db.begin().await?;
            let code = is_full.then_some(FULL);
            findings::set(&tx, self.platform.clock.now(), storage.tenant, SOURCE, OBJECT, code).await?;
            tx.commit_silently("a finding is noted").await?;
        }
        Ok(())
    }

    /// Writes where more is given out than there is, or no longer, and nobody wrote it as it changed.
    async fn look_at_gifts(&self) -> Result<(), Error> {
        let known = findings::of_source(self.platform.db.read(), PLAN, OBJECT_STORAGE).await?;
        for seen in storage::of_all(&self.platform.db).await? {
            let is_over = spaces::room_in(self.platform.db.read(), &seen).await?.free() < 0;
            if is_over == known.contains(&seen.tenant.to_string()) {
                continue;
            }
            let tx = self.platform.db.begin().await?;
            if let Some(now) = storage::lock(&tx, seen.tenant).await? {
                spaces::note(&tx, &self.platform.clock, &now).await?;
                tx.commit_silently("a finding is noted").await?;
            }
        }
        Ok(())
    }
}

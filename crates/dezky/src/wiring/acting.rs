//! What the product does by itself. A database that was restored from a backup is held: then it only looks, until
//! somebody has compared it with the upstreams and released it.

use std::time::Duration;

use db::Db;
use jobs::Schedule;
use kernel::Clock;
use reconcile::Reconciler;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How soon a release is noticed, and a restore.
const LOOK: Duration = Duration::from_secs(2);

const HELD: &str =
    "the database was restored: nothing is changed upstream and no mail is sent until `dezky resume`";

/// What the product does by itself.
#[derive(Clone)]
pub struct Acting {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    /// What asks how something is, and forgets what is old here.
    pub looks: Vec<Schedule>,
    /// What changes something elsewhere, or sends something.
    pub works: Vec<Schedule>,
}

impl Acting {
    /// Begins it, until `stop`. Of a database that is held only the looks begin; the rest follows its release, and ends
    /// should one be restored under a running instance.
    pub async fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<()> {
        jobs::start(&self.db, &self.clock, self.looks.clone(), tracker, stop);
        let works = if self.is_held().await? {
            tracing::warn!("{HELD}");
            None
        } else {
            Some(self.start_works(tracker, stop).await?)
        };
        let (own, of_works, stop) = (self.clone(), tracker.clone(), stop.clone());
        tracker.spawn(async move {
            stop.run_until_cancelled(own.watch(&of_works, &stop, works)).await;
        });
        Ok(())
    }

    /// Gives what ends the works that it begins.
    async fn start_works(
        &self,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> anyhow::Result<CancellationToken> {
        let own = stop.child_token();
        self.reconciler.start(tracker, &own).await?;
        jobs::start(&self.db, &self.clock, self.works.clone(), tracker, &own);
        Ok(own)
    }

    /// True of a database that was restored and not released, and of one that is being restored into.
    async fn is_held(&self) -> anyhow::Result<bool> {
        Ok(backup::is_cut_off(&self.db).await? || backup::is_held(&self.db).await?)
    }

    async fn watch(
        &self,
        tracker: &TaskTracker,
        stop: &CancellationToken,
        mut works: Option<CancellationToken>,
    ) {
        loop {
            tokio::time::sleep(LOOK).await;
            match (self.is_held().await, works.take()) {
                (Ok(true), Some(at_work)) => {
                    tracing::warn!("{HELD}");
                    at_work.cancel();
                }
                (Ok(false), None) => {
                    tracing::info!("the database was released");
                    match self.start_works(tracker, stop).await {
                        Ok(begun) => works = Some(begun),
                        Err(error) => tracing::error!(%error, "work did not begin; it is tried again"),
                    }
                }
                (Ok(_), as_it_was) => works = as_it_was,
                (Err(error), as_it_was) => {
                    tracing::warn!(%error, "whether the database is held can't be read");
                    works = as_it_was;
                }
            }
        }
    }
}

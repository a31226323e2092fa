//! What the product does by itself. A database that was restored from a backup is held: then it only looks, until
//! somebody has compared it with the upstreams and released it.

use std::time::Duration;

use db::Db;
use jobs::Schedule;
use kernel::Clock;
use reconcile::Reconciler;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How soon a release is noticed.
const LOOK: Duration = Duration::from_secs(2);

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
    /// Begins it, until `stop`. Of a database that is held only the looks begin; the rest follows its release.
    pub async fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<()> {
        jobs::start(&self.db, &self.clock, self.looks.clone(), tracker, stop);
        if !self.is_held().await? {
            return self.start_works(tracker, stop).await;
        }
        tracing::warn!(
            "the database was restored: nothing is changed upstream and no mail is sent until `dezky resume`"
        );
        let (own, tracker_of_works, stop) = (self.clone(), tracker.clone(), stop.clone());
        tracker.spawn(async move {
            if stop.run_until_cancelled(own.until_released()).await.is_some()
                && let Err(error) = own.start_works(&tracker_of_works, &stop).await
            {
                tracing::error!(%error, "the database was released, but work did not begin; restart this instance");
            }
        });
        Ok(())
    }

    async fn start_works(&self, tracker: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<()> {
        self.reconciler.start(tracker, stop).await?;
        jobs::start(&self.db, &self.clock, self.works.clone(), tracker, stop);
        Ok(())
    }

    async fn is_held(&self) -> anyhow::Result<bool> {
        Ok(backup::is_held(&self.db).await?)
    }

    async fn until_released(&self) {
        loop {
            match self.is_held().await {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => tracing::warn!(%error, "whether the database is held can't be read"),
            }
            tokio::time::sleep(LOOK).await;
        }
        tracing::info!("the database was released");
    }
}

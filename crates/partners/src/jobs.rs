//! Work by the clock: what partners need upstream whose rows are older than that, their staff among it. What an older
//! instance writes meanwhile is found too.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jobs::{Run, Schedule};
use kernel::PartnerId;

use crate::error::Error;
use crate::model::Partner;
use crate::service::Partners;
use crate::{apply, store};

/// Partners that are written in one run; the others wait for the next.
const AT_A_TIME: u64 = 100;

/// The slice's recurring work.
pub fn schedule(partners: &Partners) -> Schedule {
    let every = partners.platform.pace.every(Duration::from_secs(5), Duration::from_mins(1));
    Schedule { name: "partners.follow", every, work: Arc::new(Follow(partners.clone())) }
}

struct Follow(Partners);

#[async_trait]
impl Run for Follow {
    async fn run(&self) -> Result<(), String> {
        self.0.follow().await.map_err(|error| error.to_string())
    }
}

impl Partners {
    /// Writes what partners need for whom nobody has written that.
    pub(crate) async fn follow(&self) -> Result<(), Error> {
        // What is wrong with one of them holds up nobody else.
        for id in store::unwritten(self.platform.db.read(), AT_A_TIME).await? {
            if let Err(error) = self.write_whole(id).await {
                tracing::warn!(partner = %id, %error, "what a partner needs was not written; tried again");
            }
        }
        Ok(())
    }

    async fn write_whole(&self, id: PartnerId) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        let Some(partner) = store::lock(&tx, id).await?.filter(Partner::is_live) else { return Ok(()) };
        apply::write(&tx, &self.platform.clock, &partner).await?;
        Ok(tx.commit_silently("what a partner needs follows from rows that were recorded").await?)
    }
}

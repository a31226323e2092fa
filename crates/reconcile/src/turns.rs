//! Whose turn it is: due resources are read a few dozen at a time, in the order in which owners take turns, and handed
//! out as places become free. To ask the database for each single place would cost more than the work.

use std::collections::VecDeque;
use std::time::Duration;

use db::{Db, Error};
use kernel::Timestamp;
use tokio::time::Instant;

use crate::store;

const READ: u64 = 64;
/// Who becomes due meanwhile waits for no longer than this behind those who were read.
const FRESH: Duration = Duration::from_millis(200);

/// The order in which the due resources of one upstream are worked on.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    waiting: VecDeque<(String, String)>,
    read_at: Option<Instant>,
    last_served: String,
}

impl Turns {
    /// Reads anew next time: somebody who waited for a neighbour may go now.
    pub fn forget(&mut self) {
        self.waiting.clear();
    }

    /// The next `most` resources that are due. Somebody else may have taken them since.
    pub async fn next(
        &mut self,
        db: &Db,
        now: Timestamp,
        kinds: &[&str],
        most: usize,
    ) -> Result<Vec<String>, Error> {
        let is_fresh = self.read_at.is_some_and(|at| at.elapsed() < FRESH);
        if self.waiting.is_empty() || !is_fresh {
            let read = READ.max(most as u64);
            self.waiting = store::due(db, now, kinds, &self.last_served, read).await?.into();
            self.read_at = Some(Instant::now());
        }
        let served = self.waiting.drain(..most.min(self.waiting.len()));
        let (ids, owners): (Vec<String>, Vec<String>) = served.unzip();
        if let Some(last) = owners.into_iter().next_back() {
            self.last_served = last;
        }
        Ok(ids)
    }
}

//! All flags in memory, ready to be evaluated. Whoever asks looks once a second whether something was changed: one row is
//! read, and the flags that were changed since. So each instance knows of a change within two seconds, without a process
//! of its own that asks.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use db::{Db, Error};
use kernel::Timestamp;
use tokio::sync::Mutex;

use crate::evaluate::Compiled;
use crate::store::{self, Mark};

/// How often it is looked for changes.
const LOOK: Duration = Duration::from_secs(1);
/// While one looks, others go on with what they know, if it is no older.
const OLDEST: Duration = Duration::from_millis(1500);
/// How often flags are read again that were changed while they were read.
const MOST_READS: usize = 3;
/// Comes before the number of any change.
const FIRST: i64 = i64::MIN;

/// All flags at a moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The state of the database that it shows; none before the first look.
    mark: Option<Mark>,
    /// By key.
    flags: Vec<Arc<Compiled>>,
}

impl Snapshot {
    /// The flag of a key.
    pub fn find(&self, key: &str) -> Option<&Compiled> {
        let place = self.flags.binary_search_by(|flag| flag.key.as_str().cmp(key)).ok()?;
        self.flags.get(place).map(Arc::as_ref)
    }

    /// All of them, by key.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &Compiled> {
        self.flags.iter().map(Arc::as_ref)
    }
}

/// What is known, and since when.
#[derive(Debug)]
struct Known {
    snapshot: Arc<Snapshot>,
    /// None before the first look, and once it was forgotten.
    looked_at: Option<Timestamp>,
    /// How often it was forgotten.
    forgotten: u64,
}

/// The flags as they were when somebody last looked.
#[derive(Debug)]
pub struct Watched {
    known: RwLock<Known>,
    /// One looks at a time.
    turn: Mutex<()>,
}

impl Default for Watched {
    fn default() -> Self {
        let snapshot = Arc::new(Snapshot { mark: None, flags: Vec::new() });
        let known = Known { snapshot, looked_at: None, forgotten: 0 };
        Self { known: RwLock::new(known), turn: Mutex::default() }
    }
}

impl Watched {
    /// The flags, at most a second and a half old.
    pub async fn at(&self, db: &Db, now: Timestamp) -> Result<Arc<Snapshot>, Error> {
        let age = self.age(now);
        if age < LOOK {
            return Ok(self.current());
        }
        let turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) if age < OLDEST => return Ok(self.current()),
            Err(_) => self.turn.lock().await,
        };
        // Somebody may have looked meanwhile.
        if self.age(now) >= LOOK {
            self.look(db, now).await?;
        }
        drop(turn);
        Ok(self.current())
    }

    /// Whoever asks next looks first, even where somebody is looking now.
    pub fn forget(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.looked_at = None;
        known.forgotten += 1;
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.known().snapshot)
    }

    /// How old it is; very, where the clock was set back since.
    fn age(&self, now: Timestamp) -> Duration {
        let looked_at = self.known().looked_at;
        looked_at.filter(|at| at.since(now) <= LOOK).map_or(Duration::MAX, |at| now.since(at))
    }

    async fn look(&self, db: &Db, now: Timestamp) -> Result<(), Error> {
        let (before, forgotten) = {
            let known = self.known();
            (Arc::clone(&known.snapshot), known.forgotten)
        };
        let is_same = before.mark == Some(store::mark(db.read()).await?);
        let fresh = if is_same { before } else { Arc::new(read(db, &before).await?) };
        self.learn(fresh, forgotten, now);
        Ok(())
    }

    /// Takes what a look found. Where it was forgotten since the look began, that may be too old already: it counts as
    /// not looked at.
    fn learn(&self, fresh: Arc<Snapshot>, forgotten: u64, now: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.snapshot = fresh;
        if known.forgotten == forgotten {
            known.looked_at = Some(now);
        }
    }
}

/// The flags as they are now: those that are known, with what was changed since. A database that was put back from a
/// backup is read as a whole: its numbers count other changes, whether they are smaller or larger than what is known.
async fn read(db: &Db, known: &Snapshot) -> Result<Snapshot, Error> {
    let on = db.read();
    let mut mark = store::mark(on).await?;
    let mut reads = 0;
    let (since, changed, off) = loop {
        let goes_on = |known: &Mark| known.restored_at == mark.restored_at && known.change <= mark.change;
        let since = known.mark.filter(goes_on).map(|known| known.change);
        let (changed, off) = store::changed_since(on, since.unwrap_or(FIRST)).await?;
        let after = store::mark(on).await?;
        reads += 1;
        // A flag that is changed between its row and its targets is read again, now or at the next look.
        if after == mark || reads == MOST_READS {
            break (since, changed, off);
        }
        mark = after;
    };
    let is_replaced =
        |flag: &Compiled| off.contains(&flag.id) || changed.iter().any(|other| other.id == flag.id);
    let kept = known.flags.iter().filter(|flag| since.is_some() && !is_replaced(flag)).cloned();
    let fresh = changed.iter().map(|flag| Arc::new(Compiled::new(flag)));
    let mut flags: Vec<Arc<Compiled>> = kept.chain(fresh).collect();
    flags.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(Snapshot { mark: Some(mark), flags })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_while_somebody_looks_is_looked_for_again() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let watched = Watched::default();
        let look = || (watched.current(), watched.known().forgotten);
        let (found, begun) = look();
        watched.learn(found, begun, now);
        assert_eq!(watched.age(now), Duration::ZERO);
        // What is known is forgotten, and then what was forgotten already.
        for _ in 0..2 {
            let (found, begun) = look();
            watched.forget();
            watched.learn(found, begun, now);
            assert_eq!(watched.age(now), Duration::MAX);
        }
        let (found, begun) = look();
        watched.learn(found, begun, now);
        assert_eq!(watched.age(now), Duration::ZERO);
    }
}

//! All flags in memory, ready to be evaluated. Whoever asks looks once a second whether something was changed: one row is
//! read, and the flags that were changed since. So each instance knows of a change within two seconds, without a process
//! of its own that asks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use db::{Db, Error};
use kernel::Timestamp;
use tokio::sync::Mutex;

use crate::evaluate::Compiled;
use crate::store;

/// How often it is looked for changes.
const LOOK: Duration = Duration::from_secs(1);
/// While one looks, others go on with what they know, if it is no older.
const OLDEST: Duration = Duration::from_millis(1500);
/// How often flags are read again that were changed while they were read.
const MOST_READS: usize = 3;
/// Stands for the time of a look that never was.
const NEVER: i64 = i64::MIN;

/// All flags at a moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The change up to which it knows; none before the first look.
    change: Option<i64>,
    /// By key.
    flags: Vec<Arc<Compiled>>,
}

impl Snapshot {
    const NOTHING: Self = Self { change: None, flags: Vec::new() };

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

/// The flags as they were when somebody last looked.
#[derive(Debug)]
pub struct Watched {
    current: RwLock<Arc<Snapshot>>,
    looked_at: AtomicI64,
    /// One looks at a time.
    turn: Mutex<()>,
}

impl Default for Watched {
    fn default() -> Self {
        Self {
            current: RwLock::new(Arc::new(Snapshot::NOTHING)),
            looked_at: AtomicI64::new(NEVER),
            turn: Mutex::default(),
        }
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

    /// Whoever asks next looks first.
    pub fn forget(&self) {
        self.looked_at.store(NEVER, Ordering::SeqCst);
    }

    fn current(&self) -> Arc<Snapshot> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How old it is; very, where the clock was set back since.
    fn age(&self, now: Timestamp) -> Duration {
        let looked_at = self.looked_at.load(Ordering::SeqCst);
        let looked = Timestamp::from_micros(looked_at);
        if looked_at == NEVER || looked.since(now) > LOOK { Duration::MAX } else { now.since(looked) }
    }

    async fn look(&self, db: &Db, now: Timestamp) -> Result<(), Error> {
        let known = self.current();
        if known.change != Some(store::last_change(db.read()).await?) {
            let fresh = Arc::new(read(db, &known).await?);
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        self.looked_at.store(now.micros(), Ordering::SeqCst);
        Ok(())
    }
}

/// The flags as they are now: those that are known, with what was changed since. A database that knows less was put back
/// from a backup, and is read as a whole.
async fn read(db: &Db, known: &Snapshot) -> Result<Snapshot, Error> {
    let on = db.read();
    let mut change = store::last_change(on).await?;
    let since = known.change.filter(|known| *known <= change);
    let mut reads = 0;
    let (changed, off) = loop {
        let read = store::changed_since(on, since.unwrap_or(NEVER)).await?;
        let after = store::last_change(on).await?;
        reads += 1;
        // A flag that is changed between its row and its targets is read again, now or at the next look.
        if after == change || reads == MOST_READS {
            break read;
        }
        change = after;
    };
    let is_replaced =
        |flag: &Compiled| off.contains(&flag.id) || changed.iter().any(|other| other.id == flag.id);
    let kept = known.flags.iter().filter(|flag| since.is_some() && !is_replaced(flag)).cloned();
    let fresh = changed.iter().map(|flag| Arc::new(Compiled::new(flag)));
    let mut flags: Vec<Arc<Compiled>> = kept.chain(fresh).collect();
    flags.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(Snapshot { change: Some(change), flags })
}

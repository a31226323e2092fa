//! An answer of an upstream that is kept for some seconds: however many ask meanwhile, it is read once.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Timestamp};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

/// How long an answer is good.
const FRESH: Duration = Duration::from_secs(5);
/// However long it took to read, it is good for no longer than that.
const LONGEST: Duration = Duration::from_mins(1);
/// How long the upstream is left alone after a failure.
const REST: Duration = Duration::from_secs(2);

struct Slot<T, E> {
    at: Timestamp,
    until: Timestamp,
    answer: Result<T, E>,
}

/// A place for one answer. Clones share it.
#[derive(Clone)]
pub struct Kept<T, E> {
    slot: Arc<Mutex<Option<Slot<T, E>>>>,
    clock: Clock,
    worth: u32,
    reads: TaskTracker,
}

impl<T: Clone + Send + 'static, E: Clone + Send + 'static> Kept<T, E> {
    /// An empty place. What took long to read is good for `worth` times as long.
    pub fn new(clock: Clock, worth: u32) -> Self {
        Self { slot: Arc::default(), clock, worth, reads: TaskTracker::new() }
    }

    /// The answer as it is now, or as it was some seconds ago. None when the reading broke off.
    pub async fn get(
        &self,
        read: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Option<Result<T, E>> {
        let mut slot = self.slot.clone().lock_owned().await;
        let began = self.clock.now();
        // A clock that was set back tells nothing of what was read before.
        if let Some(known) = slot.as_ref().filter(|known| known.at <= began && began < known.until) {
            return Some(known.answer.clone());
        }
        // A task of its own: whoever asked may go away, and the next one still finds the answer.
        let (clock, worth) = (self.clock.clone(), self.worth);
        let reading = async move {
            let answer = read.await;
            let now = clock.now();
            let good = if answer.is_ok() { (now.since(began) * worth).clamp(FRESH, LONGEST) } else { REST };
            *slot = Some(Slot { at: now, until: now.after(good), answer: answer.clone() });
            answer
        };
        self.reads.spawn(telemetry::carried(reading)).await.ok()
    }

    /// The next one reads anew: something was changed.
    pub async fn forget(&self) {
        *self.slot.lock().await = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    type Answer = Result<u32, &'static str>;

    fn counted(reads: &Arc<AtomicU32>, answer: Answer) -> impl Future<Output = Answer> + use<> {
        let reads = reads.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            reads.fetch_add(1, Ordering::SeqCst);
            answer
        }
    }

    #[tokio::test]
    async fn it_is_read_once_for_all_who_ask_and_who_goes_away_loses_nothing() {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let (kept, reads) = (Kept::new(clock.clone(), 10), Arc::new(AtomicU32::new(0)));
        let gone = tokio::time::timeout(Duration::ZERO, kept.get(counted(&reads, Ok(7)))).await;
        assert!(gone.is_err(), "it went away at once");
        for _ in 0..5 {
            assert_eq!(kept.get(counted(&reads, Ok(8))).await, Some(Ok(7)));
        }
        clock.advance(FRESH);
        assert_eq!(kept.get(counted(&reads, Err("down"))).await, Some(Err("down")));
        assert_eq!(kept.get(counted(&reads, Ok(9))).await, Some(Err("down")), "left alone for a moment");
        clock.advance(REST);
        assert_eq!(kept.get(counted(&reads, Ok(9))).await, Some(Ok(9)));
        assert_eq!(reads.load(Ordering::SeqCst), 3);
    }
}

//! An answer that is kept for some seconds: however many ask meanwhile, it is read once.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Timestamp};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use super::{Known, Why};

/// How long an answer is good.
const FRESH: Duration = Duration::from_secs(5);
/// What took long to read is good for that many times as long.
const WORTH: u32 = 10;
/// How long the upstream is left alone after a failure.
const REST: Duration = Duration::from_secs(2);

struct Slot<T> {
    until: Timestamp,
    answer: Known<T>,
}

/// A place for one answer. Clones share it.
#[derive(Clone)]
pub struct Kept<T> {
    slot: Arc<Mutex<Option<Slot<T>>>>,
    clock: Clock,
    reads: TaskTracker,
}

impl<T: Clone + Send + 'static> Kept<T> {
    pub fn new(clock: Clock) -> Self {
        Self { slot: Arc::default(), clock, reads: TaskTracker::new() }
    }

    /// The answer as it is now, or as it was some seconds ago.
    pub async fn get(&self, read: impl Future<Output = Known<T>> + Send + 'static) -> Known<T> {
        let mut slot = self.slot.clone().lock_owned().await;
        let began = self.clock.now();
        if let Some(known) = slot.as_ref().filter(|known| began < known.until) {
            return known.answer.clone();
        }
        // A task of its own: whoever asked may go away, and the next one still finds the answer.
        let clock = self.clock.clone();
        let reading = self.reads.spawn(async move {
            let answer = read.await;
            let now = clock.now();
            let good = if answer.is_ok() { FRESH.max(now.since(began) * WORTH) } else { REST };
            *slot = Some(Slot { until: now.after(good), answer: answer.clone() });
            answer
        });
        reading.await.unwrap_or(Err(Why::Failed))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn counted(reads: &Arc<AtomicU32>, answer: Known<u32>) -> impl Future<Output = Known<u32>> + use<> {
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
        let (kept, reads) = (Kept::new(clock.clone()), Arc::new(AtomicU32::new(0)));
        let gone = tokio::time::timeout(Duration::ZERO, kept.get(counted(&reads, Ok(7)))).await;
        assert!(gone.is_err(), "it went away at once");
        for _ in 0..5 {
            assert_eq!(kept.get(counted(&reads, Ok(8))).await, Ok(7));
        }
        clock.advance(FRESH);
        assert_eq!(kept.get(counted(&reads, Err(Why::Unreachable))).await, Err(Why::Unreachable));
        assert_eq!(kept.get(counted(&reads, Ok(9))).await, Err(Why::Unreachable), "left alone for a moment");
        clock.advance(REST);
        assert_eq!(kept.get(counted(&reads, Ok(9))).await, Ok(9));
        assert_eq!(reads.load(Ordering::SeqCst), 3);
    }
}

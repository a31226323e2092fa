//! What resolvers said, for as long as they allow, and one question at a time to the same end.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::Timestamp;
use tokio::sync::OnceCell;

/// Nothing is kept for longer, whatever its time to live.
const LONGEST: Duration = Duration::from_hours(24);

struct Kept<V> {
    value: V,
    since: Timestamp,
    until: Timestamp,
}

/// A bounded cache of two generations: when the young one is full it becomes the old one, whose entries are lost
/// unless they were asked for meanwhile.
pub(crate) struct Cache<K, V> {
    generations: Mutex<Generations<K, V>>,
    /// The most entries of a generation.
    most: usize,
}

struct Generations<K, V> {
    young: HashMap<K, Kept<V>>,
    old: HashMap<K, Kept<V>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// A cache of at most `entries` entries.
    pub(crate) fn new(entries: usize) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new() };
        Self { generations: Mutex::new(generations), most: entries / 2 }
    }

    /// What is kept under `key` and how old it is.
    pub(crate) fn get(&self, key: &K, now: Timestamp) -> Option<(V, Duration)> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = generations.old.remove(key)
            && !generations.young.contains_key(key)
        {
            generations.insert(key.clone(), kept, self.most);
        }
        let kept = generations.young.get(key).filter(|kept| now < kept.until && now >= kept.since)?;
        Some((kept.value.clone(), now.since(kept.since)))
    }

    /// Keeps `value` for `seconds`; not at all when these are none.
    pub(crate) fn put(&self, key: K, value: V, seconds: u32, now: Timestamp) {
        let until = now.after(Duration::from_secs(seconds.into()).min(LONGEST));
        if until == now || self.most == 0 {
            return;
        }
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.insert(key, Kept { value, since: now, until }, self.most);
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn insert(&mut self, key: K, kept: Kept<V>, most: usize) {
        if self.young.len() >= most && !self.young.contains_key(&key) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, kept);
    }
}

/// Questions that are being asked: who asks the same meanwhile gets the same answer.
pub(crate) struct Flights<K: Eq + Hash, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Eq + Hash, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Flights<K, V> {
    /// What `ask` gives, or what somebody else is given who is asking under the same key already.
    pub(crate) async fn join(&self, key: K, ask: impl Future<Output = V>) -> V {
        let cell = self.lock().entry(key.clone()).or_default().clone();
        let seat = Seat { flights: self, key, cell };
        seat.cell.get_or_init(|| ask).await.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Arc<OnceCell<V>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits; the last one clears up, also when the waiting was given up.
struct Seat<'a, K: Eq + Hash + Clone, V: Clone> {
    flights: &'a Flights<K, V>,
    key: K,
    cell: Arc<OnceCell<V>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Drop for Seat<'_, K, V> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let is_ours = flights.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell));
        // An answer that is there is for those who asked before it came, not for those who ask later.
        if is_ours && (self.cell.initialized() || Arc::strong_count(&self.cell) <= 2) {
            flights.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn an_entry_is_gone_when_its_time_is_over() {
        let cache = Cache::new(10);
        cache.put("a", 1, 60, START);
        cache.put("b", 2, 0, START);
        let later = START.after(Duration::from_secs(59));
        assert_eq!(cache.get(&"a", later), Some((1, Duration::from_secs(59))));
        assert_eq!(cache.get(&"a", START.after(Duration::from_mins(1))), None);
        assert_eq!(cache.get(&"b", START), None);
    }

    #[test]
    fn a_full_cache_loses_what_nobody_asks_for() {
        let cache = Cache::new(100);
        for number in 0..10_000 {
            cache.put(number, number, 60, START);
            assert_eq!(cache.get(&0, START).map(|(value, _)| value), Some(0), "at {number}");
        }
        let kept = (0..10_000).filter(|number| cache.get(number, START).is_some()).count();
        assert!((2..=100).contains(&kept), "{kept} are kept");
    }

    #[tokio::test]
    async fn the_same_question_is_asked_once_at_a_time() {
        let flights = Flights::default();
        let ask = |answer: u8| {
            flights.join("q", async move {
                tokio::task::yield_now().await;
                answer
            })
        };
        let (first, second) = futures_util::future::join(ask(1), ask(2)).await;
        assert_eq!((first, second), (1, 1));
        assert_eq!(ask(3).await, 3);
        drop(tokio::time::timeout(Duration::ZERO, flights.join("q", std::future::pending())).await);
        assert!(flights.lock().is_empty());
    }
}

//! What a simulated resolver keeps of what it found, for as long as the zone allows; so its answers can be stale.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::Timestamp;
use kernel::dns::Question;

use super::answer::Reply;

/// When there is more, all of it is forgotten: a simulator needs nothing cleverer.
const MOST: usize = 100_000;

/// The cache of one resolver. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<HashMap<Question, (Reply, Timestamp)>>>);

impl Kept {
    /// What was found before; what it has of its time to live is less by now.
    pub(super) fn get(&self, question: &Question, now: Timestamp) -> Option<Reply> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (reply, since) = kept.get(question)?;
        let age = now.since(*since);
        let lasts = reply.lasts().map(|seconds| Duration::from_secs(seconds.into()))?;
        (age < lasts).then(|| reply.aged(u32::try_from(age.as_secs()).unwrap_or(u32::MAX)))
    }

    pub(super) fn put(&self, question: &Question, reply: &Reply, now: Timestamp) {
        if reply.lasts().is_none_or(|seconds| seconds == 0) {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(question.clone(), (reply.clone(), now));
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

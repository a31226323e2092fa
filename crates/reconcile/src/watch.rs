//! Who waits for an owner's resources here, so that a request hears of its effect at once and need not ask the
//! database again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Those who wait, by owner.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Mutex<HashMap<String, Arc<Notify>>>);

/// One who waits.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    watchers: &'a Watchers,
    owner: &'a str,
    changed: Arc<Notify>,
}

impl Watchers {
    /// Begins to wait for what an owner has.
    pub fn watch<'a>(&'a self, owner: &'a str) -> Watch<'a> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = waiting.entry(owner.to_owned()).or_default().clone();
        Watch { watchers: self, owner, changed }
    }

    /// Tells those who wait that something of the owner's has changed.
    pub fn tell(&self, owner: &str) {
        if let Some(changed) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(owner) {
            changed.notify_waiters();
        }
    }
}

impl Watch<'_> {
    /// Changes from now on.
    pub fn changed(&self) -> &Notify {
        &self.changed
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut waiting = self.watchers.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The list's own and this one: nobody else waits for that owner.
        if Arc::strong_count(&self.changed) <= 2 {
            waiting.remove(self.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_who_waits_for_an_owner_is_told_and_nothing_is_left_over() {
        let watchers = Watchers::default();
        let (one, other) = (watchers.watch("a"), watchers.watch("a"));
        let (first, second) = (one.changed().notified(), other.changed().notified());
        watchers.tell("b");
        watchers.tell("a");
        tokio::join!(first, second);
        drop((one, other));
        assert!(watchers.0.lock().unwrap().is_empty());
    }
}

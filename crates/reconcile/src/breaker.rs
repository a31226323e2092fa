//! The circuit breaker of one upstream: one that does not answer is left alone, but for a trial now and then, so that
//! it can come back and its callers don't queue up behind time-outs. One resource that always fails opens nothing: it
//! takes failures of two, or a sick tenant could shut out the healthy ones.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::Timestamp;

/// What may be done with an upstream now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Everything.
    Open,
    /// One resource, to see whether it is back.
    Trial,
    /// Nothing; the sentence says what it ran into last.
    Held(String),
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    first_failed: Option<String>,
    two_failed: bool,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    until: Timestamp,
    why: String,
}

/// The breaker of one upstream, on this instance.
#[derive(Debug)]
pub(crate) struct Breaker {
    failures_to_open: u32,
    cooldown: Duration,
    state: Mutex<State>,
}

impl Breaker {
    pub fn new(failures_to_open: u32, cooldown: Duration) -> Self {
        Self { failures_to_open, cooldown, state: Mutex::default() }
    }

    /// What may be done now. A trial is given to one caller in each cool-down.
    pub fn admit(&self, now: Timestamp) -> Admission {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut state.held {
            None => Admission::Open,
            Some(held) if held.until > now => Admission::Held(held.why.clone()),
            Some(held) => {
                held.until = now.after(self.cooldown);
                Admission::Trial
            }
        }
    }

    /// True while the upstream is left alone, but for trials.
    pub fn is_open(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).held.is_some()
    }

    /// Notes that the upstream failed for this resource.
    pub fn failed(&self, now: Timestamp, resource: &str, why: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        state.two_failed |= state.first_failed.as_deref().is_some_and(|first| first != resource);
        state.first_failed.get_or_insert_with(|| resource.to_owned());
        if state.two_failed && state.failures >= self.failures_to_open && state.held.is_none() {
            tracing::warn!(why, "an upstream is left alone for a while");
            state.held = Some(Held { until: now.after(self.cooldown), why: why.to_owned() });
        }
    }

    /// Notes that the upstream answered; true when it was held until now.
    pub fn answered(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *state).held.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);
    const COOLDOWN: Duration = Duration::from_secs(5);

    #[test]
    fn failures_of_two_resources_hold_the_upstream_and_one_answer_frees_it() {
        let breaker = Breaker::new(3, COOLDOWN);
        for resource in ["a", "b", "a"] {
            assert_eq!(breaker.admit(NOW), Admission::Open);
            breaker.failed(NOW, resource, "down");
        }
        assert_eq!(breaker.admit(NOW), Admission::Held("down".to_owned()));
        assert!(breaker.is_open());
        let later = NOW.after(COOLDOWN);
        assert_eq!(breaker.admit(later), Admission::Trial);
        assert_eq!(breaker.admit(later), Admission::Held("down".to_owned()), "one trial at a time");
        assert!(breaker.answered());
        assert!(!breaker.is_open());
        assert_eq!(breaker.admit(later), Admission::Open);
        assert!(!breaker.answered());
    }

    #[test]
    fn one_sick_resource_holds_nothing() {
        let breaker = Breaker::new(3, COOLDOWN);
        for _ in 0..100 {
            breaker.failed(NOW, "a", "internal error");
        }
        assert_eq!(breaker.admit(NOW), Admission::Open);
    }
}

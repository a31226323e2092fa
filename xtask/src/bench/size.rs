//! How much is done: enough for figures, or just enough to see that the bench itself works.

use std::time::Duration;

use super::load::Length;

/// Counts and times.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// How often the product is started again.
    pub starts: usize,
    /// How long it rests before its memory is looked at.
    pub rest: Duration,
    /// Tenants in the list.
    pub tenants: usize,
    /// Tenants that are provisioned.
    pub provisioned: usize,
    /// Domains that are verified.
    pub domains: usize,
    /// People with a token each.
    pub people: usize,
    /// How often product and bare handler take turns.
    pub rounds: u32,
    warm_up: Duration,
    measured: Duration,
}

impl Size {
    /// What the figures in `docs/bench.md` are made with.
    pub const WHOLE: Self = Self {
        starts: 9,
        rest: Duration::from_secs(5),
        tenants: 10_000,
        provisioned: 1_000,
        domains: 10_000,
        people: 100,
        rounds: 5,
        warm_up: Duration::from_secs(2),
        measured: Duration::from_secs(10),
    };

    /// Whether everything still works.
    pub const QUICK: Self = Self {
        starts: 3,
        rest: Duration::from_millis(500),
        tenants: 200,
        provisioned: 40,
        domains: 200,
        people: 10,
        rounds: 2,
        warm_up: Duration::from_millis(200),
        measured: Duration::from_secs(1),
    };

    /// How long requests are sent.
    pub fn length(&self) -> Length {
        Length::For { warm_up: self.warm_up, measured: self.measured }
    }

    /// How long requests are sent in each round.
    pub fn round(&self) -> Length {
        Length::For { warm_up: self.warm_up / self.rounds, measured: self.measured / self.rounds }
    }

    /// How long requests are sent in all.
    pub fn sent_for(&self) -> Duration {
        self.warm_up + self.measured
    }
}

//! How patient the parts are.

use std::time::Duration;

use kernel::retry::Backoff;

/// How patient the parts are. A slice that does something by the clock says how often in both of [`Pace::every`].
#[derive(Debug, Clone)]
pub struct Pace {
    /// True for people who look on: everything heals within seconds.
    pub is_quick: bool,
    /// How long a step may hold what it works on.
    pub lease: Duration,
    /// How long a request waits for its effect upstream before it answers and leaves the rest to the background.
    pub settle: Duration,
    /// How often it is looked for what is left to do.
    pub look: Duration,
    /// How long what failed waits before it is tried again.
    pub backoff: Backoff,
}

impl Pace {
    /// For people who look on.
    pub fn quick() -> Self {
        Self {
            is_quick: true,
            lease: Duration::from_secs(15),
            settle: Duration::from_secs(3),
            look: Duration::from_millis(500),
            backoff: Backoff { first: Duration::from_millis(300), most: Duration::from_secs(8) },
        }
    }

    /// For production, with this lease.
    pub fn steady(lease: Duration, backoff: Backoff) -> Self {
        Self { is_quick: false, lease, settle: Duration::from_secs(3), look: Duration::from_secs(2), backoff }
    }

    /// How often something is done: for people who look on, and in production.
    pub fn every(&self, quick: Duration, steady: Duration) -> Duration {
        if self.is_quick { quick } else { steady }
    }
}

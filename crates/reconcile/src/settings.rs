//! How patient the reconciler is.

use std::time::Duration;

use kernel::retry::Backoff;

/// Waits, limits and deadlines.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Waits after failures.
    pub backoff: Backoff,
    /// How long a step may hold its resource. A call's deadline must be at most a third of it.
    pub lease: Duration,
    /// How often due work is looked for when nobody says that there is some.
    pub look: Duration,
    /// How many resources of one upstream are worked on at a time.
    pub at_a_time: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backoff: Backoff { first: Duration::from_secs(1), most: Duration::from_mins(5) },
            lease: Duration::from_mins(1),
            look: Duration::from_millis(500),
            at_a_time: 8,
        }
    }
}

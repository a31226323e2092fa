//! How patient the reconciler is, and where its steps are counted.

use std::time::Duration;

use kernel::retry::Backoff;
use telemetry::Steps;

/// Waits, limits, deadlines and figures.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Waits after failures.
    pub backoff: Backoff,
    /// How long a step may hold its resource. A call's deadline must be at most a third of it.
    pub lease: Duration,
    /// The longest until due work is looked for that another instance wants and can't tell of.
    pub look: Duration,
    /// How many resources of one upstream are worked on at a time. More than the client makes calls: a step also waits
    /// for the database.
    pub at_a_time: usize,
    /// How many failures in a row, of at least two resources, make the breaker of an upstream open.
    pub failures_to_open: u32,
    /// How long an upstream whose breaker is open is left alone between two trials.
    pub cooldown: Duration,
    /// How many objects of one tenant that nobody ordered to go may be destroyed at one upstream within an hour; more
    /// stop and wait for a person.
    pub destroys_an_hour: u64,
    /// Where steps are counted.
    pub steps: Steps,
    /// Where a test lets the process die.
    #[cfg(debug_assertions)]
    pub fail_point: Option<crate::FailPoint>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backoff: Backoff { first: Duration::from_secs(1), most: Duration::from_mins(5) },
            lease: Duration::from_mins(1),
            look: Duration::from_millis(500),
            at_a_time: 24,
            failures_to_open: 5,
            cooldown: Duration::from_secs(5),
            destroys_an_hour: 20,
            steps: Steps::default(),
            #[cfg(debug_assertions)]
            fail_point: None,
        }
    }
}

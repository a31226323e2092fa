//! Runs of jobs by the clock: how many, how they ended, how long they took. The label is not `job`, which Prometheus has
//! for what it reads from.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::{Book, Times, times};

const OK: &str = "ok";
const FAILED: &str = "failed";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    schedule: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    schedule: &'static str,
    result: &'static str,
}

/// Counts runs. Clones count together.
#[derive(Debug, Clone)]
pub struct Runs {
    ended: Family<Ended, Counter>,
    took: Times<Job>,
}

impl Default for Runs {
    fn default() -> Self {
        Self { ended: Family::default(), took: times() }
    }
}

impl Runs {
    pub(crate) fn enter(&self, book: &mut Book) {
        let labels = &["schedule", "result"];
        book.enter("job_runs", labels, "Runs of jobs by the clock", self.ended.clone());
        book.enter("job_duration_seconds", &["schedule"], "Time of a run", self.took.clone());
    }

    /// Notes that runs of it will come: an alert sees a first failure only as a change from nought.
    pub fn announce(&self, schedule: &'static str) {
        for result in [OK, FAILED] {
            self.ended.get_or_create(&Ended { schedule, result }).inc_by(0);
        }
    }

    /// Notes a run.
    pub fn ended(&self, schedule: &'static str, is_ok: bool, took: Duration) {
        let result = if is_ok { OK } else { FAILED };
        self.ended.get_or_create(&Ended { schedule, result }).inc();
        self.took.get_or_create(&Job { schedule }).observe(took.as_secs_f64());
    }
}

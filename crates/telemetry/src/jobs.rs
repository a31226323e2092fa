//! Runs of jobs by the clock: how many, how they ended, how long they took.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::{Book, Times, times};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    job: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    job: &'static str,
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
        book.enter("job_runs", &["job", "result"], "Runs of jobs by the clock", self.ended.clone());
        book.enter("job_duration_seconds", &["job"], "Time of a run", self.took.clone());
    }

    /// Notes a run.
    pub fn ended(&self, job: &'static str, is_ok: bool, took: Duration) {
        let result = if is_ok { "ok" } else { "failed" };
        self.ended.get_or_create(&Ended { job, result }).inc();
        self.took.get_or_create(&Job { job }).observe(took.as_secs_f64());
    }
}

//! Steps of the reconciler: how many, what they came to, how long they took.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::{Book, Times, times};

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepResult {
    /// Its object is as it should be, or gone as it should be.
    Done,
    /// Nothing is wrong; it is looked at again later.
    Waiting,
    /// It failed and is tried again.
    Failed,
    /// Another worker has it now.
    Lost,
}

impl StepResult {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    kind: &'static str,
    result: &'static str,
}

/// Counts steps. Clones count together.
#[derive(Debug, Clone)]
pub struct Steps {
    ended: Family<Ended, Counter>,
    took: Times<Kind>,
}

impl Default for Steps {
    fn default() -> Self {
        Self { ended: Family::default(), took: times() }
    }
}

impl Steps {
    pub(crate) fn enter(&self, book: &mut Book) {
        book.enter("steps", &["kind", "result"], "Steps of the reconciler that ended", self.ended.clone());
        let help = "Time of a step, with its calls and what it writes";
        book.enter("step_duration_seconds", &["kind"], help, self.took.clone());
    }

    /// Notes a step of a kind that is registered.
    pub fn ended(&self, kind: &'static str, result: StepResult, took: Duration) {
        self.ended.get_or_create(&Ended { kind, result: result.as_str() }).inc();
        self.took.get_or_create(&Kind { kind }).observe(took.as_secs_f64());
    }
}

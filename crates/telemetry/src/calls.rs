//! Calls of upstreams: how many, how they ended, how long they took.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::{Book, Times, times};

/// Whether a call may change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effects {
    /// It only reads.
    Read,
    /// It may change something.
    Change,
}

impl Effects {
    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Change => "change",
        }
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    /// It was answered as asked; that something isn't there is an answer too.
    Ok,
    /// The upstream said no: the credential, a rule, a limit.
    Refused,
    /// It didn't answer in time.
    Timeout,
    /// It can't be reached, failed inside or made no sense.
    Error,
}

impl CallOutcome {
    /// Of an answer with this status.
    pub fn of_status(status: u16) -> Self {
        match status {
            0..400 | 404 => Self::Ok,
            400..500 => Self::Refused,
            _ => Self::Error,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Made {
    upstream: String,
    effects: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    upstream: String,
    effects: &'static str,
    outcome: &'static str,
}

/// Counts calls. Clones count together.
#[derive(Debug, Clone)]
pub struct Calls {
    ended: Family<Ended, Counter>,
    took: Times<Made>,
}

impl Default for Calls {
    fn default() -> Self {
        Self { ended: Family::default(), took: times() }
    }
}

impl Calls {
    pub(crate) fn enter(&self, book: &mut Book) {
        book.enter(
            "upstream_calls",
            &["upstream", "effects", "outcome"],
            "Calls of upstreams that ended",
            self.ended.clone(),
        );
        book.enter(
            "upstream_call_duration_seconds",
            &["upstream", "effects"],
            "Time of a call, with the time it waited for its place",
            self.took.clone(),
        );
    }

    /// Notes a call of `upstream`, the name of its client.
    pub fn ended(&self, upstream: &'static str, effects: Effects, outcome: CallOutcome, took: Duration) {
        let (upstream, effects) = (label(upstream), effects.as_str());
        let outcome = outcome.as_str();
        self.ended.get_or_create(&Ended { upstream: upstream.clone(), effects, outcome }).inc();
        self.took.get_or_create(&Made { upstream, effects }).observe(took.as_secs_f64());
    }
}

/// A name for people as a label: `the DNS host` is `dns_host`.
fn label(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix("the ").unwrap_or(&name).replace("'s", "").replace(' ', "_")
}

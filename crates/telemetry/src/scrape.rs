//! What is read when somebody looks: how much waits and since when. What could not be read is left out of the answer
//! rather than repeated from before.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use crate::book::Book;

/// What is read from the database, each by few statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whether it answers.
    Database,
    /// The reconciler's queue.
    Queue,
    /// Jobs by the clock.
    Jobs,
    /// Mails to be sent.
    Outbox,
    /// How upstreams answered the last probe.
    Upstreams,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Database, Self::Queue, Self::Jobs, Self::Outbox, Self::Upstreams];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Queue => "queue",
            Self::Jobs => "jobs",
            Self::Outbox => "outbox",
            Self::Upstreams => "upstreams",
        }
    }
}

/// How many wait, and how long the first of them has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub count: u64,
    /// Nothing where none waits.
    pub oldest: Duration,
}

/// What is left for the reconciler.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// What isn't settled, by kind and status.
    pub open: BTreeMap<(&'static str, &'static str), u64>,
    /// What is due and nobody works on, by upstream.
    pub due: BTreeMap<&'static str, Waiting>,
    /// What would be destroyed and waits for a person.
    pub stopped: u64,
}

/// Jobs by the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Jobs {
    /// Those whose time has come.
    pub due: Waiting,
    /// Those whose time is still to come.
    pub waiting: u64,
}

/// The connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// What the pool is for.
    pub pool: &'static str,
    /// How many are open and used.
    pub used: u64,
    /// How many are open and unused.
    pub idle: u64,
    /// How many there may be.
    pub most: u64,
}

/// All that is read for one answer.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// How long the database took to answer.
    pub database: Option<Duration>,
    /// Its connections.
    pub connections: Vec<Connections>,
    /// Upstreams, and whether each is left alone for now.
    pub breakers: Vec<(&'static str, bool)>,
    /// The reconciler's queue.
    pub queue: Option<Queue>,
    /// Jobs by the clock.
    pub jobs: Option<Jobs>,
    /// Mails that are not sent yet.
    pub outbox: Option<Waiting>,
    /// Upstreams that were probed, and whether each answered last.
    pub upstreams: Option<Vec<(&'static str, bool)>>,
}

macro_rules! labels {
    ($($name:ident { $($label:ident),* })*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
        struct $name { $($label: &'static str),* }
    )*};
}
labels! {
    Open { kind, status }
    Of { upstream }
    Job { state }
    Pool { pool, state }
}

/// Of figures that there is one of.
type Nothing = [(&'static str, &'static str); 0];

type Count<S> = Family<S, Gauge>;
type Seconds<S> = Family<S, Gauge<f64, AtomicU64>>;

/// The figures of one answer. A family without a value is left out of it.
#[derive(Debug, Default)]
struct Figures {
    answer: Seconds<Nothing>,
    connections: Count<Pool>,
    breakers: Count<Of>,
    open: Count<Open>,
    due: Count<Of>,
    oldest_due: Seconds<Of>,
    stopped: Count<Nothing>,
    jobs: Count<Job>,
    oldest_job: Seconds<Nothing>,
    outbox: Count<Nothing>,
    oldest_mail: Seconds<Nothing>,
    up: Count<Of>,
}

impl Snapshot {
    pub(crate) fn book(&self) -> Book {
        let figures = Figures::default();
        if let Some(took) = self.database {
            time(&figures.answer, &[], took);
        }
        for &Connections { pool, used, idle, most } in &self.connections {
            for (state, value) in [("used", used), ("idle", idle), ("most", most)] {
                count(&figures.connections, &Pool { pool, state }, value);
            }
        }
        for &(upstream, is_open) in &self.breakers {
            count(&figures.breakers, &Of { upstream }, u64::from(is_open));
        }
        if let Some(queue) = &self.queue {
            figures.take_queue(queue);
        }
        if let Some(Jobs { due, waiting }) = &self.jobs {
            count(&figures.jobs, &Job { state: "due" }, due.count);
            count(&figures.jobs, &Job { state: "waiting" }, *waiting);
            time(&figures.oldest_job, &[], due.oldest);
        }
        if let Some(waiting) = &self.outbox {
            count(&figures.outbox, &[], waiting.count);
            time(&figures.oldest_mail, &[], waiting.oldest);
        }
        for &(upstream, is_up) in self.upstreams.iter().flatten() {
            count(&figures.up, &Of { upstream }, u64::from(is_up));
        }
        figures.book()
    }
}

impl Figures {
    fn take_queue(&self, queue: &Queue) {
        for (&(kind, status), &value) in &queue.open {
            count(&self.open, &Open { kind, status }, value);
        }
        for (&upstream, waiting) in &queue.due {
            count(&self.due, &Of { upstream }, waiting.count);
            time(&self.oldest_due, &Of { upstream }, waiting.oldest);
        }
        count(&self.stopped, &[], queue.stopped);
    }

    fn book(self) -> Book {
        let mut book = Book::new();
        let none = &[];
        book.enter("database_answer_seconds", none, "Time until the database answered", self.answer);
        let pool = &["pool", "state"];
        book.enter("database_connections", pool, "Connections to the database", self.connections);
        let help = "1 while an upstream is left alone because it fails";
        book.enter("breaker_open", &["upstream"], help, self.breakers);
        book.enter("steps_open", &["kind", "status"], "Steps that are not settled", self.open);
        book.enter("queue_due", &["upstream"], "Steps that are due and not begun", self.due);
        let help = "How long the first of the due steps has waited";
        book.enter("queue_oldest_due_seconds", &["upstream"], help, self.oldest_due);
        let help = "Removals that nobody ordered and that wait for a person";
        book.enter("removals_stopped", none, help, self.stopped);
        book.enter("jobs", &["state"], "Jobs by the clock", self.jobs);
        let help = "How long the first of the due jobs has waited";
        book.enter("jobs_oldest_due_seconds", none, help, self.oldest_job);
        book.enter("outbox_mails", none, "Mails that are not sent yet", self.outbox);
        let help = "How long the first of these mails has waited";
        book.enter("outbox_oldest_seconds", none, help, self.oldest_mail);
        let help = "1 if an upstream answered the last probe";
        book.enter("upstream_up", &["upstream"], help, self.up);
        book
    }
}

fn count<S: Clone + std::hash::Hash + Eq>(family: &Count<S>, labels: &S, value: u64) {
    family.get_or_create(labels).set(i64::try_from(value).unwrap_or(i64::MAX));
}

fn time<S: Clone + std::hash::Hash + Eq>(family: &Seconds<S>, labels: &S, value: Duration) {
    family.get_or_create(labels).set(value.as_secs_f64());
}

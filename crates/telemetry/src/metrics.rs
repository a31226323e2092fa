//! All figures of a process, in one registry.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::info::Info;

use crate::book::{Book, Described};
use crate::calls::Calls;
use crate::dns::Questions;
use crate::jobs::Runs;
use crate::mails::Mails;
use crate::requests::Requests;
use crate::scrape::{Part, Snapshot};
use crate::steps::Steps;

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failed {
    part: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// The figures of a process. Clones share them; each of the parts is handed to whoever counts.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    book: Book,
    requests: Requests,
    calls: Calls,
    steps: Steps,
    runs: Runs,
    mails: Mails,
    questions: Questions,
    unread: Family<Failed, Counter>,
}

impl Metrics {
    /// Nothing is counted yet.
    pub fn new(version: &'static str) -> Self {
        let mut book = Book::new();
        let (requests, calls, steps) = (Requests::default(), Calls::default(), Steps::default());
        let (runs, mails, questions) = (Runs::default(), Mails::default(), Questions::default());
        let unread: Family<Failed, Counter> = Family::default();
        for part in Part::ALL {
            unread.get_or_create(&Failed { part: part.as_str() }).inc_by(0);
        }
        book.enter("build", &["version"], "What runs", Info::new(Build { version }));
        requests.enter(&mut book);
        steps.enter(&mut book);
        calls.enter(&mut book);
        runs.enter(&mut book);
        mails.enter(&mut book);
        questions.enter(&mut book);
        let help = "Metrics that could not be read for an answer";
        book.enter("scrape_errors", &["part"], help, unread.clone());
        Self(Arc::new(Inner { book, requests, calls, steps, runs, mails, questions, unread }))
    }

    /// Counts requests.
    pub fn requests(&self) -> &Requests {
        &self.0.requests
    }

    /// Counts calls of upstreams.
    pub fn calls(&self) -> &Calls {
        &self.0.calls
    }

    /// Counts steps of the reconciler.
    pub fn steps(&self) -> &Steps {
        &self.0.steps
    }

    /// Counts runs of jobs.
    pub fn runs(&self) -> &Runs {
        &self.0.runs
    }

    /// Counts mails.
    pub fn mails(&self) -> &Mails {
        &self.0.mails
    }

    /// Counts questions to name servers.
    pub fn questions(&self) -> &Questions {
        &self.0.questions
    }

    /// Notes that a part could not be read for an answer.
    pub fn unread(&self, part: Part) {
        self.0.unread.get_or_create(&Failed { part: part.as_str() }).inc();
    }

    /// All figures in the text format of OpenMetrics 1.0, with what was read for this answer.
    pub fn text(&self, snapshot: &Snapshot) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.0.book.registry)?;
        encode_registry(&mut text, &snapshot.book().registry)?;
        encode_eof(&mut text)?;
        Ok(text)
    }

    /// Every figure there is, whether it has a value or not.
    pub fn described(&self) -> BTreeSet<Described> {
        let read = Snapshot::default().book().described;
        self.0.book.described.iter().cloned().chain(read).collect()
    }
}

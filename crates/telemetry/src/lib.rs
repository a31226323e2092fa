//! What the process says of itself [Q4]: figures for Prometheus, and the id of what a call is made for. It counts what it
//! is told and reads nothing by itself. Labels are of closed sets: no tenant, no address of a person, no path that
//! somebody typed.

#![warn(missing_docs)]

mod book;
mod calls;
mod cause;
mod dns;
mod jobs;
mod mails;
mod metrics;
mod requests;
mod scrape;
mod steps;

pub use book::Described;
pub use calls::{CallOutcome, Calls, Effects};
pub use cause::{carried, cause, caused_by};
pub use dns::Questions;
pub use jobs::Runs;
pub use mails::{MailResult, Mails};
pub use metrics::{CONTENT_TYPE, Metrics};
pub use requests::{Asked, Requests, UNMATCHED};
pub use scrape::{Connections, Jobs, Part, Queue, Snapshot, Waiting};
pub use steps::{StepResult, Steps};

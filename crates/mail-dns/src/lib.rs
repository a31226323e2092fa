//! The DNS of a mail domain: what its records should be, and what is wrong with those that are there.
//! Pure rules: nothing here asks, waits or reads a clock. Who needs an answer says so by [`Progress::Needs`] and is called
//! again. The parsers are our own, since those of `mail-auth` are made to accept what can somehow be used and do not
//! say what is wrong, and the zone reader of `hickory-proto` takes no quoted strings within parentheses.

#![warn(missing_docs)]

pub mod advice;
pub mod dkim;
pub mod dmarc;
mod examine;
pub mod expected;
mod known;
pub mod mta_sts;
pub mod publish;
pub mod services;
mod show;
pub mod spf;
mod state;
pub mod sts_policy;
pub mod tags;
pub mod tls_rpt;
pub mod zone;

pub use advice::{Advice, Code};
pub use examine::{Finding, Verdict, examine};
pub use expected::{Expected, Purpose};
pub use known::{Known, Progress};
pub use show::show;
pub use state::{DomainState, state};

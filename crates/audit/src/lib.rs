//! The append-only log: every change, sign-in and denied attempt, in the transaction of the change itself.
//! Rows are chained by hash, one chain per tenant and one for the platform. Nothing here updates or deletes a row.

#![warn(missing_docs)]

mod action;
mod append;
mod chain;
mod context;
mod query;
mod tables;
mod verify;

pub use action::{Action, Where, key};
pub use append::{append, commit};
pub use chain::Chain;
pub use context::{Actor, Context, Entry, Named, Outcome, Target};
pub use query::{AuditFilter, Record, of_targets, one, page};
pub use verify::{Finding, Head, Report, chain_heads, chains_after, verify};

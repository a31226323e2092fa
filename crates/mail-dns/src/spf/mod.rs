//! SPF (RFC 7208): the record, its macros, what a receiver makes of a client, and whether a set-up lets the platform
//! send. All of it by one evaluation.

mod addresses;
mod check;
mod client;
mod macros;
mod receive;
mod record;
mod walk;

pub(crate) use check::check_records;
pub use check::{Note, Outcome, Problem, Report, Sender, check};
pub use client::Client;
pub use macros::{Macro, Part, Spec};
pub use receive::{Received, SpfResult, check_host};
pub use record::{Cidr, Error, Mechanism, Qualifier, Spf, Term, is_spf};
pub use walk::{MOST_LOOKUPS, MOST_VOID};

#[cfg(test)]
mod tests;

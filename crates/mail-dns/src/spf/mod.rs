//! SPF (RFC 7208): the record, its macros, and whether a set-up lets the platform send.

mod check;
mod macros;
mod record;

pub(crate) use check::check_records;
pub use check::{MOST_LOOKUPS, MOST_VOID, Note, Outcome, Problem, Report, Sender, check};
pub use macros::{Macro, Part, Spec};
pub use record::{Cidr, Error, Mechanism, Qualifier, Spf, Term, is_spf};

#[cfg(test)]
mod tests;

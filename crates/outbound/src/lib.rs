//! The one way out of the process. Each call has a deadline, a place in its upstream's queue, and an error that
//! says whether the call may have taken effect. No secret of a call reaches a log, an error or `Debug`.

#![warn(missing_docs)]

mod call;
mod client;
mod error;
mod guard;
mod kept;
#[cfg(test)]
mod tests;

pub use call::{Answer, Call, Method};
pub use client::{Client, Options};
pub use error::{BadCertificate, CallError, Cause, Effect, plain};
pub use kept::Kept;

//! What Dezky needs of an authentik server, step by step, over the client alone: the same suite runs against the
//! simulator and against a real server (`docs/conformance.md`). Leaves nothing behind.

mod groups;
mod people;
mod sign_in;

pub use groups::groups;
pub use people::people;
pub use sign_in::{AppPassword, client_credentials, provider};

use outbound::{CallError, Cause};

/// What a step saw, or why it failed.
pub type Told = Result<String, CallError>;

fn wrong(why: impl Into<String>) -> CallError {
    CallError::without_effect("Authentik", Cause::Malformed(why.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "most callers compare values that they make for it")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, should: T) -> Told {
    if is == should { Ok(String::new()) } else { Err(wrong(format!("{what} is {is:?}, not {should:?}"))) }
}

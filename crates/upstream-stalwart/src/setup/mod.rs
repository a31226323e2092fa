//! A Stalwart server made ready for Dezky, from an administrator's password to a proven key: what is missing ([`plan()`]),
//! making it ([`apply`]), trying it ([`prove`]), then, once the new secret is kept, removing what it supersedes
//! ([`retire`]); and with the key alone, what is wrong with it ([`examine`]). Plain data with stable codes, no words. Each
//! can be killed anywhere and done again: a key whose secret was lost is known by its description, and removed by the first
//! run that knows the key that Dezky has.

mod apply;
mod current;
mod examine;
mod finding;
mod plan;
mod proof;

use std::collections::BTreeSet;

use kernel::Timestamp;
use secrecy::SecretString;

pub use apply::{Applied, MadeKey, Trouble, apply, retire};
pub use examine::examine;
pub use finding::{Code, Finding, Standing};
pub use plan::{Plan, plan};
pub use proof::{Step, Unproven, prove};

/// The part before the `@` of the account that Dezky's key belongs to. It is on the server's own domain: that is there
/// from the first day and can't be removed while the server's settings name it (section 6), while the platform's own
/// domain need not be a mail domain of this server at all.
pub const ACCOUNT_NAME: &str = "dezky";
/// The description by which that account is known as Dezky's: one without it is somebody else's.
pub const ACCOUNT_MARK: &str = "Dezky: its API keys belong to this account";
/// The description by which a key of that account is known as made here.
pub const KEY_MARK: &str = "Dezky: made by its bootstrap";

/// What there should be, as far as it is chosen.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The key that Dezky has so far.
    pub key: Option<SecretString>,
    /// The addresses and networks that the key shall work from, none for all; `None` leaves them as they are.
    pub allowed_ips: Option<BTreeSet<String>>,
    /// Whether older keys go although none of them is known to be the one that Dezky has.
    pub replaces: bool,
    /// The time: for keys that end.
    pub now: Timestamp,
}

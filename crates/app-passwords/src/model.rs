//! A password of a mail program. No I/O.

use kernel::{EmailAddress, Timestamp};
use secrecy::SecretString;

/// How many a mailbox may have: so many the mail server takes (stalwart, section 7).
pub const MOST: usize = 5;

/// A password of a program, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPassword {
    /// Its id, with that of the membership whose mailbox it opens.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// The mailbox that it opens.
    pub mailbox: EmailAddress,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One that was just made.
#[derive(Debug)]
pub struct Made {
    /// What stays visible of it.
    pub password: AppPassword,
    /// Shown once, and nowhere kept.
    pub secret: SecretString,
}

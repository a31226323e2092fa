//! What can go wrong with app passwords.

use kernel::{Coded, FieldError};

/// An action on one's own app passwords that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The person has no such password.
    #[coded(NotFound, "not-found", text = "no-such-password")]
    NotFound,
    /// The person has no mailbox that is ready.
    #[coded(Conflict, "no-own-mailbox")]
    NoOwnMailbox,
    /// Their mailbox is closed.
    #[coded(Conflict, "mailbox-closed", text = "own-mailbox-closed")]
    Closed,
    /// Their mailbox is closed with its workspace.
    #[coded(Conflict, "mailbox-closed")]
    WorkspaceClosed {
        /// The workspace's name.
        name: String,
        /// Its state.
        state: &'static str,
    },
    /// They sign in with a password that somebody made for them.
    #[coded(Conflict, "password-due", text = "own-password-first")]
    PasswordDue,
    /// As many as there may be.
    #[coded(Conflict, "too-many-passwords", field = "name", values(most = _0))]
    TooManyPasswords(usize),
    /// Another has the name.
    #[coded(Conflict, "name-used", field = "name", values(name = _0))]
    NameUsed(String),
    /// The mail server did not do it.
    #[coded(Unavailable, "not-done", text = "mail-server-silent")]
    NotDone,
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

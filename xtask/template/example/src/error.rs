//! What can go wrong with examples.

use kernel::{Coded, FieldError};

use crate::model::MOST_EXAMPLES;

/// What was not done, and why.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The workspace has no such thing.
    #[coded(NotFound, "not-found", text = "no-such-example")]
    NotFound,
    /// Another one has the name.
    #[coded(Conflict, "name-taken", text = "example-taken", field = "name", values(name = _0))]
    NameTaken(String),
    /// As many as there may be.
    #[coded(Conflict, "too-many-examples", values(most = MOST_EXAMPLES))]
    TooMany,
    /// The workspace's state forbids it.
    #[coded(Conflict, "wrong-state", values(state = _0))]
    WrongState(&'static str),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

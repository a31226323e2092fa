//! What kinds of failure there are. Each slice has its own error enum; this is how the edges read it.

use serde::Serialize;

use crate::clock::Timestamp;

/// What a failure means to the caller; the edge maps it to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nobody is signed in, or the token is not good.
    Unauthenticated,
    /// The object is not there, or not for this caller.
    NotFound,
    /// The input breaks a rule; `fields` say which.
    Invalid,
    /// The object's present state forbids it.
    Conflict,
    /// The caller is known and has no right to it.
    Forbidden,
    /// Too many requests.
    TooMany,
    /// The request body is over the limit.
    TooLarge,
    /// The address is over the limit.
    AddressTooLong,
    /// The body is of a kind that the address does not take.
    MediaType,
    /// The request did not come to its end in time.
    TooSlow,
    /// `If-Match` names another version than the present one.
    Stale,
    /// Something that is needed is down; trying again later helps.
    Unavailable,
    /// Our own mistake.
    Bug,
}

/// One field of an input and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where it stands, such as `billingInfo.vatId`.
    pub field: String,
    /// A stable word for programs, such as `out_of_range`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl FieldError {
    /// A field error.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// An error that an edge can turn into a page or an RFC 9457 problem.
pub trait Coded: std::error::Error {
    /// What it means.
    fn kind(&self) -> ErrorKind;
    /// A stable word; it ends the problem's `type`.
    fn code(&self) -> &'static str;
    /// The fields at fault, for [`ErrorKind::Invalid`].
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
    /// What the caller can do about it, in one sentence.
    fn advice(&self) -> Option<String> {
        None
    }
    /// When the same is worth trying again, where that is known.
    fn again_at(&self) -> Option<Timestamp> {
        None
    }
    /// What happened and what to do about it, for a page that shows the error inside a form.
    fn said(&self) -> String {
        match self.advice() {
            Some(advice) => format!("{self}. {advice}"),
            None => self.to_string(),
        }
    }
}

//! What kinds of failure there are. Each slice has its own error enum; this is how the edges read it.

use crate::clock::Timestamp;
use crate::message::{Explain, Message};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where it stands, such as `billingInfo.vatId`.
    pub field: String,
    /// A stable word for programs, such as `out_of_range`.
    pub code: &'static str,
    /// What people read beside it.
    pub message: Message,
}

impl FieldError {
    /// A field error.
    pub fn new(field: impl Into<String>, code: &'static str, message: Message) -> Self {
        Self { field: field.into(), code, message }
    }

    /// A field error whose text has no values.
    pub fn of(field: impl Into<String>, code: &'static str, key: &'static str) -> Self {
        Self::new(field, code, Message::new(key))
    }
}

/// The fields at fault that come with an error, one or more.
pub trait ToFields {
    /// All of them.
    fn to_fields(&self) -> Vec<FieldError>;
}

impl ToFields for Vec<FieldError> {
    fn to_fields(&self) -> Vec<FieldError> {
        self.clone()
    }
}

impl ToFields for FieldError {
    fn to_fields(&self) -> Vec<FieldError> {
        vec![self.clone()]
    }
}

/// An error that an edge can turn into a page or an RFC 9457 problem. Its text is `error-` and the code in the
/// catalogues, what to do about it the `.advice` there.
pub trait Coded: std::error::Error + Explain {
    /// What it means.
    fn kind(&self) -> ErrorKind;
    /// A stable word; it ends the problem's `type`.
    fn code(&self) -> &'static str;
    /// The fields at fault, for [`ErrorKind::Invalid`].
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
    /// When the same is worth trying again, where that is known.
    fn again_at(&self) -> Option<Timestamp> {
        None
    }
}

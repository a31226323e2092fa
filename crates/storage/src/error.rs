//! What can go wrong with storage.

use kernel::{Coded, ErrorKind, FieldError};

use crate::model::round_gigabytes as said;
use crate::spaces::Room;

/// Something that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// There is no such workspace.
    #[error("there is no such workspace")]
    NotFound,
    /// The workspace has no such member.
    #[error("this workspace has no such member")]
    NoSuchMember,
    /// More would be given than there is.
    #[error("at most {} GB can be assigned here: {}", said(*left), said_of(room))]
    OverPlan {
        /// What could be given, in bytes.
        left: i64,
        /// Who has the rest.
        room: Room,
    },
    /// The workspace's state forbids it.
    #[error("the workspace is {0}, so its storage limits can't be changed")]
    WrongState(&'static str),
    /// The right is missing.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// A member can't be changed.
    #[error(transparent)]
    Member(#[from] memberships::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Who has the storage, as a clause.
pub fn said_of(room: &Room) -> String {
    format!(
        "of {} GB in total, the shared space has {} GB, members have {} GB and groups have {} GB",
        said(room.total),
        said(room.space),
        said(room.members),
        said(room.further)
    )
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NotFound | Self::NoSuchMember => ErrorKind::NotFound,
            Self::OverPlan { .. } | Self::WrongState(_) => ErrorKind::Conflict,
            Self::Access(error) => error.kind(),
            Self::Member(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "not-found",
            Self::NoSuchMember => "no-such-member",
            Self::OverPlan { .. } => "over-plan",
            Self::WrongState(_) => "wrong-state",
            Self::Access(error) => error.code(),
            Self::Member(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) => return None,
            Self::NotFound => "Check the address.",
            Self::NoSuchMember => "Check the list of members.",
            Self::OverPlan { .. } => {
                "Enter less, or lower the limit of the shared space, a group or another member first."
            }
            Self::WrongState(_) => "Contact your provider.",
            Self::Access(error) => return error.advice(),
            Self::Member(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Access(error) => error.fields(),
            Self::Member(error) => error.fields(),
            _ => Vec::new(),
        }
    }
}

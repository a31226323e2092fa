//! What can go wrong with storage.

use kernel::{Coded, FieldError};

use crate::model::round_gigabytes as said;
use crate::spaces::Room;

/// Something that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// There is no such workspace.
    #[coded(NotFound, "not-found")]
    NotFound,
    /// The workspace has no such member.
    #[coded(NotFound, "no-such-member")]
    NoSuchMember,
    /// More would be given than there is.
    #[coded(Conflict, "over-plan", values(left = said(*left), total = said(room.total), space = said(room.space), members = said(room.members), further = said(room.further)))]
    OverPlan {
        /// What could be given, in bytes.
        left: i64,
        /// Who has the rest.
        room: Room,
    },
    /// The workspace's state forbids it.
    #[coded(Conflict, "wrong-state", values(state = _0))]
    WrongState(&'static str),
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// A member can't be changed.
    #[coded(transparent)]
    Member(#[from] memberships::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

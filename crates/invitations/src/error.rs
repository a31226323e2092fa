//! What can go wrong with an invitation and its link.

use kernel::Coded;

use crate::link::Dead;

/// What was not done, and why.
#[derive(Debug, Coded)]
pub enum Error {
    /// A rule that holds for members however they come.
    #[coded(transparent)]
    Member(#[from] memberships::Error),
    /// A link that lets nobody in.
    #[coded(transparent)]
    Link(#[from] Dead),
    /// Whoever has the address must come in by their account.
    #[coded(Conflict, "sign-in-first")]
    SignInFirst,
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

//! What can go wrong when somebody leaves.

use kernel::{Coded, EmailAddress};

/// An offboarding that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// A rule that holds for whatever is done with a member.
    #[coded(transparent)]
    Member(#[from] memberships::Error),
    /// Nobody who could read it has the address.
    #[coded(Invalid, "no-heir", field = "mailTo", values(address = _0))]
    NoHeir(EmailAddress),
    /// There is no mailbox yet whose addresses could move.
    #[coded(Conflict, "nothing-to-hand-over")]
    NothingToHandOver,
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        Self::Member(error.into())
    }
}

//! What can go wrong with what waits for a person.

use kernel::Coded;

/// What was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// What waits is not what was confirmed, but so many removals.
    #[coded(Conflict, "removals-moved", values(count = _0))]
    RemovalsMoved(usize),
    /// The tenant is not there.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

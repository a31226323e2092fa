//! What can go wrong with an import.

use kernel::Coded;

/// What was not done, and why.
#[derive(Debug, Coded)]
pub enum Error {
    /// A rule that holds for members however they come.
    #[coded(transparent)]
    Member(#[from] memberships::Error),
    /// The workspace has no such import.
    #[coded(NotFound, "no-such-import")]
    NoImport,
    /// As many imports run or wait as may.
    #[coded(Conflict, "many-imports", values(most = _0))]
    ManyImports(u64),
    /// A file could not be read to its end, by our own mistake.
    #[coded(Bug, "unread-file")]
    Unread,
    /// Others' files are read, and nobody waits for a turn any longer.
    #[coded(Unavailable, "too-many-files")]
    Busy,
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

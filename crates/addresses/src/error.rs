//! What can go wrong with an address.

/// An address that was not given to what asks for it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something has it; the sentence says what.
    #[error("{0}")]
    Taken(String),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

//! What can go wrong with an address.

use kernel::{Coded, Message};

/// An address that was not given to what asks for it.
#[derive(Debug, Coded)]
pub enum Error {
    /// Something has it; the text says what.
    #[coded(Conflict, "address-taken", values(holder = _0))]
    Taken(Message),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

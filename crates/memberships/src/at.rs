//! Where a member is in addresses.

use kernel::UserId;
use serde::Deserialize;

use crate::error::Error;

/// The path of one member.
#[derive(Deserialize)]
pub struct At {
    id: String,
}

impl At {
    /// The person; a text that is no id names nobody.
    pub fn user(&self) -> Result<UserId, Error> {
        self.id.parse().map_err(|_| Error::NotFound)
    }
}

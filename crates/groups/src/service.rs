//! The service.

use access::{Granted, ManageGroups};
use kernel::Timestamp;
use platform::Platform;
use storage::spaces::{self, Room};

use crate::error::Error;

/// The groups of all tenants. Clones share it.
#[derive(Clone)]
pub struct Groups {
    pub(crate) platform: Platform,
}

impl Groups {
    /// The service.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone() }
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }

    /// Who has the tenant's storage, of which a group's space takes a part.
    pub(crate) async fn room(&self, by: &Granted<ManageGroups>) -> Result<Room, Error> {
        Ok(spaces::room(&self.platform.db, by.tenant()).await?)
    }
}

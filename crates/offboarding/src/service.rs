//! The service.

use members::Members;
use platform::Platform;

/// The offboardings of all tenants. Clones share it.
#[derive(Clone)]
pub struct Offboardings {
    pub(crate) platform: Platform,
    /// Whose ways in are shut.
    pub(crate) members: Members,
}

impl Offboardings {
    /// The service; without a client of an upstream, its ways in can't be looked at.
    pub fn new(platform: &Platform, members: &Members) -> Self {
        Self { platform: platform.clone(), members: members.clone() }
    }
}

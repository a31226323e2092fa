//! The service.

use kernel::Timestamp;
use members::Members;
use platform::Platform;
use tenants::Tenants;

/// The invitations to all tenants. Clones share it.
#[derive(Clone)]
pub struct Invitations {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    /// Who makes whoever comes.
    pub(crate) members: Members,
}

impl Invitations {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants, members: &Members) -> Self {
        Self { platform: platform.clone(), tenants: tenants.clone(), members: members.clone() }
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}

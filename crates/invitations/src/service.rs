//! The service.

use kernel::Timestamp;
use memberships::Memberships;
use people::People;
use platform::Platform;
use tenants::Tenants;

/// The invitations to all tenants. Clones share it.
#[derive(Clone)]
pub struct Invitations {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    /// Who makes whoever comes.
    pub(crate) memberships: Memberships,
    /// Where the passwords are set that they choose.
    pub(crate) people: People,
}

impl Invitations {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants, memberships: &Memberships, people: &People) -> Self {
        Self {
            platform: platform.clone(),
            tenants: tenants.clone(),
            memberships: memberships.clone(),
            people: people.clone(),
        }
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}

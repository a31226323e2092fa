//! The service.

use kernel::Timestamp;
use memberships::Memberships;
use partners::Partners;
use people::People;
use platform::Platform;

/// The staff of all partners. Clones share it.
#[derive(Clone)]
pub struct PartnerStaff {
    pub(crate) platform: Platform,
    pub(crate) partners: Partners,
    /// By whose rules accounts are made.
    pub(crate) memberships: Memberships,
    /// Who knows second factors, and where the passwords are set that newcomers choose.
    pub(crate) people: People,
}

impl PartnerStaff {
    /// The service.
    pub fn new(platform: &Platform, partners: &Partners, memberships: &Memberships, people: &People) -> Self {
        Self {
            platform: platform.clone(),
            partners: partners.clone(),
            memberships: memberships.clone(),
            people: people.clone(),
        }
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}

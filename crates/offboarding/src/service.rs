//! The service.

use members::Members;
use memberships::Memberships;
use people::People;
use platform::Platform;

/// The offboardings of all tenants. Clones share it.
#[derive(Clone)]
pub struct Offboardings {
    pub(crate) platform: Platform,
    /// Whose ways in are shut.
    pub(crate) memberships: Memberships,
    /// Whose sign-ins end.
    pub(crate) people: People,
    /// Whose page asks for it.
    pub(crate) members: Members,
}

impl Offboardings {
    /// The service; without a client of an upstream, its ways in can't be looked at.
    pub fn new(platform: &Platform, memberships: &Memberships, people: &People, members: &Members) -> Self {
        Self {
            platform: platform.clone(),
            memberships: memberships.clone(),
            people: people.clone(),
            members: members.clone(),
        }
    }
}

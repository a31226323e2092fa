//! The service.

use std::sync::Arc;

use invitations::Invitations;
use kernel::Timestamp;
use members::Members;
use memberships::Memberships;
use platform::Platform;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::passwords::Handing;

/// Files that are read at a time: reading one keeps a processor busy.
const READ_AT_ONCE: usize = 2;

/// The imports of all tenants. Clones share it.
#[derive(Clone)]
pub struct Imports {
    pub(crate) platform: Platform,
    /// Who makes whoever comes.
    pub(crate) memberships: Memberships,
    /// Who makes first passwords.
    pub(crate) members: Members,
    /// Who invites whoever can't be made, and sends links.
    pub(crate) invitations: Invitations,
    /// Turns at reading files.
    pub(crate) reading: Arc<Semaphore>,
    /// Imports of which first passwords are being made.
    pub(crate) handing: Arc<Handing>,
    /// First passwords that are made, whoever goes away.
    pub(crate) making: TaskTracker,
}

impl Imports {
    /// The service.
    pub fn new(
        platform: &Platform,
        memberships: &Memberships,
        members: &Members,
        invitations: &Invitations,
    ) -> Self {
        Self {
            platform: platform.clone(),
            memberships: memberships.clone(),
            members: members.clone(),
            invitations: invitations.clone(),
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
            handing: Arc::default(),
            making: TaskTracker::new(),
        }
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}

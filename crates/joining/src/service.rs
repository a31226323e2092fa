//! The service.

use std::sync::Arc;

use kernel::Timestamp;
use members::Members;
use memberships::Memberships;
use people::People;
use platform::Platform;
use tenants::Tenants;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::import::Handing;

/// Files that are read at a time: reading one keeps a processor busy.
const READ_AT_ONCE: usize = 2;

/// How people come to all tenants. Clones share it.
#[derive(Clone)]
pub struct Joining {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    /// Who makes whoever comes.
    pub(crate) memberships: Memberships,
    /// Where the passwords are set that they choose.
    pub(crate) people: People,
    /// Who makes first passwords.
    pub(crate) members: Members,
    /// Turns at reading files.
    pub(crate) reading: Arc<Semaphore>,
    /// Imports of which first passwords are being made.
    pub(crate) handing: Arc<Handing>,
    /// First passwords that are made, whoever goes away.
    pub(crate) making: TaskTracker,
}

impl Joining {
    /// The service.
    pub fn new(
        platform: &Platform,
        tenants: &Tenants,
        memberships: &Memberships,
        people: &People,
        members: &Members,
    ) -> Self {
        Self {
            platform: platform.clone(),
            tenants: tenants.clone(),
            memberships: memberships.clone(),
            people: people.clone(),
            members: members.clone(),
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

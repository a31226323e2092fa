//! The service.

use std::sync::Arc;

use addresses::AppPasswords;
use kernel::Timestamp;
use memberships::Memberships;
use platform::{Platform, Upstreams};

use crate::live::Readers;

/// The sign-ins and passwords of all people. Clones share it.
#[derive(Clone)]
pub struct People {
    pub(crate) platform: Platform,
    pub(crate) memberships: Memberships,
    pub(crate) live: Arc<Readers>,
    app_passwords: AppPasswords,
}

impl People {
    /// The service; without a client of an upstream its credentials are left alone.
    pub fn new(platform: &Platform, memberships: &Memberships) -> Self {
        let Upstreams { authentik, stalwart, .. } = &platform.upstreams;
        let live = Readers::new(authentik.clone(), stalwart.clone(), &platform.clock);
        Self {
            platform: platform.clone(),
            memberships: memberships.clone(),
            live: Arc::new(live),
            app_passwords: AppPasswords::new(platform),
        }
    }

    /// The passwords of mail programs, which end with sign-ins unless they are kept.
    pub fn app_passwords(&self) -> &AppPasswords {
        &self.app_passwords
    }

    /// The time, for pages.
    pub fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}

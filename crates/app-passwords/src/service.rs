//! The service.

use kernel::Timestamp;
use platform::Platform;

/// The app passwords of all people. Clones share it.
#[derive(Clone)]
pub struct AppPasswords {
    pub(crate) platform: Platform,
}

impl AppPasswords {
    /// The service.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone() }
    }

    /// The time, for pages.
    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }
}

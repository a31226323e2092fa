//! The service.

use platform::Platform;

/// The mail of all tenants. Clones share it.
#[derive(Clone)]
pub struct Mail {
    pub(crate) platform: Platform,
}

impl Mail {
    /// The service.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone() }
    }
}

//! The service.

use platform::Platform;

/// The examples of all tenants. Clones share it.
#[derive(Clone)]
pub struct Examples {
    pub(crate) platform: Platform,
}

impl Examples {
    /// The service.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone() }
    }
}

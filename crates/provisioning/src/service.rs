//! The slice's service.

use platform::Platform;

/// What workspaces have upstream. Clones share it.
#[derive(Clone)]
pub struct Provisioning {
    pub(crate) platform: Platform,
}

impl Provisioning {
    /// The service.
    pub fn new(platform: &Platform) -> Self {
        Self { platform: platform.clone() }
    }
}

//! The slice's service.

use platform::Platform;
use tenants::Tenants;

/// The logs. Clones share it.
#[derive(Clone)]
pub struct Activity {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
}

impl Activity {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants) -> Self {
        Self { platform: platform.clone(), tenants: tenants.clone() }
    }
}

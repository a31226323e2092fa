//! The slice's service.

use platform::Platform;
use tenants::Tenants;

/// What the pages are made of. Clones share it.
#[derive(Clone)]
pub struct Operations {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
}

impl Operations {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants) -> Self {
        Self { platform: platform.clone(), tenants: tenants.clone() }
    }
}

//! The slice's service.

use platform::Platform;
use provisioning::Provisioning;
use tenants::Tenants;

/// The customers, as operators see them. Clones share it.
#[derive(Clone)]
pub struct Customers {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    pub(crate) provisioning: Provisioning,
}

impl Customers {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants) -> Self {
        Self {
            platform: platform.clone(),
            tenants: tenants.clone(),
            provisioning: Provisioning::new(platform),
        }
    }
}

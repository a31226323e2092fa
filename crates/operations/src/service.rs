//! The slice's service.

use people::People;
use platform::Platform;
use tenants::Tenants;

/// What the pages are made of. Clones share it.
#[derive(Clone)]
pub struct Operations {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    pub(crate) people: People,
}

impl Operations {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants, people: &People) -> Self {
        Self { platform: platform.clone(), tenants: tenants.clone(), people: people.clone() }
    }
}

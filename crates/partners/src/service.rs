//! The service.

use activity::Activity;
use platform::Platform;
use tenants::Tenants;

/// The partners. Clones share it.
#[derive(Clone)]
pub struct Partners {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
    pub(crate) activity: Activity,
}

impl Partners {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants) -> Self {
        Self {
            platform: platform.clone(),
            tenants: tenants.clone(),
            activity: Activity::new(platform, tenants),
        }
    }
}

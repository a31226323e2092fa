//! The slice's service and its settings.

use std::sync::Arc;
use std::time::Duration;

use kernel::Slug;
use platform::Platform;

use crate::storage::UsageSource;

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The slug of the platform's own workspace [B8].
    pub platform_slug: Slug,
    pub platform_name: String,
    /// How long an ended tenant is kept before it is purged.
    pub grace: Duration,
}

/// The slice's service. Clones share it.
#[derive(Clone)]
pub struct Tenants {
    pub(crate) platform: Platform,
    /// Knows how full tenants are.
    pub(crate) usage_source: Option<Arc<dyn UsageSource>>,
    pub(crate) settings: Arc<Settings>,
}

impl Tenants {
    /// The service.
    pub fn new(platform: &Platform, usage_source: Option<Arc<dyn UsageSource>>, settings: Settings) -> Self {
        Self { platform: platform.clone(), usage_source, settings: Arc::new(settings) }
    }
}

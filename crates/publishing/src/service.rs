//! The service.

use std::sync::Arc;

use domains::Domains;
use platform::Platform;
use upstream_dns::Dns;

use crate::connect::Connect;

/// Publishes the records of domains. Clones share it.
#[derive(Clone)]
pub struct Publishing {
    pub(crate) platform: Platform,
    pub(crate) domains: Domains,
    pub(crate) dns: Dns,
    /// The template under which DNS hosts know this service (Domain Connect).
    pub(crate) connect: Arc<Option<Connect>>,
}

impl Publishing {
    /// The service.
    pub fn new(platform: &Platform, domains: &Domains, dns: Dns, connect: Option<Connect>) -> Self {
        Self { platform: platform.clone(), domains: domains.clone(), dns, connect: Arc::new(connect) }
    }
}

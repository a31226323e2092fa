//! The service.

use domains::Domains;
use platform::Platform;

use crate::model::Reach;

/// How mail programs are set up for domains. Clones share it.
#[derive(Clone)]
pub struct MailClients {
    pub(crate) platform: Platform,
    pub(crate) domains: Domains,
    pub(crate) reach: Reach,
}

impl MailClients {
    /// The service.
    pub fn new(platform: &Platform, domains: &Domains, reach: Reach) -> Self {
        Self { platform: platform.clone(), domains: domains.clone(), reach }
    }
}

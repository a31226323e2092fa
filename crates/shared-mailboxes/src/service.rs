//! The service.

use mail::Mail;
use platform::Platform;

/// The shared mailboxes of all tenants. Clones share it.
#[derive(Clone)]
pub struct SharedMailboxes {
    pub(crate) platform: Platform,
    pub(crate) mail: Mail,
}

impl SharedMailboxes {
    /// The service.
    pub fn new(platform: &Platform, mail: &Mail) -> Self {
        Self { platform: platform.clone(), mail: mail.clone() }
    }
}

//! The service.

use std::sync::Arc;

use platform::Platform;

use crate::pages::{SECTIONS, Section};

/// The mail of all tenants. Clones share it.
#[derive(Clone)]
pub struct Mail {
    pub(crate) platform: Platform,
    /// The sections of the mail settings, in their order.
    pub(crate) sections: Arc<[Section]>,
}

impl Mail {
    /// The service; other slices bring further sections.
    pub fn new(platform: &Platform, further: &[Section]) -> Self {
        let mut sections = [&SECTIONS, further].concat();
        sections.sort_by_key(|section| section.place);
        Self { platform: platform.clone(), sections: sections.into() }
    }
}

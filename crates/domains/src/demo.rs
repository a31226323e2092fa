//! What a demo publishes: in the sandbox nobody else looks after the DNS of its customers.

use kernel::DomainName;
use kernel::dns::Record;

use crate::error::Error;
use crate::service::Domains;
use crate::store::{self, DomainFilter};

/// For how many seconds the records may be kept: little, so that changes are seen soon.
const TTL: u32 = 5;
/// The most domains whose records are published.
const MOST: u64 = 200;

impl Domains {
    /// The records that should be there of all domains that the mail server knows.
    pub async fn demo_zones(&self) -> Result<Vec<(DomainName, Vec<Record>)>, Error> {
        let page = store::page(self.platform.db.read(), &DomainFilter::default(), None, MOST).await?;
        let known = page.items.into_iter().filter(|domain| domain.zone.is_some());
        let zone = |domain: crate::model::Domain| {
            let expected = self.expected(&domain)?;
            Ok((domain.name, expected.iter().map(|one| one.record(TTL)).collect()))
        };
        known.map(zone).collect()
    }
}

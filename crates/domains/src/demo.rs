//! What a demo publishes: in the sandbox nobody else looks after the DNS of its customers.

use db::Db;
use kernel::DomainName;
use kernel::dns::Record;

use crate::error::Error;
use crate::model::{Challenge, Domain};
use crate::store::{self, DomainFilter};

/// For how many seconds the records may be kept: little, so that changes are seen soon.
const TTL: u32 = 5;
/// The most domains whose records are published.
const MOST: u64 = 200;

/// The records that should be there of all domains that the mail server knows.
pub async fn zones(db: &Db, challenge: &Challenge) -> Result<Vec<(DomainName, Vec<Record>)>, Error> {
    let page = store::page(db.read(), &DomainFilter::default(), None, MOST).await?;
    let known = page.items.into_iter().filter(|domain| domain.zone.is_some());
    let zone = |domain: Domain| {
        let expected = domain.expected(challenge)?;
        Ok((domain.name, expected.iter().map(|one| one.record(TTL)).collect()))
    };
    known.map(zone).collect()
}

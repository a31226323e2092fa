//! How full mailboxes are, by one list of the mail server for each domain (stalwart, section 7).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use kernel::Clock;
use outbound::Kept;
use upstream_stalwart::Stalwart;

use super::{Known, WORTH, Why};

/// How full a mailbox is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailUse {
    /// What is in it.
    pub used: i64,
    /// What may be in it; none is no limit.
    pub quota: Option<i64>,
}

/// The accounts of a domain by their id.
pub type Listed = Arc<BTreeMap<String, MailUse>>;

/// Reads the lists. Clones share what is kept.
#[derive(Clone)]
pub struct MailUses {
    stalwart: Result<Stalwart, Why>,
    clock: Clock,
    domains: Arc<Mutex<BTreeMap<String, Kept<Listed, Why>>>>,
}

impl MailUses {
    pub fn new(stalwart: Result<Stalwart, &'static str>, clock: Clock) -> Self {
        Self { stalwart: stalwart.map_err(Why::off), clock, domains: Arc::default() }
    }

    /// The accounts of these domains; each domain for itself.
    pub async fn of(&self, domains: &BTreeSet<String>) -> BTreeMap<String, Known<Listed>> {
        let read = domains.iter().map(|id| async move { (id.clone(), self.of_domain(id).await) });
        join_all(read).await.into_iter().collect()
    }

    async fn of_domain(&self, id: &str) -> Known<Listed> {
        let stalwart = self.stalwart.clone()?;
        let kept = self.kept(id);
        kept.get(list(stalwart, id.to_owned())).await.unwrap_or(Err(Why::Failed))
    }

    fn kept(&self, id: &str) -> Kept<Listed, Why> {
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        domains.entry(id.to_owned()).or_insert_with(|| Kept::new(self.clock.clone(), WORTH)).clone()
    }
}

async fn list(stalwart: Stalwart, domain: String) -> Known<Listed> {
    let bytes = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let listed = stalwart.usage(&domain).await.map_err(|error| {
        tracing::warn!(%error, "how full mailboxes are could not be read");
        Why::from(error)
    })?;
    let row = |one: upstream_stalwart::Usage| {
        (one.id, MailUse { used: bytes(one.used), quota: one.quota.map(bytes) })
    };
    Ok(Arc::new(listed.into_iter().map(row).collect()))
}

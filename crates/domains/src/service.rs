//! The slice's service and its settings.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::{Granted, ManageDomains, TenantRef, ViewAllDomains, directory};
use kernel::cursor::Page;
use kernel::dns::Record;
use kernel::{Cursor, DomainName, TenantId, Timestamp};
use mail_dns::Expected;
use platform::Platform;
use tenants::Tenants;
use upstream_dns::Dns;

use crate::error::Error;
use crate::model::{Challenge, Domain, Pace};
use crate::pages::PageLink;
use crate::store::{self, Check, DomainFilter};

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The words of the record that proves ownership.
    pub challenge: Challenge,
    /// The ways from a domain's page to those that stand on it, in their order.
    pub links: Vec<PageLink>,
}

/// The slice's service. Clones share it.
#[derive(Clone)]
pub struct Domains {
    pub(crate) platform: Platform,
    pub(crate) dns: Dns,
    pub(crate) tenants: Tenants,
    /// How often domains are checked.
    pub(crate) pace: Pace,
    pub(crate) settings: Arc<Settings>,
}

impl Domains {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants, dns: Dns, settings: Settings) -> Self {
        Self {
            platform: platform.clone(),
            dns,
            tenants: tenants.clone(),
            pace: Pace::of(&platform.pace),
            settings: Arc::new(settings),
        }
    }
}

/// A page of domains, with what is needed to show them.
pub(crate) struct Listing {
    pub page: Page<Domain>,
    /// How many there are, where that is more than the page has.
    pub all: Option<u64>,
    /// By id.
    pub tenants: BTreeMap<String, TenantRef>,
}

/// Whoever looks at a domain's page has it checked so often.
const WATCHED_EVERY: Duration = Duration::from_secs(5);

impl Domains {
    pub(crate) async fn listing(
        &self,
        by: &Granted<ViewAllDomains>,
        filter: &DomainFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Listing, Error> {
        let page = self.page(by, filter, after, limit).await?;
        let ids: Vec<TenantId> = page.items.iter().map(|domain| domain.tenant).collect();
        let tenants = directory::tenants_by_ids(self.platform.db.read(), &ids).await?;
        let tenants = tenants.into_iter().map(|tenant| (tenant.id.to_string(), tenant)).collect();
        let all = if page.is_part(after) {
            Some(store::count(self.platform.db.read(), filter).await?)
        } else {
            None
        };
        Ok(Listing { page, all, tenants })
    }

    /// The primary domain of a workspace.
    pub(crate) async fn primary(&self, by: &Granted<ManageDomains>) -> Result<Option<DomainName>, Error> {
        Ok(tenants::primary::of(&self.platform.db, by.tenant()).await?)
    }

    pub(crate) async fn history(&self, domain: &Domain, most: u64) -> Result<Vec<Check>, Error> {
        Ok(store::history(self.platform.db.read(), domain, most).await?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }

    /// Has a domain that somebody looks at checked again soon.
    pub(crate) async fn watched(&self, domain: &Domain) -> Result<(), Error> {
        let now = self.platform.clock.now();
        let is_recent = domain.checked_at.is_some_and(|at| now.since(at) < WATCHED_EVERY);
        if is_recent || domain.next_check_at <= now.after(WATCHED_EVERY) {
            return Ok(());
        }
        let tx = self.platform.db.begin().await?;
        store::check_soon(&tx, domain.id, now).await?;
        Ok(tx.commit_silently("a check is put forward").await?)
    }
}

/// For how many seconds the records of a zone file may be kept.
const TTL: u32 = 3600;

impl Domains {
    /// The domains of all tenants, by name.
    pub async fn page(
        &self,
        _: &Granted<ViewAllDomains>,
        filter: &DomainFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Domain>, Error> {
        Ok(store::page(self.platform.db.read(), filter, after, limit).await?)
    }

    /// The records that should be there.
    pub fn expected(&self, domain: &Domain) -> Result<Vec<Expected>, Error> {
        Ok(domain.expected(&self.settings.challenge)?)
    }

    /// The same, as a zone file.
    pub fn zone_file(&self, domain: &Domain) -> Result<String, Error> {
        let records: Vec<Record> = self.expected(domain)?.iter().map(|one| one.record(TTL)).collect();
        Ok(mail_dns::zone::write(&records))
    }
}

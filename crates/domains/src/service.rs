//! The slice's service and its settings.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::allowances::Allowances;
use access::{Granted, ManageDomains, TenantRef, ViewAllDomains, directory};
use db::Db;
use kernel::cursor::Page;
use kernel::dns::Record;
use kernel::{Clock, Cursor, DomainName, TenantId, Timestamp};
use reconcile::Reconciler;
use upstream_dns::Dns;
use upstream_stalwart::Stalwart;

use crate::clients::Reach;
use crate::connect::Connect;
use crate::error::Error;
use crate::model::{Challenge, Domain, Pace};
use crate::store::{self, Check, DomainFilter};

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The words of the record that proves ownership.
    pub challenge: Challenge,
    /// How often domains are checked.
    pub pace: Pace,
    /// The origin of the portal, for links in mails.
    pub portal: Option<String>,
    /// The template under which DNS hosts know this service (Domain Connect).
    pub connect: Option<Connect>,
    /// How the documents of mail programs are reached.
    pub clients: Reach,
    /// How long a request waits for the mail server before it answers and leaves the rest to the background.
    pub settle: Duration,
    /// The platform's own domains: with all below them, they are nobody's but its own workspace's.
    pub platform_domains: Arc<[DomainName]>,
    /// How often people may ask whether a domain is known here.
    pub allowances: Allowances,
}

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub reconciler: Reconciler,
    pub dns: Dns,
    /// None where no mail server is configured or it is switched off.
    pub stalwart: Option<Stalwart>,
    pub settings: Settings,
}

/// The slice's service. Clones share it.
#[derive(Clone)]
pub struct Domains(pub(crate) Arc<Inner>);

impl Domains {
    /// The service.
    pub fn new(
        db: Db,
        clock: Clock,
        reconciler: Reconciler,
        dns: Dns,
        stalwart: Option<Stalwart>,
        settings: Settings,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, reconciler, dns, stalwart, settings }))
    }
}

/// A page of domains, with what is needed to show them.
pub(crate) struct Listing {
    pub page: Page<Domain>,
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
        let tenants = directory::tenants_by_ids(self.0.db.read(), &ids).await?;
        let tenants = tenants.into_iter().map(|tenant| (tenant.id.to_string(), tenant)).collect();
        Ok(Listing { page, tenants })
    }

    /// The primary domain of a workspace.
    pub(crate) async fn primary(&self, by: &Granted<ManageDomains>) -> Result<Option<DomainName>, Error> {
        Ok(tenants::primary::of(&self.0.db, by.tenant()).await?)
    }

    pub(crate) async fn history(&self, domain: &Domain, most: u64) -> Result<Vec<Check>, Error> {
        Ok(store::history(self.0.db.read(), domain, most).await?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Has a domain that somebody looks at checked again soon.
    pub(crate) async fn watched(&self, domain: &Domain) -> Result<(), Error> {
        let now = self.0.clock.now();
        let is_recent = domain.checked_at.is_some_and(|at| now.since(at) < WATCHED_EVERY);
        if is_recent || domain.next_check_at <= now.after(WATCHED_EVERY) {
            return Ok(());
        }
        let tx = self.0.db.begin().await?;
        store::check_soon(&tx, domain.id, now).await?;
        Ok(tx.commit().await?)
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
        Ok(store::page(self.0.db.read(), filter, after, limit).await?)
    }

    /// The records that should be there, as a zone file.
    pub fn zone_file(&self, domain: &Domain) -> Result<String, Error> {
        let expected = domain.expected(&self.0.settings.challenge)?;
        let records: Vec<Record> = expected.iter().map(|one| one.record(TTL)).collect();
        Ok(mail_dns::zone::write(&records))
    }
}

//! The slice's service and its settings.

use std::sync::Arc;
use std::time::Duration;

use access::{Granted, ViewAllDomains};
use db::Db;
use kernel::cursor::Page;
use kernel::dns::Record;
use kernel::{Clock, Cursor};
use reconcile::Reconciler;
use upstream_dns::Dns;
use upstream_stalwart::Stalwart;

use crate::error::Error;
use crate::model::{Challenge, Domain, Pace};
use crate::store::{self, Filter};

/// How the slice behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The words of the record that proves ownership.
    pub challenge: Challenge,
    /// How often domains are checked.
    pub pace: Pace,
    /// How long a request waits for the mail server before it answers and leaves the rest to the background.
    pub settle: Duration,
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

/// For how many seconds the records of a zone file may be kept.
const TTL: u32 = 3600;

impl Domains {
    /// The domains of all tenants, by name.
    pub async fn page(
        &self,
        _: &Granted<ViewAllDomains>,
        filter: &Filter,
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

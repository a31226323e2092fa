//! What is read of the logs.

use access::{Granted, ViewPlatformAudit, ViewTenantAudit, addressed, directory};
use audit::{AuditFilter, Chain, Record};
use db::{Db, Error};
use kernel::cursor::Page;
use kernel::{Cursor, TenantId};

use crate::service::Activity;

/// A page of one tenant's log.
pub async fn of_tenant(
    db: &Db,
    by: &Granted<ViewTenantAudit>,
    filter: &AuditFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Record>, Error> {
    audit::page(db.read(), Some(Chain::Tenant(by.tenant())), filter, after, limit).await
}

impl Activity {
    /// One record of a tenant's log.
    pub(crate) async fn record(
        &self,
        by: &Granted<ViewTenantAudit>,
        id: &str,
    ) -> Result<Option<Record>, Error> {
        audit::one(self.platform.db.read(), Some(Chain::Tenant(by.tenant())), id).await
    }

    /// A page of the log across all tenants and the platform.
    pub(crate) async fn platform_page(
        &self,
        _: &Granted<ViewPlatformAudit>,
        filter: &AuditFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Record>, Error> {
        audit::page(self.platform.db.read(), None, filter, after, limit).await
    }

    /// One record of all logs.
    pub(crate) async fn platform_record(
        &self,
        _: &Granted<ViewPlatformAudit>,
        id: &str,
    ) -> Result<Option<Record>, Error> {
        audit::one(self.platform.db.read(), None, id).await
    }

    /// The slug of the tenant that a chain of the log belongs to.
    pub(crate) async fn slug_of_chain(
        &self,
        _: &Granted<ViewPlatformAudit>,
        chain: &str,
    ) -> Result<Option<String>, Error> {
        let Ok(id) = chain.parse::<TenantId>() else { return Ok(None) };
        let found = directory::tenants_by_ids(self.platform.db.read(), &[id]).await?;
        Ok(found.into_iter().next().map(|tenant| tenant.slug))
    }

    /// Whom the log knows by an address, for a filter; none where nobody is asked for.
    pub(crate) async fn known_as(&self, address: Option<&str>) -> Result<Option<Vec<String>>, Error> {
        let Some(address) = address else { return Ok(None) };
        let known = addressed::known_as(self.platform.db.read(), address).await?;
        Ok(Some(known.iter().map(ToString::to_string).collect()))
    }
}

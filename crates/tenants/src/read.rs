//! What is shown of tenants.

use std::collections::BTreeMap;

use access::{
    EditTenant, Granted, ListTenants, Permission, TenantRef, TenantRole, TenantStatus, ViewPlatform,
    ViewPlatformAudit, ViewTenantAudit, addressed, people, roles,
};
use audit::{Chain, Record};
use findings::Finding;
use kernel::cursor::Page;
use kernel::{Cursor, PartnerId, TenantId};
use probes::Liveness;
use reconcile::Resource;

use crate::error::Error;
use crate::model::{Plan, Tenant, TenantChange};
use crate::seats::{self, Seats};
use crate::service::Tenants;
use crate::store::{self, Partner};

/// What to look for in a list of tenants.
#[derive(Debug, Clone, Default)]
pub struct TenantFilter {
    /// Part of name, slug or domain.
    pub q: Option<String>,
    /// In this state.
    pub status: Option<TenantStatus>,
    /// On this plan.
    pub plan: Option<Plan>,
    /// Of this partner.
    pub partner: Option<PartnerId>,
    /// With something that fails now.
    pub failing: bool,
}

/// A tenant with what belongs to it.
#[derive(Debug, Clone)]
pub struct Details {
    /// The tenant.
    pub tenant: Tenant,
    /// Its own resources.
    pub resources: Vec<Resource>,
    /// Its partner's name.
    pub partner: Option<String>,
    /// What other slices find wrong with it. One that is not known is as bad as any.
    pub findings: Vec<Finding>,
    /// The upstreams that do not answer now.
    pub down: Vec<&'static str>,
}

/// What a change of a tenant leaves too small for what is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overrun {
    /// The seats after it, where more are taken.
    pub seats: Option<Seats>,
    /// How much storage is given out and how much there is after it, in bytes, where that is less.
    pub storage: Option<(i64, i64)>,
}

impl Overrun {
    /// What somebody who confirms it has read; none where there is nothing to confirm.
    pub fn word(&self) -> Option<String> {
        let seats = self.seats.map(|seats| format!("{} of {} seats", seats.taken(), seats.all));
        let storage = self.storage.map(|(given, all)| format!("{given} of {all} bytes"));
        let said: Vec<String> = seats.into_iter().chain(storage).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

/// Somebody with a role in a tenant.
#[derive(Debug, Clone)]
pub struct RoleHolder {
    /// Who.
    pub person: access::Person,
    /// Which role.
    pub role: TenantRole,
}

/// Something upstream that fails, and whose it is.
#[derive(Debug, Clone)]
pub struct Failing {
    /// What fails.
    pub resource: Resource,
    /// The tenant that it belongs to; of what somebody has who works in several, one of them.
    pub tenant: Option<Tenant>,
    /// The name of the person whose it is.
    pub person: Option<String>,
}

/// The figures of the operator's dashboard.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Tenants by state.
    pub by_status: BTreeMap<String, i64>,
    /// Seats of all tenants that are open.
    pub seats: i64,
    /// How many resources fail now.
    pub failing_count: u64,
    /// Those that fail longest.
    pub failing: Vec<Failing>,
    /// How much is wrong with open tenants beside that.
    pub found_count: u64,
    /// What is wrong longest, and with whom.
    pub found: Vec<(Tenant, Finding)>,
    /// In how much of what is or was Dezky's the last scan found a difference.
    pub drifts: u64,
    /// Everything that Dezky depends on.
    pub liveness: Vec<Liveness>,
    /// The latest audit rows.
    pub latest: Vec<Record>,
    /// How many partners there are.
    pub partners: usize,
}

impl Tenants {
    /// Whom the log knows by an address, for a filter; none where nobody is asked for.
    pub(crate) async fn known_as(&self, address: Option<&str>) -> Result<Option<Vec<String>>, Error> {
        let Some(address) = address else { return Ok(None) };
        let known = addressed::known_as(self.platform.db.read(), address).await?;
        Ok(Some(known.iter().map(ToString::to_string).collect()))
    }

    /// The tenant of a proof.
    pub async fn details<P: Permission<Scope = TenantRef>>(&self, by: &Granted<P>) -> Result<Details, Error> {
        self.with_belongings(by.tenant()).await
    }

    async fn with_belongings(&self, id: kernel::TenantId) -> Result<Details, Error> {
        let db = self.platform.db.read();
        let not_found = || access::Error::from(access::Denial::NotFound);
        let tenant = store::by_id(db, id).await?.ok_or_else(not_found)?;
        let resources = reconcile::of_owner(db, &tenant.id.to_string()).await?;
        let partner = match tenant.partner {
            None => None,
            Some(id) => store::partners(db).await?.into_iter().find(|p| p.id == id).map(|p| p.name),
        };
        let mut found = findings::of_tenants(self.platform.db.read(), &[tenant.id]).await?;
        let findings = found.remove(&tenant.id.to_string()).unwrap_or_default();
        Ok(Details { tenant, resources, partner, findings, down: self.down().await? })
    }

    /// A tenant that was made a moment ago by whoever asks.
    pub(crate) async fn fresh(&self, id: kernel::TenantId) -> Result<Details, Error> {
        self.with_belongings(id).await
    }

    /// The seats of the tenant of a proof.
    pub async fn seats<P: Permission<Scope = TenantRef>>(&self, by: &Granted<P>) -> Result<Seats, Error> {
        Ok(seats::of(self.platform.db.read(), by.tenant(), self.platform.clock.now()).await?)
    }

    /// What a change would leave too small that is not too small already, or not by as much.
    pub async fn overrun(&self, by: &Granted<EditTenant>, change: &TenantChange) -> Result<Overrun, Error> {
        let before = self.details(by).await?.tenant;
        let after = change.apply(&before);
        let mut overrun = Overrun::default();
        if after.seats < before.seats {
            let seats = Seats { all: after.seats, ..self.seats(by).await? };
            overrun.seats = Some(seats).filter(|seats| seats.is_over());
        }
        if let (true, Some(source)) = (after.storage() < before.storage(), &self.usage_source) {
            let given = after.space().saturating_add(source.given_in(by.tenant()).await?);
            overrun.storage = Some((given, after.storage())).filter(|(given, all)| given > all);
        }
        Ok(overrun)
    }

    /// The people with a role in the tenant of a proof, owners first.
    pub async fn role_holders<P: Permission<Scope = TenantRef>>(
        &self,
        by: &Granted<P>,
    ) -> Result<Vec<RoleHolder>, Error> {
        let db = self.platform.db.read();
        let mut held = roles::of_tenant(db, by.tenant()).await?;
        held.sort_by_key(|(_, role)| *role);
        let ids: Vec<_> = held.iter().map(|(id, _)| *id).collect();
        let people = people::by_ids(db, &ids).await?;
        let holder =
            |(id, role)| Some(RoleHolder { person: people.iter().find(|p| p.id == id)?.clone(), role });
        Ok(held.into_iter().filter_map(holder).collect())
    }

    /// A page of the tenants within reach, each with what belongs to it.
    pub async fn page(
        &self,
        by: &Granted<ListTenants>,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Details>, Error> {
        let page = store::page(self.platform.db.read(), by.scope(), filter, after, limit).await?;
        let resources = reconcile::of_owners(self.platform.db.read(), &owners(&page)).await?;
        self.with_resources(page, resources).await
    }

    /// The same page with just those resources that say in a word how a tenant is.
    pub async fn outlines(
        &self,
        by: &Granted<ListTenants>,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Details>, Error> {
        let page = store::page(self.platform.db.read(), by.scope(), filter, after, limit).await?;
        let resources =
            reconcile::outline(self.platform.db.read(), &owners(&page), "stalwart.domain").await?;
        self.with_resources(page, resources).await
    }

    pub(crate) async fn with_resources(
        &self,
        page: Page<Tenant>,
        resources: Vec<Resource>,
    ) -> Result<Page<Details>, Error> {
        let mut by_owner: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
        for resource in resources {
            by_owner.entry(resource.owner.clone()).or_default().push(resource);
        }
        let partners = store::partners(self.platform.db.read()).await?;
        let ids: Vec<TenantId> = page.items.iter().map(|tenant| tenant.id).collect();
        let mut found = findings::of_tenants(self.platform.db.read(), &ids).await?;
        let down = self.down().await?;
        Ok(page.map(|tenant| Details {
            down: down.clone(),
            findings: found.remove(&tenant.id.to_string()).unwrap_or_default(),
            resources: by_owner.remove(&tenant.id.to_string()).unwrap_or_default(),
            partner: partners.iter().find(|p| Some(p.id) == tenant.partner).map(|p| p.name.clone()),
            tenant,
        }))
    }

    /// The upstreams that do not answer now.
    async fn down(&self) -> Result<Vec<&'static str>, Error> {
        let all = self.platform.probes.liveness().await?;
        Ok(all
            .iter()
            .filter(|one| matches!(one.state, probes::State::Down(..)))
            .map(|one| one.upstream)
            .collect())
    }

    /// The partners to choose from.
    pub async fn partner_choices(&self) -> Result<Vec<Partner>, Error> {
        Ok(store::partners(self.platform.db.read()).await?)
    }

    /// The figures of the operator's dashboard.
    pub async fn overview(&self, _: &Granted<ViewPlatform>) -> Result<Overview, Error> {
        let db = self.platform.db.read();
        let counts = store::counts(db).await?;
        let open = |status: &str| TenantStatus::parse(status).is_some_and(TenantStatus::is_open);
        let (failing_count, failing) = reconcile::failing(db, 8).await?;
        let owners: Vec<String> = failing.iter().map(|resource| resource.owner.clone()).collect();
        let owners = self.platform.reconciler.owners(&owners).await?;
        let mut with_owners = Vec::new();
        for resource in failing {
            let owner = owners.get(&resource.owner).cloned().unwrap_or_default();
            let tenant = match owner.tenants.first() {
                Some(id) => store::by_id(db, *id).await?,
                None => None,
            };
            with_owners.push(Failing { resource, tenant, person: owner.name });
        }
        let (found_count, findings) = findings::longest(db, store::open(), 8).await?;
        let mut found = Vec::new();
        for (id, finding) in findings {
            if let Some(tenant) = store::by_id(db, id).await? {
                found.push((tenant, finding));
            }
        }
        Ok(Overview {
            seats: counts.iter().filter(|count| open(&count.status)).map(|count| count.seats).sum(),
            by_status: counts.into_iter().map(|count| (count.status, count.tenants)).collect(),
            failing_count,
            failing: with_owners,
            found_count,
            found,
            drifts: reconcile::drift::count_ours(db).await?,
            liveness: self.platform.probes.liveness().await?,
            latest: audit::page(db, None, &audit::AuditFilter::default(), None, 8).await?.items,
            partners: store::partners(db).await?.len(),
        })
    }

    /// How everything that Dezky depends on is.
    pub async fn liveness(&self, _: &Granted<ViewPlatform>) -> Result<Vec<Liveness>, Error> {
        Ok(self.platform.probes.liveness().await?)
    }

    /// The slug of the tenant that a chain of the log belongs to.
    pub(crate) async fn slug_of_chain(
        &self,
        _: &Granted<ViewPlatformAudit>,
        chain: &str,
    ) -> Result<Option<String>, Error> {
        let Ok(id) = chain.parse::<TenantId>() else { return Ok(None) };
        Ok(store::by_id(self.platform.db.read(), id).await?.map(|tenant| tenant.slug.to_string()))
    }

    /// A page of one tenant's log.
    pub async fn audit_page(
        &self,
        by: &Granted<ViewTenantAudit>,
        filter: &audit::AuditFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Record>, Error> {
        Ok(audit::page(self.platform.db.read(), Some(Chain::Tenant(by.tenant())), filter, after, limit)
            .await?)
    }

    /// One record of a tenant's log.
    pub(crate) async fn audit_record(
        &self,
        by: &Granted<ViewTenantAudit>,
        id: &str,
    ) -> Result<Option<Record>, Error> {
        Ok(audit::one(self.platform.db.read(), Some(Chain::Tenant(by.tenant())), id).await?)
    }

    /// One record of all logs.
    pub(crate) async fn platform_audit_record(
        &self,
        _: &Granted<ViewPlatformAudit>,
        id: &str,
    ) -> Result<Option<Record>, Error> {
        Ok(audit::one(self.platform.db.read(), None, id).await?)
    }

    /// A page of the log across all tenants and the platform.
    pub async fn platform_audit_page(
        &self,
        _: &Granted<ViewPlatformAudit>,
        filter: &audit::AuditFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Record>, Error> {
        Ok(audit::page(self.platform.db.read(), None, filter, after, limit).await?)
    }
}

fn owners(page: &Page<Tenant>) -> Vec<String> {
    page.items.iter().map(|tenant| tenant.id.to_string()).collect()
}

//! What is shown of tenants.

use std::collections::BTreeMap;

use access::{EditTenant, Granted, ListTenants, PartnerRef, Permission, TenantRef, TenantStatus, ViewTenant};
use findings::Finding;
use health::{Condition, Known};
use kernel::cursor::Page;
use kernel::{Cursor, Needle, PartnerId, TenantId};
use reconcile::Outline;

use crate::actions::Made;
use crate::error::Error;
use crate::model::{Plan, Tenant, TenantChange};
use crate::seats::{self, Seats};
use crate::service::Tenants;
use crate::storage::Used;
use crate::store::{self, Partner};

/// What to look for in a list of tenants.
#[derive(Debug, Clone, Default)]
pub struct TenantFilter {
    /// Part of name, slug or domain.
    pub q: Option<String>,
    /// In this state.
    pub status: Option<TenantStatus>,
    /// Before its end.
    pub live: bool,
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
    pub tenant: Tenant,
    /// Its own resources.
    pub resources: Vec<Outline>,
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

impl Details {
    /// How the tenant is.
    pub fn condition(&self) -> Condition {
        let known = Known {
            status: self.tenant.status,
            primary_domain: self.tenant.primary_domain.as_ref(),
            resources: &self.resources,
            findings: &self.findings,
            down: &self.down,
        };
        known.condition()
    }
}

impl Tenants {
    /// The tenant of a proof.
    pub async fn details<P: Permission<Scope = TenantRef>>(&self, by: &Granted<P>) -> Result<Details, Error> {
        self.with_belongings(by.tenant()).await
    }

    async fn with_belongings(&self, id: TenantId) -> Result<Details, Error> {
        let db = self.platform.db.read();
        let not_found = || access::Error::from(access::Denial::NotFound);
        let tenant = store::by_id(db, id).await?.ok_or_else(not_found)?;
        let resources = reconcile::outlines(db, &[tenant.id.to_string()]).await?;
        let partner = match tenant.partner {
            None => None,
            Some(id) => store::partners(db).await?.into_iter().find(|p| p.id == id).map(|p| p.name),
        };
        let mut found = findings::of_tenants(self.platform.db.read(), &[tenant.id]).await?;
        let findings = found.remove(&tenant.id.to_string()).unwrap_or_default();
        Ok(Details { tenant, resources, partner, findings, down: self.down().await? })
    }

    /// A tenant that was made a moment ago by whoever asks.
    pub async fn fresh(&self, made: &Made) -> Result<Details, Error> {
        self.with_belongings(made.tenant().id).await
    }

    /// The seats of the tenant of a proof.
    pub async fn seats<P: Permission<Scope = TenantRef>>(&self, by: &Granted<P>) -> Result<Seats, Error> {
        Ok(seats::of(self.platform.db.read(), by.tenant(), self.platform.clock.now()).await?)
    }

    /// How much of the storage of the tenant of a proof is used; none where nobody can say.
    pub async fn used(&self, by: &Granted<ViewTenant>) -> Option<Used> {
        match &self.usage_source {
            Some(source) => source.of_tenant(by.scope()).await,
            None => None,
        }
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

    /// A page of the tenants within reach, each with what belongs to it.
    pub async fn page(
        &self,
        by: &Granted<ListTenants>,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Details>, Error> {
        let page = store::page(self.platform.db.read(), by.scope(), filter, after, limit).await?;
        let resources = reconcile::outlines(self.platform.db.read(), &owners(&page)).await?;
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
        self.outlined(page).await
    }

    /// A page of the customers of the partner of a proof that the caller reaches, each as on such a page.
    pub async fn of_partner<P: Permission<Scope = PartnerRef>>(
        &self,
        by: &Granted<P>,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Details>, Error> {
        let page = store::page(self.platform.db.read(), &by.customers(), filter, after, limit).await?;
        self.outlined(page).await
    }

    /// How many there are on all of these pages.
    pub async fn count(&self, by: &Granted<ListTenants>, filter: &TenantFilter) -> Result<u64, Error> {
        Ok(store::count(self.platform.db.read(), by.scope(), filter).await?)
    }

    /// Those within reach that a needle finds, the best first, each as on such a page.
    pub async fn found(
        &self,
        by: &Granted<ListTenants>,
        needle: &Needle,
        most: u64,
    ) -> Result<Vec<Details>, Error> {
        let items = store::found(self.platform.db.read(), by.scope(), needle, most).await?;
        Ok(self.outlined(Page { items, next: None }).await?.items)
    }

    async fn outlined(&self, page: Page<Tenant>) -> Result<Page<Details>, Error> {
        let resources =
            reconcile::outlines_of(self.platform.db.read(), &owners(&page), "stalwart.domain").await?;
        self.with_resources(page, resources).await
    }

    async fn with_resources(
        &self,
        page: Page<Tenant>,
        resources: Vec<Outline>,
    ) -> Result<Page<Details>, Error> {
        let mut by_owner: BTreeMap<String, Vec<Outline>> = BTreeMap::new();
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

    /// The partners to choose from: those that take customers, and the present one.
    pub async fn partner_choices(&self, present: Option<PartnerId>) -> Result<Vec<Partner>, Error> {
        let mut all = self.partners().await?;
        all.retain(|partner| partner.is_active || Some(partner.id) == present);
        Ok(all)
    }

    /// All partners, by name.
    pub async fn partners(&self) -> Result<Vec<Partner>, Error> {
        Ok(store::partners(self.platform.db.read()).await?)
    }
}

fn owners(page: &Page<Tenant>) -> Vec<String> {
    page.items.iter().map(|tenant| tenant.id.to_string()).collect()
}

//! The slice's service.

use std::collections::BTreeMap;
use std::time::Duration;

use access::{Granted, ManageDrift, TenantRef, directory, people};
use audit::{Chain, Entry, Target};
use kernel::cursor::Page;
use kernel::{Cursor, TenantId, UserId};
use platform::Platform;
use reconcile::Owner;
use reconcile::drift::{self, Acceptance, DriftFilter, PLATFORM, Scanned, Strays, Subject};
use serde_json::json;
use tenants::Tenants;

use crate::error::Error;
use crate::recorded::Action;
use crate::scan::SCAN;

/// The most acceptances that are shown.
pub(crate) const MOST_SHOWN: u64 = 200;
/// How long somebody who asks for a scan waits for it before it goes on by itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// The slice's service. Clones share it.
#[derive(Clone)]
pub struct Drift {
    pub(crate) platform: Platform,
    pub(crate) tenants: Tenants,
}

/// A page of open differences, with what is needed to show them.
pub(crate) struct Listing {
    pub page: Page<drift::Drift>,
    pub open: u64,
    pub scans: Vec<Scanned>,
    pub accepted: Vec<Acceptance>,
    /// By id, as resources name them.
    owners: BTreeMap<String, Owner>,
    tenants: Vec<TenantRef>,
    /// Of those who accepted, by id.
    pub names: BTreeMap<String, String>,
}

impl Listing {
    /// The tenants that an object belongs to: one, but for what people have who work in several.
    pub fn tenants_of(&self, subject: &Subject) -> Vec<&TenantRef> {
        let ids = self.owners.get(&subject.owner).map(|owner| owner.tenants.as_slice()).unwrap_or_default();
        ids.iter().filter_map(|id| self.tenants.iter().find(|tenant| tenant.id == *id)).collect()
    }

    /// The name of an object for people: where it is named like its owner, that one's.
    pub fn title<'a>(&'a self, subject: &'a Subject) -> &'a str {
        let owner = self.owners.get(&subject.owner).filter(|_| subject.name == subject.owner);
        owner.and_then(|owner| owner.name.as_deref()).unwrap_or(&subject.name)
    }
}

impl Drift {
    /// The service.
    pub fn new(platform: &Platform, tenants: &Tenants) -> Self {
        Self { platform: platform.clone(), tenants: tenants.clone() }
    }

    pub(crate) async fn list(
        &self,
        by: &Granted<ManageDrift>,
        filter: &DriftFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Listing, Error> {
        let on = self.platform.db.read();
        let page = drift::page(on, filter, after, limit).await?;
        let accepted = self.accepted(by).await?;
        let subjects =
            page.items.iter().map(|one| &one.subject).chain(accepted.iter().map(|one| &one.subject));
        let owners: Vec<String> = subjects.map(|subject| subject.owner.clone()).collect();
        let owners = self.platform.reconciler.owners(&owners).await?;
        let ids: Vec<TenantId> = owners.values().flat_map(|owner| owner.tenants.iter().copied()).collect();
        let tenants = directory::tenants_by_ids(on, &ids).await?;
        let ids: Vec<UserId> = accepted.iter().filter_map(|one| one.accepted_by.parse().ok()).collect();
        let people = people::by_ids(on, &ids).await?;
        Ok(Listing {
            open: drift::count(on).await?,
            scans: drift::scans(on).await?,
            owners,
            tenants,
            names: people.into_iter().map(|person| (person.id.to_string(), person.name)).collect(),
            page,
            accepted,
        })
    }

    /// What may stay now, of whomever.
    pub(crate) async fn accepted(&self, _: &Granted<ManageDrift>) -> Result<Vec<Acceptance>, Error> {
        Ok(drift::acceptances(self.platform.db.read(), self.platform.clock.now(), None, MOST_SHOWN).await?)
    }

    /// What upstreams have of Dezky's that this database doesn't have. Nothing is noted.
    pub async fn strays(&self, _: &Granted<ManageDrift>) -> Result<Strays, Error> {
        Ok(self.platform.reconciler.strays().await?)
    }

    /// Reads all upstreams soon, and waits a moment for it.
    pub(crate) async fn scan_now(&self, by: &Granted<ManageDrift>) -> Result<(), Error> {
        let asked = self.platform.clock.now();
        let tx = self.platform.db.begin().await?;
        jobs::run_soon(&tx, asked, SCAN).await?;
        let target = Target::unnamed("platform", &PLATFORM);
        audit::commit(tx, by.context(), Chain::Platform, Entry::done(Action::DriftScan, target)).await?;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            let scans = drift::scans(self.platform.db.read()).await?;
            if !scans.is_empty() && scans.iter().all(|scan| scan.at > asked) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Lets what belongs to no tenant stay for so many days.
    pub(crate) async fn accept(
        &self,
        by: &Granted<ManageDrift>,
        id: &str,
        reason: String,
        days: u32,
    ) -> Result<Acceptance, Error> {
        let tx = self.platform.db.begin().await?;
        let found = drift::drift(&*tx, id).await?.ok_or(Error::Gone)?;
        if !found.is_unclaimed() {
            return Err(Error::OfTenant);
        }
        let expires_at = self.platform.clock.now().after(Duration::from_hours(24) * days);
        let who = by.context().actor.id();
        let after = json!({
            "kind": found.subject.kind, "difference": found.subject.difference.as_str(), "reason": reason,
            "until": expires_at.to_string(),
        });
        let target = Target::thing("drift", &found.subject.object, &found.subject.name);
        let chain = self.chain_of(&found.subject).await?;
        let accepted =
            drift::accept(&tx, &self.platform.clock, found.subject, reason, who, expires_at).await?;
        let entry = Entry::done(Action::DriftAccept, target).after(after);
        audit::commit(tx, by.context(), chain, entry).await?;
        Ok(accepted)
    }

    /// Ends an acceptance of what belongs to no tenant.
    pub(crate) async fn withdraw(&self, by: &Granted<ManageDrift>, id: &str) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        let accepted = drift::acceptance(&*tx, id).await?.ok_or(Error::Gone)?;
        if !accepted.subject.difference.is_unclaimed() {
            return Err(Error::OfTenant);
        }
        drift::withdraw(&tx, id).await?;
        let subject = accepted.subject;
        let chain = self.chain_of(&subject).await?;
        let target = Target::thing("drift", &subject.object, &subject.name);
        let before = json!({"kind": subject.kind, "reason": accepted.reason});
        let entry = Entry::done(Action::DriftWithdraw, target).before(before);
        Ok(audit::commit(tx, by.context(), chain, entry).await?)
    }

    /// The chain of whoever the object bears the mark of.
    async fn chain_of(&self, subject: &Subject) -> Result<Chain, Error> {
        let known = self.platform.reconciler.owners(std::slice::from_ref(&subject.owner)).await?;
        let tenant = known.values().find_map(|owner| owner.tenants.first().copied());
        Ok(tenant.map_or(Chain::Platform, Chain::Tenant))
    }
}

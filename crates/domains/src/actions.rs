//! What can be done with a domain. Each action is one transaction: the row, what is wanted upstream, the audit record.

use std::time::Duration;

use access::allowances;
use access::{Events, Granted, ManageDomains, ManageTenant, OwnAccount, TenantRef};
use audit::{Chain, Context, Entry, Target};
use db::Tx;
use kernel::id::random_token;
use kernel::{Clock, Coded as _, DomainId, DomainName, FieldError, TenantId};
use mail_dns::DomainState;
use mail_dns::dmarc::Policy;
use provisioning::{DOMAIN, MailSettings, domain_want, mail_settings, user_of_type};
use reconcile::Resource;
use serde_json::json;
use tenants::primary::{self, Holder};

use crate::check::target;
use crate::error::Error;
use crate::model::{CLAIM_LASTS, Domain, Proof, users};
use crate::recorded::Action;
use crate::service::Domains;
use crate::store;

/// How often a request that waits for the mail server looks.
const LOOK: Duration = Duration::from_millis(50);
/// The most claims of a workspace that nobody has proven.
const MOST_CLAIMS: u64 = 50;

impl Domain {
    /// A new claim.
    pub(crate) fn claim(clock: &Clock, tenant: TenantId, name: DomainName) -> Self {
        let now = clock.now();
        Self {
            id: DomainId::new(clock),
            tenant,
            name,
            token: random_token(),
            proven: None,
            state: DomainState::Pending,
            state_since: now,
            policy: None,
            zone: None,
            zone_read_at: None,
            findings: Vec::new(),
            asked: Vec::new(),
            host: None,
            checked_at: None,
            next_check_at: now,
            lapses_at: Some(now.after(CLAIM_LASTS)),
            removing_at: None,
            refusal: None,
            created_at: now,
        }
    }
}

/// True when the mail server has it or is to have it, though it may not say so yet.
pub(crate) async fn is_wanted(tx: &Tx, domain: &Domain) -> Result<bool, Error> {
    let all = reconcile::of_owner(&**tx, &domain.tenant.to_string()).await?;
    let is_it = |resource: &Resource| resource.kind == DOMAIN && resource.name == domain.name.ascii();
    Ok(all.iter().any(|resource| is_it(resource) && resource.spec.is_some()))
}

pub(crate) async fn live_holder(tx: &Tx, tenant: TenantId) -> Result<Holder, Error> {
    let holder = primary::lock_holder(tx, tenant).await?.ok_or(Error::NotFound)?;
    if holder.status.is_live() { Ok(holder) } else { Err(Error::WrongState(holder.status.as_str())) }
}

/// Locks a domain of a live workspace. False when what its records follow from is not as it was read.
pub async fn lock_as_read(tx: &Tx, read: &Domain) -> Result<bool, Error> {
    live_holder(tx, read.tenant).await?;
    let now = store::lock(tx, read.id).await?.ok_or(Error::NotFound)?;
    Ok((&now.token, &now.proven, &now.policy, &now.zone)
        == (&read.token, &read.proven, &read.policy, &read.zone))
}

/// Forgets a domain, and tells whoever keeps something of it.
pub(crate) async fn forget(tx: &Tx, events: &Events, gone: &Domain) -> Result<(), db::Error> {
    events.domain_gone(tx, gone.tenant, gone.id).await?;
    store::delete(tx, gone).await
}

/// The tenant, where the caller works in it.
pub fn own_tenant(by: &Granted<OwnAccount>, tenant: TenantId) -> Result<&TenantRef, Error> {
    let own = by.actor().rights.tenants.iter().find(|own| own.tenant.id == tenant);
    Ok(&own.ok_or(Error::NotFound)?.tenant)
}

impl Domains {
    /// Claims a domain. Nothing is made upstream before it is proven.
    pub async fn add(&self, by: &Granted<ManageDomains>, name: DomainName) -> Result<Domain, Error> {
        let most = &self.platform.deployment.allowances;
        allowances::ask(&self.platform.db, by.actor(), most).await?.map_err(Error::AskedTooOften)?;
        let added = self.claim(by, name).await;
        if let Err(error @ Error::Taken) = &added {
            let tenant = by.scope();
            let about = Target::thing("tenant", &tenant.id, &tenant.slug);
            let chain = Chain::Tenant(tenant.id);
            allowances::answered(&self.platform.db, by.actor(), chain, about, error.code()).await?;
        }
        added
    }

    async fn claim(&self, by: &Granted<ManageDomains>, name: DomainName) -> Result<Domain, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, tenant).await?;
        if store::by_name(&*tx, tenant, name.ascii()).await?.is_some() {
            return Err(Error::Known);
        }
        let want = domain_want(tenant, &name, &MailSettings::default());
        let is_taken = reconcile::is_taken(&*tx, want.kind, &want.name, &want.owner).await?;
        if is_taken || self.is_reserved(&holder, &name) {
            return Err(Error::Taken);
        }
        if store::claims(&*tx, tenant).await? >= MOST_CLAIMS {
            return Err(Error::TooManyClaims(MOST_CLAIMS));
        }
        let claim = Domain::claim(clock, tenant, name);
        let too_long = |_| Error::Invalid(vec![FieldError::of("name", "too_long", "domain-too-long")]);
        claim.expected(&self.settings.challenge).map_err(too_long)?;
        store::insert(&tx, &claim).await?;
        let entry = Entry::done(Action::DomainAdd, target(&claim)).after(json!({"name": claim.name}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        Ok(claim)
    }

    /// True for the platform's own domains and what is below them, but in its own workspace.
    pub(crate) fn is_reserved(&self, holder: &Holder, name: &DomainName) -> bool {
        let platform = &self.platform.deployment.domains;
        !holder.is_platform && platform.iter().any(|own| name.is_within(own))
    }

    /// Takes an operator's word for whose it is [D1].
    pub async fn vouch(&self, by: &Granted<ManageTenant>, name: &DomainName) -> Result<Domain, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, tenant).await?;
        let before = store::lock_by_name(&tx, tenant, name.ascii()).await?.ok_or(Error::NotFound)?;
        if before.is_proven() {
            return Ok(before);
        }
        let want = domain_want(tenant, name, &mail_settings(&*tx, tenant, name).await?);
        let is_taken = reconcile::is_taken(&*tx, want.kind, &want.name, &want.owner).await?;
        if is_taken || self.is_reserved(&holder, name) {
            return Err(Error::Taken);
        }
        access::people::domain_proven(&tx, tenant, name).await?;
        let wanted = reconcile::want(&tx, clock, &want).await;
        wanted.map_err(|error| if error.is_duplicate() { Error::Taken } else { error.into() })?;
        let is_first = holder.primary_domain.is_none();
        if is_first {
            primary::set_primary_domain(&tx, clock, tenant, Some(name)).await?;
        }
        let now = clock.now();
        let proven = Some((Proof::Vouched, now));
        let after = Domain { proven, lapses_at: None, next_check_at: now, ..before };
        store::update(&tx, &after).await?;
        let entry = Entry::done(Action::DomainVouch, target(&after))
            .before(json!({"proof": null}))
            .after(json!({"proof": Proof::Vouched.as_str(), "primary": is_first}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle(tenant).await?;
        Ok(after)
    }

    /// Looks at a domain's records now.
    pub async fn recheck(&self, by: &Granted<ManageDomains>, name: &DomainName) -> Result<Domain, Error> {
        self.recheck_as(by.context(), by, name).await
    }

    /// The same without anybody's asking, once something was done to its records.
    pub async fn recheck_by_system(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
    ) -> Result<Domain, Error> {
        self.recheck_as(&Context::system("domains", &self.platform.clock), by, name).await
    }

    async fn recheck_as(
        &self,
        context: &Context,
        by: &Granted<ManageDomains>,
        name: &DomainName,
    ) -> Result<Domain, Error> {
        let domain = self.domain(by, name).await?;
        let checked = self.check(context, &domain, true).await?;
        if checked.proven == domain.proven {
            return Ok(checked);
        }
        // It was proven by this: what the mail server wants of its DNS is known in a moment.
        self.settle(by.tenant()).await?;
        self.check(context, &checked, true).await
    }

    /// Chooses what others should do with mail that is not from the domain.
    pub async fn set_dmarc(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
        policy: Policy,
    ) -> Result<Domain, Error> {
        let tenant = by.tenant();
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, tenant).await?;
        let before = store::lock_by_name(&tx, tenant, name.ascii()).await?.ok_or(Error::NotFound)?;
        if before.policy == Some(policy) {
            return Ok(before);
        }
        let after =
            Domain { policy: Some(policy), next_check_at: self.platform.clock.now(), ..before.clone() };
        store::update(&tx, &after).await?;
        let said = |domain: &Domain| json!({"dmarcPolicy": domain.policy.map(|policy| policy.to_string())});
        let entry =
            Entry::done(Action::DomainDmarc, target(&after)).before(said(&before)).after(said(&after));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        Ok(after)
    }

    /// Makes a proven domain the primary one.
    pub async fn make_primary(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
    ) -> Result<Domain, Error> {
        let tenant = by.tenant();
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, tenant).await?;
        let domain = store::lock_by_name(&tx, tenant, name.ascii()).await?.ok_or(Error::NotFound)?;
        if !domain.is_proven() || domain.removing_at.is_some() {
            return Err(Error::Unproven);
        }
        if holder.primary_domain.as_ref() == Some(name) {
            return Ok(domain);
        }
        primary::set_primary_domain(&tx, &self.platform.clock, tenant, Some(name)).await?;
        let entry = Entry::done(Action::DomainPrimary, target(&domain))
            .before(json!({"primaryDomain": holder.primary_domain}))
            .after(json!({"primaryDomain": name}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        Ok(domain)
    }

    /// Removes a domain. The mail server says whether anything uses it; then it stays, and the error names what does.
    pub async fn remove(&self, by: &Granted<ManageDomains>, name: &DomainName) -> Result<(), Error> {
        let Some(removing) = self.begin_removal(by, name).await? else {
            return Ok(());
        };
        let deadline = tokio::time::Instant::now() + self.platform.pace.settle;
        loop {
            // What the mail server says is written down by whoever asked it (`watch`).
            let domain = store::by_name(self.platform.db.read(), by.tenant(), removing.name.ascii()).await?;
            match domain {
                None => return Ok(()),
                Some(domain) if domain.removing_at.is_none() => {
                    let used = domain.refusal.as_ref().map_or_else(|| vec![user_of_type("")], users);
                    return Err(Error::InUse(used));
                }
                Some(_) if tokio::time::Instant::now() >= deadline => return Err(Error::Slow),
                Some(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// Says that it should go; none for a claim, which just goes.
    async fn begin_removal(
        &self,
        by: &Granted<ManageDomains>,
        name: &DomainName,
    ) -> Result<Option<Domain>, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let now = clock.now();
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, tenant).await?;
        let before = store::lock_by_name(&tx, tenant, name.ascii()).await?.ok_or(Error::NotFound)?;
        if before.removing_at.is_some() {
            reconcile::retry_now(&tx, clock, &[tenant.to_string()]).await?;
            tx.commit_silently("a removal that was recorded is tried again").await?;
            return Ok(Some(before));
        }
        if holder.primary_domain.as_ref() == Some(name) {
            if another_could_be_primary(&*tx, tenant, name).await? {
                return Err(Error::Primary);
            }
            primary::set_primary_domain(&tx, clock, tenant, None).await?;
        }
        let entry = Entry::done(Action::DomainRemove, target(&before))
            .before(json!({"state": before.state.as_str()}));
        let removing = if before.is_proven() || is_wanted(&tx, &before).await? {
            let removing = Domain { removing_at: Some(now), refusal: None, ..before };
            store::update(&tx, &removing).await?;
            let owner = tenant.to_string();
            reconcile::order_one(&tx, clock, &owner, DOMAIN, name.ascii()).await?;
            reconcile::destroy_one(&tx, clock, &owner, DOMAIN, name.ascii(), now).await?;
            Some(removing)
        } else {
            forget(&tx, &self.platform.events, &before).await?;
            None
        };
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        Ok(removing)
    }

    /// False for the primary domain while another could be it.
    pub(crate) async fn may_go(&self, by: &Granted<ManageDomains>, name: &DomainName) -> Result<bool, Error> {
        let is_primary = self.primary(by).await?.as_ref() == Some(name);
        Ok(!is_primary || !another_could_be_primary(self.platform.db.read(), by.tenant(), name).await?)
    }

    async fn settle(&self, tenant: TenantId) -> Result<(), Error> {
        self.platform.reconciler.settle(&tenant.to_string(), self.platform.pace.settle).await?;
        Ok(())
    }

    /// The domains of a workspace, by name.
    pub async fn list(&self, by: &Granted<ManageDomains>) -> Result<Vec<Domain>, Error> {
        Ok(store::of_tenant(self.platform.db.read(), by.tenant()).await?)
    }

    /// A domain of a workspace.
    pub async fn domain(&self, by: &Granted<ManageDomains>, name: &DomainName) -> Result<Domain, Error> {
        store::by_name(self.platform.db.read(), by.tenant(), name.ascii()).await?.ok_or(Error::NotFound)
    }

    /// A domain of a workspace that the caller works in.
    pub async fn own_domain(
        &self,
        by: &Granted<OwnAccount>,
        tenant: TenantId,
        name: &DomainName,
    ) -> Result<Domain, Error> {
        let own = own_tenant(by, tenant)?;
        store::by_name(self.platform.db.read(), own.id, name.ascii()).await?.ok_or(Error::NotFound)
    }
}

/// True while a workspace has another proven domain.
async fn another_could_be_primary(
    on: &impl db::Connection,
    tenant: TenantId,
    name: &DomainName,
) -> Result<bool, Error> {
    let others = store::of_tenant(on, tenant).await?;
    Ok(others.iter().any(|other| other.is_proven() && other.name != *name))
}

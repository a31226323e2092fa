//! What can be done with a tenant. Each action is one transaction: the row, what is wanted upstream, the audit record.

use std::time::Duration;

use access::invitations::{self, Invitation};
use access::{CreateTenant, EditTenant, Granted, ManageTenant, ReconcileTenant, TenantRole, TenantStatus};
use audit::{Chain, Context, Entry, Target};
use db::Tx;
use kernel::{Expected, FieldError, PartnerId, TenantId, UserId};
use provisioning::{MailSettings, mail_settings, wants};
use reconcile::Resource;
use serde_json::{Value, json};

use crate::error::Error;
use crate::model::{BillingInfo, NewTenant, Plan, SPACE_SHARE, SecurityPolicy, Tenant, TenantChange};
use crate::recorded::Action;
use crate::service::Tenants;
use crate::store;

/// The tenant, as the log names what something was done to.
pub fn target(tenant: &Tenant) -> Target {
    Target::thing("tenant", &tenant.id, &tenant.name)
}

/// A tenant that was made a moment ago: whoever has this made it, and may read it once more.
#[derive(Debug)]
pub struct Made(Tenant);

impl Made {
    /// As it was made.
    pub fn tenant(&self) -> &Tenant {
        &self.0
    }
}

/// What the audit log says of a tenant; ids instead of personal data.
pub(crate) fn audited(tenant: &Tenant) -> Value {
    json!({
        "slug": tenant.slug, "name": tenant.name, "industry": tenant.industry, "plan": tenant.plan.as_str(),
        "seats": tenant.seats, "storageBytes": tenant.storage_quota,
        "spaceBytes": tenant.space(), "partnerId": tenant.partner, "status": tenant.status.as_str(),
        "primaryDomain": tenant.primary_domain, "company": tenant.billing_info.company,
    })
}

fn taken(field: &str, key: &'static str) -> Error {
    Error::Taken(FieldError::of(field, "taken", key))
}

fn slug_taken() -> Error {
    taken("slug", "tenant-id-taken")
}

impl Tenants {
    /// Makes a tenant and begins to provision it.
    pub async fn create(&self, by: &Granted<CreateTenant>, new: NewTenant) -> Result<Made, Error> {
        // What nobody can have is told like what somebody has, so that neither can be told from the other.
        if new.slug.is_reserved() {
            return Err(slug_taken());
        }
        self.insert(by.context(), new, false).await.map(Made)
    }

    /// Makes the platform's own workspace, once, however many instances start at a time [B8].
    pub async fn ensure_platform_workspace(&self) -> Result<(), Error> {
        let settings = &self.settings;
        if store::by_slug(self.platform.db.read(), &settings.platform_slug).await?.is_some() {
            return Ok(());
        }
        let new = NewTenant {
            slug: settings.platform_slug.clone(),
            name: settings.platform_name.clone(),
            industry: None,
            plan: Plan::Enterprise,
            seats: 25,
            partner: None,
            primary_domain: None,
            billing_info: BillingInfo::default(),
            owner: None,
        };
        match self.insert(&Context::system("start", &self.platform.clock), new, true).await {
            // Another instance was faster.
            Err(Error::Taken(_)) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn insert(
        &self,
        context: &Context,
        new: NewTenant,
        is_platform: bool,
    ) -> Result<Tenant, Error> {
        let (db, clock) = (&self.platform.db, &self.platform.clock);
        let tx = db.begin().await?;
        self.check_partner(&tx, new.partner).await?;
        let tenant = Tenant {
            id: TenantId::new(clock),
            slug: new.slug,
            name: new.name,
            industry: new.industry,
            plan: new.plan,
            seats: new.seats,
            storage_quota: None,
            space_quota: None,
            space_share: Some(SPACE_SHARE),
            partner: new.partner,
            status: TenantStatus::Pending,
            suspended_from: None,
            primary_domain: new.primary_domain,
            billing_info: new.billing_info,
            security_policy: SecurityPolicy::default(),
            is_platform,
            version: 1,
            created_at: clock.now(),
            terminated_at: None,
            purge_after: None,
        };
        store::insert(&tx, &tenant).await.map_err(|error| match error {
            error if error.is_duplicate() => slug_taken(),
            error => error.into(),
        })?;
        self.want(&tx, &tenant).await?;
        let mut after = audited(&tenant);
        if let Some(owner) = new.owner {
            // Whoever has this address, here or at the identity provider: only the link makes an owner [A2].
            // `invitations` writes the mail.
            let new = Invitation::new(clock, tenant.id, owner.email, TenantRole::Owner, None);
            invitations::insert(&tx, &new).await?;
            after["ownerInvited"] = json!(true);
        }
        let entry = Entry::done(Action::TenantCreate, target(&tenant)).after(after);
        audit::commit(tx, context, Chain::Tenant(tenant.id), entry).await?;
        Ok(tenant)
    }

    async fn check_partner(&self, tx: &Tx, partner: Option<PartnerId>) -> Result<(), Error> {
        let Some(id) = partner else { return Ok(()) };
        if store::partners(&**tx).await?.iter().any(|partner| partner.id == id && partner.is_active) {
            return Ok(());
        }
        Err(Error::Invalid(vec![FieldError::of("partnerId", "unknown", "tenant-partner-unknown")]))
    }

    /// Writes what the tenant needs upstream. A domain that another tenant has is refused [D5].
    async fn want(&self, tx: &Tx, tenant: &Tenant) -> Result<(), Error> {
        let settings = match &tenant.primary_domain {
            Some(domain) => mail_settings(&**tx, tenant.id, domain).await?,
            None => MailSettings::default(),
        };
        for want in wants(&tenant.workspace(), &settings) {
            let is_domain = want.kind == "stalwart.domain";
            let in_use = || taken("primaryDomain", "tenant-domain-taken");
            if is_domain && reconcile::is_taken(&**tx, want.kind, &want.name, &want.owner).await? {
                return Err(in_use());
            }
            reconcile::want(tx, &self.platform.clock, &want).await.map_err(|error| match error {
                error if error.is_duplicate() && is_domain => in_use(),
                error => error.into(),
            })?;
        }
        Ok(())
    }

    /// Changes a tenant. `expected` is the version that the caller read, if they said.
    pub async fn update(
        &self,
        by: &Granted<EditTenant>,
        change: TenantChange,
        expected: impl Into<Expected>,
    ) -> Result<Tenant, Error> {
        if change.needs_operator() {
            by.demand::<ManageTenant>(&self.platform.db).await?;
        }
        let tx = self.platform.db.begin().await?;
        let before = locked(&tx, by.tenant()).await?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        if !before.status.is_live() {
            return Err(Error::WrongState { state: before.status.as_str(), action: "changed" });
        }
        // One that takes no new customers keeps those that it has.
        if let Some(partner) = change.partner.filter(|partner| *partner != before.partner) {
            self.check_partner(&tx, partner).await?;
        }
        let after = change.apply(&before);
        if after == before {
            // Said again: what somebody changed upstream is put right.
            reconcile::look_again_at_all(&tx, &self.platform.clock, &before.id.to_string()).await?;
            let entry = Entry::done(Action::TenantUpdate, target(&before)).after(json!({"unchanged": true}));
            audit::commit(tx, by.context(), Chain::Tenant(before.id), entry).await?;
            return Ok(before);
        }
        self.write(tx, by.context(), Action::TenantUpdate, &before, after).await
    }

    /// Makes a tenant a partner's customer, or nobody's, unless somebody else moved it since it was `from`'s.
    pub async fn move_to_partner(
        &self,
        by: &Granted<ManageTenant>,
        from: Option<PartnerId>,
        to: Option<PartnerId>,
    ) -> Result<Tenant, Error> {
        let tx = self.platform.db.begin().await?;
        let before = locked(&tx, by.tenant()).await?;
        if before.partner == to {
            return Ok(before);
        }
        if before.partner != from {
            return Err(Error::Stale);
        }
        if !before.status.is_live() {
            return Err(Error::WrongState { state: before.status.as_str(), action: "changed" });
        }
        self.check_partner(&tx, to).await?;
        let after = Tenant { partner: to, ..before.clone() };
        self.write(tx, by.context(), Action::TenantUpdate, &before, after).await
    }

    /// Closes a tenant for its members. Mail keeps arriving; nothing is lost [B1].
    pub async fn suspend(&self, by: &Granted<ManageTenant>) -> Result<Tenant, Error> {
        let (tx, before) = self.locked_for(by, "suspended").await?;
        if before.status == TenantStatus::Suspended {
            return Ok(before);
        }
        let after =
            Tenant { status: TenantStatus::Suspended, suspended_from: Some(before.status), ..before.clone() };
        self.write(tx, by.context(), Action::TenantSuspend, &before, after).await
    }

    /// Opens a suspended tenant again, exactly as it was.
    pub async fn resume(&self, by: &Granted<ManageTenant>) -> Result<Tenant, Error> {
        let (tx, before) = self.locked_for(by, "resumed").await?;
        if before.status != TenantStatus::Suspended {
            return Ok(before);
        }
        let status = before.suspended_from.unwrap_or(TenantStatus::Active);
        let after = Tenant { status, suspended_from: None, ..before.clone() };
        self.write(tx, by.context(), Action::TenantResume, &before, after).await
    }

    /// Ends a tenant: closed at once, purged after the grace period.
    pub async fn terminate(&self, by: &Granted<ManageTenant>) -> Result<Tenant, Error> {
        let owners = self.owners(by.tenant()).await?;
        let tx = self.platform.db.begin().await?;
        let before = locked(&tx, by.tenant()).await?;
        if before.is_platform {
            return Err(Error::Platform);
        }
        if !before.status.is_live() {
            return Ok(before);
        }
        // What there is by now may be destroyed when the grace period is over, however much it is.
        // People may be of other workspaces too; what becomes of them is decided when they go.
        let own: Vec<String> = owners.into_iter().filter(|it| it.parse::<UserId>().is_err()).collect();
        reconcile::order(&tx, &self.platform.clock, &own).await?;
        let now = self.platform.clock.now();
        let after = Tenant {
            status: TenantStatus::Terminated,
            terminated_at: Some(now),
            purge_after: Some(now.after(self.settings.grace)),
            ..before.clone()
        };
        self.write(tx, by.context(), Action::TenantTerminate, &before, after).await
    }

    async fn locked_for(
        &self,
        by: &Granted<ManageTenant>,
        action: &'static str,
    ) -> Result<(Tx, Tenant), Error> {
        let tx = self.platform.db.begin().await?;
        let tenant = locked(&tx, by.tenant()).await?;
        if tenant.is_platform {
            return Err(Error::Platform);
        }
        if !tenant.status.is_live() {
            return Err(Error::WrongState { state: tenant.status.as_str(), action });
        }
        Ok((tx, tenant))
    }

    /// Writes a locked tenant, what it wants upstream and the record of it. All changes of a tenant end here.
    pub async fn write(
        &self,
        tx: Tx,
        context: &Context,
        action: impl Into<audit::Action>,
        before: &Tenant,
        after: Tenant,
    ) -> Result<Tenant, Error> {
        let after = Tenant { version: before.version + 1, ..after };
        store::update(&tx, &after, self.platform.clock.now()).await?;
        if let Some(domain) =
            after.primary_domain.as_ref().filter(|_| before.primary_domain != after.primary_domain)
        {
            // An operator's word for whose the domain is.
            access::people::domain_proven(&tx, after.id, domain).await?;
        }
        self.want(&tx, &after).await?;
        if before.status != after.status {
            self.platform.events.tenant_changed(&tx, after.id).await?;
        }
        if before.partner != after.partner {
            self.platform.events.partner_changed(&tx, after.id).await?;
        }
        if (before.seats, before.storage(), before.space()) != (after.seats, after.storage(), after.space()) {
            self.platform.events.plan_changed(&tx, after.id).await?;
        }
        let entry = Entry::done(action, target(&after)).before(audited(before)).after(audited(&after));
        audit::commit(tx, context, Chain::Tenant(after.id), entry).await?;
        Ok(after)
    }

    /// Tries at once what is not done yet.
    pub async fn reconcile(&self, by: &Granted<ReconcileTenant>) -> Result<(), Error> {
        let owners = self.owners(by.tenant()).await?;
        let tx = self.platform.db.begin().await?;
        let tenant = locked(&tx, by.tenant()).await?;
        let due = reconcile::retry_now(&tx, &self.platform.clock, &owners).await?;
        let entry = Entry::done(Action::TenantReconcile, target(&tenant)).after(json!({"steps": due}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?;
        Ok(())
    }

    /// Whose objects belong to a tenant: its own, and those of its people.
    pub async fn owners(&self, tenant: TenantId) -> Result<Vec<String>, Error> {
        let mut owners = vec![tenant.to_string()];
        owners.extend(self.platform.events.owners_in(&self.platform.db, tenant).await?);
        Ok(owners)
    }

    /// Waits until nothing of a tenant is pending or failing, or the patience ends; gives where its steps stand.
    pub async fn settle_within(
        &self,
        by: &Granted<ReconcileTenant>,
        patience: Duration,
    ) -> Result<Vec<Resource>, Error> {
        let owner = by.tenant().to_string();
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            let steps = self.platform.reconciler.settle(&owner, left).await?;
            let failing = steps.iter().any(|step| step.status == reconcile::Status::Error);
            if !failing || left.is_zero() {
                return Ok(steps);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits a moment for the upstreams, so that most answers show the finished state.
    pub async fn settle(&self, tenant: TenantId) -> Result<(), Error> {
        self.platform.reconciler.settle(&tenant.to_string(), self.platform.pace.settle).await?;
        Ok(())
    }
}

/// The tenant, locked for this transaction.
pub async fn locked(tx: &Tx, id: TenantId) -> Result<Tenant, Error> {
    store::lock(tx, id).await?.ok_or_else(|| access::Error::from(access::Denial::NotFound).into())
}

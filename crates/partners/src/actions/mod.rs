//! What can be done with a partner. Each action is one transaction: the row, what is wanted upstream, the audit record.

mod customers;

use access::{Granted, ManagePartner, ManagePartners, PartnerStatus, roles};
use audit::{Chain, Context, Entry, Target};
use db::Tx;
use kernel::{Expected, PartnerId};
use serde_json::{Value, json};
use tenants::counts_of_partners;

use crate::error::Error;
use crate::model::{NewPartner, Partner, PartnerChange};
use crate::recorded::Action;
use crate::service::Partners;
use crate::{apply, store};

/// The partner, as the log names what something was done to.
pub(crate) fn target(partner: &Partner) -> Target {
    Target::thing("partner", &partner.id, &partner.name)
}

/// What the audit log says of a partner; whom to talk to is personal, so only that there is somebody.
fn audited(partner: &Partner) -> Value {
    json!({
        "slug": partner.slug, "name": partner.name, "domain": partner.domain, "status": partner.status.as_str(),
        "marginPct": partner.margin.to_string(), "company": partner.billing.company,
        "vatId": partner.billing.vat_id, "country": partner.billing.country,
        "hasContact": partner.contact.email.is_some(),
    })
}

/// The partner, locked for this transaction, in a state in which it can be changed.
pub async fn live(tx: &Tx, id: PartnerId) -> Result<Partner, Error> {
    let partner = locked(tx, id).await?;
    if partner.is_live() { Ok(partner) } else { Err(Error::WrongState { state: partner.status.as_str() }) }
}

/// The partner, locked for this transaction, in whatever state.
pub async fn locked(tx: &Tx, id: PartnerId) -> Result<Partner, Error> {
    store::lock(tx, id).await?.ok_or_else(|| access::Error::from(access::Denial::NotFound).into())
}

impl Partners {
    /// Makes a partner.
    pub async fn create(&self, by: &Granted<ManagePartners>, new: NewPartner) -> Result<Partner, Error> {
        // What nobody can have is told like what somebody has.
        if new.is_reserved() {
            return Err(Error::SlugTaken);
        }
        self.insert(by.context(), new).await
    }

    pub(crate) async fn insert(&self, context: &Context, new: NewPartner) -> Result<Partner, Error> {
        let (clock, tx) = (&self.platform.clock, self.platform.db.begin().await?);
        let partner = Partner {
            id: PartnerId::new(clock),
            slug: new.slug,
            name: new.name,
            domain: new.domain,
            status: PartnerStatus::Active,
            margin: new.margin,
            contact: new.contact,
            billing: new.billing,
            version: 1,
            created_at: clock.now(),
            terminated_at: None,
        };
        store::insert(&tx, &partner).await.map_err(|error| match error {
            error if error.is_duplicate() => Error::SlugTaken,
            error => error.into(),
        })?;
        apply::write(&tx, clock, &partner).await?;
        let entry = Entry::done(Action::PartnerCreate, target(&partner)).after(audited(&partner));
        audit::commit(tx, context, Chain::Platform, entry).await?;
        Ok(partner)
    }

    /// Changes a partner. `expected` is the version that the caller read, if they said.
    pub async fn update(
        &self,
        by: &Granted<ManagePartner>,
        change: PartnerChange,
        expected: impl Into<Expected>,
    ) -> Result<Partner, Error> {
        let tx = self.platform.db.begin().await?;
        let before = locked(&tx, by.partner()).await?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        if !before.is_live() {
            return Err(Error::WrongState { state: before.status.as_str() });
        }
        let after = change.apply(&before);
        if after == before {
            // Said again: what somebody changed upstream is put right.
            reconcile::look_again_at_all(&tx, &self.platform.clock, &before.id.to_string()).await?;
            let entry = Entry::done(Action::PartnerUpdate, target(&before)).after(json!({"unchanged": true}));
            audit::commit(tx, by.context(), Chain::Platform, entry).await?;
            return Ok(before);
        }
        self.write(tx, by.context(), Action::PartnerUpdate, &before, after).await
    }

    /// Closes a partner for its staff. Its customers go on as they are.
    pub async fn suspend(&self, by: &Granted<ManagePartner>) -> Result<Partner, Error> {
        self.turn(by, PartnerStatus::Suspended, Action::PartnerSuspend).await
    }

    /// Opens a suspended partner again.
    pub async fn resume(&self, by: &Granted<ManagePartner>) -> Result<Partner, Error> {
        self.turn(by, PartnerStatus::Active, Action::PartnerResume).await
    }

    async fn turn(
        &self,
        by: &Granted<ManagePartner>,
        status: PartnerStatus,
        action: Action,
    ) -> Result<Partner, Error> {
        let tx = self.platform.db.begin().await?;
        let before = live(&tx, by.partner()).await?;
        if before.status == status {
            return Ok(before);
        }
        let after = Partner { status, ..before.clone() };
        self.write(tx, by.context(), action, &before, after).await
    }

    /// Ends a partner: its staff are out at once, for rights are read at each request. Its customers stay its customers
    /// until somebody detaches them, and its slug stays taken.
    pub async fn terminate(&self, by: &Granted<ManagePartner>) -> Result<Partner, Error> {
        let tx = self.platform.db.begin().await?;
        let before = locked(&tx, by.partner()).await?;
        if !before.is_live() {
            return Ok(before);
        }
        let after = Partner {
            status: PartnerStatus::Terminated,
            terminated_at: Some(self.platform.clock.now()),
            ..before.clone()
        };
        self.write(tx, by.context(), Action::PartnerTerminate, &before, after).await
    }

    /// Writes a locked partner, what it wants upstream and the record of it. All changes of a partner end here.
    async fn write(
        &self,
        tx: Tx,
        context: &Context,
        action: Action,
        before: &Partner,
        after: Partner,
    ) -> Result<Partner, Error> {
        let after = Partner { version: before.version + 1, ..after };
        store::update(&tx, &after, self.platform.clock.now()).await?;
        let mut told = audited(&after);
        if before.status != after.status {
            // Whom it concerned.
            let counts = counts_of_partners(&*tx, &[after.id]).await?;
            told["customers"] = json!(counts.get(&after.id.to_string()).copied().unwrap_or(0));
            told["staff"] = json!(roles::staff(&*tx, after.id).await?.len());
        }
        apply::write(&tx, &self.platform.clock, &after).await?;
        let entry = Entry::done(action, target(&after)).before(audited(before)).after(told);
        audit::commit(tx, context, Chain::Platform, entry).await?;
        Ok(after)
    }
}

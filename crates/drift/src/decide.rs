//! What a person decides about a difference: revert it, adopt it, or accept it for a while [B5]. Each decision names the
//! plan that the person read, and is refused when the world has moved since.

use std::collections::BTreeMap;
use std::time::Duration;

use access::{Granted, ManageTenant, people};
use audit::{Chain, Entry};
use kernel::{TenantId, UserId, name};
use provisioning::{DOMAIN, DRIVE, GROUP};
use reconcile::drift::{self, Acceptance};
use reconcile::{Change, Owner, Plan, PlanAction, Version};
use serde_json::{Value, json};
use tenants::{MOST_NAME, MOST_STORAGE, Tenant, TenantChange, locked, target};

use crate::error::Error;
use crate::recorded::Action;
use crate::service::{Drift, MOST_SHOWN};

/// One change of a plan that somebody has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The plan's hash.
    pub hash: String,
    /// The kind of object.
    pub kind: String,
    /// The object's name.
    pub key: String,
}

/// What adopting a difference does.
#[derive(Debug, PartialEq)]
enum Adoption {
    /// The tenant is changed, so that what is there is what should be.
    Change(TenantChange),
    /// The foreign object becomes the tenant's own.
    TakeOver(String),
}

/// What adopting a change would do, or why it can't be adopted.
fn adoption(change: &Change) -> Result<Adoption, &'static str> {
    // What a group inside the tenant has is not the tenant's to follow, though it is of the same kinds.
    let is_tenants = change.owner.parse::<TenantId>().is_ok();
    match change.action {
        PlanAction::Foreign if is_tenants && [GROUP, DOMAIN].contains(&change.kind.as_str()) => {
            change.upstream_id.clone().map(Adoption::TakeOver).ok_or("drift-instead-marked")
        }
        PlanAction::Update if change.kind == DRIVE && !is_tenants => Err("drift-instead-group-space"),
        PlanAction::Update if change.kind == DRIVE => adopted_space(change).map(Adoption::Change),
        PlanAction::Update => Err("drift-instead-owner"),
        PlanAction::Foreign if !is_tenants => Err("drift-instead-another"),
        PlanAction::Create => Err("drift-instead-needed"),
        PlanAction::Delete | PlanAction::Foreign | PlanAction::Unreadable => Err("drift-instead-nothing"),
    }
}

fn adopted_space(change: &Change) -> Result<TenantChange, &'static str> {
    let mut adopted = TenantChange::default();
    for field in &change.fields {
        match field.field.as_str() {
            "name" => {
                let have = field.have.as_str().unwrap_or_default();
                let name = name::display_name(have, MOST_NAME).map_err(|_| "drift-instead-name")?;
                if upstream_ocis::space_name(&name) != have {
                    return Err("drift-instead-name");
                }
                adopted.name = Some(name);
            }
            "quotaBytes" => {
                let bytes = field.have.as_i64().filter(|bytes| (1..=MOST_STORAGE).contains(bytes));
                adopted.storage_quota = Some(Some(bytes.ok_or("drift-instead-storage")?));
            }
            "enabled" => return Err("drift-instead-state"),
            _ => return Err("drift-instead-space-owner"),
        }
    }
    Ok(adopted)
}

/// The tenant after the change. Where people have a share of the storage, a space of another size changes what is left
/// to them, and only one that is larger than everything changes what there is.
fn adopted_by(change: &TenantChange, before: &Tenant) -> Tenant {
    let after = change.apply(before);
    let is_shared_out = before.space_quota.is_some() || before.space_share.is_some();
    match change.storage_quota.flatten().filter(|_| is_shared_out) {
        Some(space) if space <= before.storage() => Tenant {
            storage_quota: before.storage_quota,
            space_quota: Some(space),
            space_share: None,
            ..after
        },
        Some(_) => Tenant { space_quota: None, space_share: None, ..after },
        None => after,
    }
}

/// Why a change can't be adopted; none when it can.
pub(crate) fn not_adoptable(change: &Change) -> Option<&'static str> {
    adoption(change).err()
}

impl Drift {
    /// Compares what should be with what is, without changing anything [B5].
    pub async fn plan(&self, by: &Granted<ManageTenant>) -> Result<Plan, Error> {
        Ok(self.platform.reconciler.plan(&self.tenants.owners(by.tenant()).await?).await?)
    }

    /// The change that is meant, in a plan made anew.
    async fn chosen(&self, by: &Granted<ManageTenant>, chosen: &Chosen) -> Result<Change, Error> {
        let plan = self.plan(by).await?;
        if plan.hash != chosen.hash {
            return Err(Error::PlanMoved);
        }
        plan.change(&chosen.kind, &chosen.key).cloned().ok_or(Error::NoSuchChange)
    }

    /// Makes one object as it should be. The record is written first: what is done upstream always has one.
    pub async fn revert(&self, by: &Granted<ManageTenant>, chosen: &Chosen) -> Result<Plan, Error> {
        let change = self.chosen(by, chosen).await?;
        if !change.is_doable() {
            return Err(Error::NothingToDo);
        }
        let after = json!({"hash": chosen.hash, "change": change.audited()});
        self.decide(by, Action::DriftRevert, after).await?;
        let is_it = |other: &Change| other.resource == change.resource;
        let owners = self.tenants.owners(by.tenant()).await?;
        Ok(self.platform.reconciler.apply(&owners, &chosen.hash, is_it).await?)
    }

    /// Makes what is there what should be.
    pub async fn adopt(&self, by: &Granted<ManageTenant>, chosen: &Chosen) -> Result<(), Error> {
        let change = self.chosen(by, chosen).await?;
        match adoption(&change).map_err(Error::NotAdoptable)? {
            Adoption::Change(adopted) => {
                let tx = self.platform.db.begin().await?;
                let before = live(locked(&tx, by.tenant()).await?)?;
                let after = adopted_by(&adopted, &before);
                self.tenants.write(tx, by.context(), Action::DriftAdopt, &before, after).await?;
            }
            Adoption::TakeOver(upstream_id) => {
                let tx = self.platform.db.begin().await?;
                let tenant = live(locked(&tx, by.tenant()).await?)?;
                drift::take_over(&tx, &self.platform.clock, &change.resource, &upstream_id).await?;
                let entry = Entry::done(Action::DriftAdopt, target(&tenant))
                    .after(json!({"change": change.audited()}));
                audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?;
            }
        }
        Ok(())
    }

    /// Lets a difference stay for so many days.
    pub async fn accept_change(
        &self,
        by: &Granted<ManageTenant>,
        chosen: &Chosen,
        reason: String,
        days: u32,
    ) -> Result<Acceptance, Error> {
        let change = self.chosen(by, chosen).await?;
        let tx = self.platform.db.begin().await?;
        let tenant = locked(&tx, by.tenant()).await?;
        let subject = change.acceptable().ok_or(Error::NothingToDo)?;
        let expires_at = self.platform.clock.now().after(Duration::from_hours(24) * days);
        let who = by.context().actor.id();
        let accepted =
            drift::accept(&tx, &self.platform.clock, subject, reason.clone(), who, expires_at).await?;
        let after = json!({"change": change.audited(), "reason": reason, "until": expires_at.to_string()});
        let entry = Entry::done(Action::DriftAccept, target(&tenant)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?;
        Ok(accepted)
    }

    /// Ends an acceptance before its time: the difference counts again.
    pub async fn withdraw_acceptance(&self, by: &Granted<ManageTenant>, id: &str) -> Result<(), Error> {
        let owners = self.tenants.owners(by.tenant()).await?;
        let tx = self.platform.db.begin().await?;
        let tenant = locked(&tx, by.tenant()).await?;
        let found = drift::acceptance(&*tx, id).await?;
        let acceptance =
            found.filter(|one| owners.contains(&one.subject.owner)).ok_or(Error::NoSuchChange)?;
        drift::withdraw(&tx, &acceptance.id).await?;
        let before = json!({
            "kind": acceptance.subject.kind, "fields": acceptance.subject.audited(),
            "reason": acceptance.reason,
        });
        let entry = Entry::done(Action::DriftWithdraw, target(&tenant)).before(before);
        Ok(audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?)
    }

    /// The differences of a tenant that are accepted now.
    pub async fn acceptances(&self, by: &Granted<ManageTenant>) -> Result<Vec<Acceptance>, Error> {
        let owners = self.tenants.owners(by.tenant()).await?;
        Ok(drift::acceptances(self.platform.db.read(), self.platform.clock.now(), Some(&owners), MOST_SHOWN)
            .await?)
    }

    /// The names of those who accepted, by id.
    pub(crate) async fn acceptors(&self, all: &[Acceptance]) -> Result<BTreeMap<String, String>, Error> {
        let ids: Vec<UserId> = all.iter().filter_map(|one| one.accepted_by.parse().ok()).collect();
        let people = people::by_ids(self.platform.db.read(), &ids).await?;
        Ok(people.into_iter().map(|person| (person.id.to_string(), person.name)).collect())
    }

    /// Whose the objects of a plan are, for people.
    pub(crate) async fn owners_of(&self, plan: &Plan) -> Result<BTreeMap<String, Owner>, Error> {
        let open = plan.changes.iter().map(|change| change.owner.clone());
        let accepted = plan.accepted.iter().map(|acceptance| acceptance.subject.owner.clone());
        let owners: Vec<String> = open.chain(accepted).collect();
        Ok(self.platform.reconciler.owners(&owners).await?)
    }

    /// What was wanted of a tenant's objects, the latest first.
    pub async fn history(&self, by: &Granted<ManageTenant>) -> Result<Vec<Version>, Error> {
        Ok(reconcile::history(self.platform.db.read(), &by.tenant().to_string()).await?)
    }

    async fn decide(
        &self,
        by: &Granted<ManageTenant>,
        action: Action,
        after: serde_json::Value,
    ) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        let tenant = locked(&tx, by.tenant()).await?;
        let entry = Entry::done(action, target(&tenant)).after(after);
        Ok(audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?)
    }

    /// Does what the plan of this hash lists. The record is written first: what is done upstream always has one.
    pub async fn apply(&self, by: &Granted<ManageTenant>, hash: &str) -> Result<Plan, Error> {
        let plan = self.plan(by).await?;
        if plan.hash != hash {
            return Err(Error::PlanMoved);
        }
        let changes: Vec<Value> = plan.changes.iter().map(Change::audited).collect();
        self.decide(by, Action::TenantApply, json!({"hash": hash, "changes": changes})).await?;
        Ok(self.platform.reconciler.apply(&self.tenants.owners(by.tenant()).await?, hash, |_| true).await?)
    }
}

fn live(tenant: Tenant) -> Result<Tenant, Error> {
    if tenant.status.is_live() {
        return Ok(tenant);
    }
    Err(tenants::Error::WrongState { state: tenant.status.as_str(), action: "changed" }.into())
}

//! The staff of a partner: their roles, whom of the customers they reach, and how they leave. All of it counts from the next
//! request on, for rights are read anew at each.

use access::account::{self, Account};
use access::roles::{self, Staff};
use access::{
    Customers, Granted, ManagePartner, PartnerRole, Person, PersonStatus, directory, people,
    staff_invitations,
};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{Clock, Expected, PartnerId, Slug, TenantId, UserId};
use serde_json::{Value, json};

use partners::{Partner, apply, live, locked, reach};

use crate::error::Error;
use crate::model::{Chosen, MOST_CHOSEN, StaffChange};
use crate::recorded::Action;
use crate::service::PartnerStaff;

/// Somebody of the staff, as the log names them: by their partner too, so that they are found with it.
pub(crate) fn target_of_staff(partner: &Partner, person: &Person) -> Target {
    let id = format!("{}/{}", partner.id, person.id);
    Target::person("staff", &id, &person.name, person.known_as.as_deref().unwrap_or_default())
}

/// What the log says of them; ids instead of personal data.
pub(crate) fn audited(partner: &Partner, role: PartnerRole, customers: &Customers) -> Value {
    let chosen: Option<Vec<String>> = match customers {
        Customers::All => None,
        Customers::Chosen(ids) => Some(ids.iter().map(ToString::to_string).collect()),
    };
    json!({"partner": partner.name, "role": role.as_str(), "reach": reach(customers), "tenants": chosen})
}

async fn person_of(tx: &Tx, user: UserId) -> Result<Person, Error> {
    people::by_ids(&**tx, &[user]).await?.pop().ok_or(Error::NoSuchStaff)
}

/// A partner keeps an owner who can act: nobody does with a removed account, or before they chose their password.
async fn keep_an_owner(tx: &Tx, staff: &[Staff], of: &Staff) -> Result<(), Error> {
    if of.role != PartnerRole::Owner {
        return Ok(());
    }
    let others = staff.iter().filter(|one| one.role == PartnerRole::Owner && one.user != of.user);
    let others: Vec<UserId> = others.map(|one| one.user).collect();
    let accounts = account::by_ids(&**tx, &others).await?;
    let can_act = |account: &Account| account.status() == PersonStatus::Active;
    if accounts.iter().any(can_act) { Ok(()) } else { Err(Error::LastOwner) }
}

impl PartnerStaff {
    /// The ids of chosen customers, which are locked: tenants come before their partner, and none of them is detached
    /// meanwhile.
    pub(crate) async fn chosen(
        &self,
        tx: &Tx,
        partner: PartnerId,
        chosen: &Chosen,
    ) -> Result<Customers, Error> {
        let Chosen::These(slugs) = chosen else { return Ok(Customers::All) };
        if slugs.len() > MOST_CHOSEN {
            return Err(Error::TooManyChosen);
        }
        let mut ids: Vec<TenantId> = Vec::new();
        for (slug, found) in slugs.iter().zip(ids_of(tx, slugs).await?) {
            ids.push(found.ok_or_else(|| Error::NotACustomer(slug.to_string()))?);
        }
        let own = directory::lock_customers(tx, partner, &ids).await?;
        let is_own = |slug: &&Slug| own.iter().any(|tenant| tenant.slug == slug.as_str());
        match slugs.iter().find(|slug| !is_own(slug)) {
            Some(other) => Err(Error::NotACustomer(other.to_string())),
            None => Ok(Customers::Chosen(own.into_iter().map(|tenant| tenant.id).collect())),
        }
    }

    /// Gives somebody another role, or other customers. `expected` is the version that the caller read, if they said.
    pub async fn change_staff(
        &self,
        by: &Granted<ManagePartner>,
        user: UserId,
        change: StaffChange,
        expected: impl Into<Expected>,
    ) -> Result<(), Error> {
        let (clock, tx) = (&self.platform.clock, self.platform.db.begin().await?);
        let customers = match &change.customers {
            Some(chosen) => Some(self.chosen(&tx, by.partner(), chosen).await?),
            None => None,
        };
        let partner = live(&tx, by.partner()).await?;
        let staff = roles::staff(&*tx, partner.id).await?;
        let before = staff.iter().find(|one| one.user == user).ok_or(Error::NoSuchStaff)?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        let after = Staff {
            role: change.role.unwrap_or(before.role),
            customers: customers.clone().unwrap_or_else(|| before.customers.clone()),
            ..before.clone()
        };
        let person = person_of(&tx, user).await?;
        let is_same = after.role == before.role && is_same_reach(&after.customers, &before.customers);
        if is_same {
            let told = json!({"unchanged": true});
            let entry = Entry::done(Action::StaffUpdate, target_of_staff(&partner, &person)).after(told);
            return Ok(audit::commit(tx, by.context(), Chain::Platform, entry).await?);
        }
        if by.actor().person.id == user {
            return Err(Error::Oneself);
        }
        if after.role != PartnerRole::Owner {
            keep_an_owner(&tx, &staff, before).await?;
        }
        roles::set_partner_role(&tx, clock, partner.id, user, after.role).await?;
        // Customers that the change doesn't name are not locked: one of them may be leaving the partner just now.
        if let Some(customers) = &customers {
            roles::set_customers(&tx, partner.id, user, customers).await?;
        }
        roles::set_version(&tx, partner.id, user, before.version + 1).await?;
        let entry = Entry::done(Action::StaffUpdate, target_of_staff(&partner, &person))
            .before(audited(&partner, before.role, &before.customers))
            .after(audited(&partner, after.role, &after.customers));
        Ok(audit::commit(tx, by.context(), Chain::Platform, entry).await?)
    }

    /// Takes somebody out of the staff.
    pub async fn remove_staff(&self, by: &Granted<ManagePartner>, user: UserId) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        // Who is to go may go from a partner that has ended too.
        let partner = locked(&tx, by.partner()).await?;
        let staff = roles::staff(&*tx, partner.id).await?;
        let before = staff.iter().find(|one| one.user == user).ok_or(Error::NoSuchStaff)?;
        if by.actor().person.id == user {
            return Err(Error::Oneself);
        }
        if partner.is_live() {
            keep_an_owner(&tx, &staff, before).await?;
        }
        let entry = let_go(&tx, &self.platform.clock, &partner, before).await?;
        Ok(audit::commit(tx, by.context(), Chain::Platform, entry).await?)
    }
}

/// Takes somebody out of the staff of a locked partner; the record of it is to be written. They are locked before what they
/// have of the partner, as by a purge of one of its customers.
pub(super) async fn let_go(tx: &Tx, clock: &Clock, partner: &Partner, one: &Staff) -> Result<Entry, Error> {
    let user = one.user;
    memberships::staff::lock(tx, user).await?;
    let person = person_of(tx, user).await?;
    roles::take_partner_role(tx, partner.id, user).await?;
    staff_invitations::revoke_of_person(tx, partner.id, user, clock.now()).await?;
    let is_removed = apply::let_go(tx, clock, partner, user).await?;
    Ok(Entry::done(Action::StaffRemove, target_of_staff(partner, &person))
        .before(audited(partner, one.role, &one.customers))
        .after(json!({"accountRemoved": is_removed})))
}

/// The tenants of these slugs, each in its place.
async fn ids_of(tx: &Tx, slugs: &[Slug]) -> Result<Vec<Option<TenantId>>, Error> {
    let known = directory::tenants_by_slugs(&**tx, slugs).await?;
    let id = |slug: &Slug| known.iter().find(|tenant| tenant.slug == slug.as_str()).map(|tenant| tenant.id);
    Ok(slugs.iter().map(id).collect())
}

/// Whether the same customers are reached, in whatever order they are named.
fn is_same_reach(one: &Customers, other: &Customers) -> bool {
    match (one, other) {
        (Customers::Chosen(one), Customers::Chosen(other)) => {
            one.len() == other.len() && one.iter().all(|id| other.contains(id))
        }
        (one, other) => one == other,
    }
}

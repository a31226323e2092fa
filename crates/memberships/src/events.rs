//! What others tell of: members follow their tenant and their person, and are gone when nothing of them is left upstream.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Subscriber, TenantRef, directory, people, roles};
use async_trait::async_trait;
use audit::{Chain, Context, Entry};
use db::{Db, Tx};
use kernel::{Clock, MemberId, TenantId, UserId};
use reconcile::{Owner, ResourceSubscriber};
use serde_json::json;

use crate::desired::{self, FILES_QUOTA, FILES_USER, MEMBERSHIP, USER};
use crate::error::Error;
use crate::guard::{audited, target};
use crate::model::Member;
use crate::recorded::Action;
use crate::{apply, leave, store};

/// Told by other slices of changes of tenants and people.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

/// Told by the reconciler of every change of what members and people have upstream.
pub fn resource_subscriber() -> Arc<dyn ResourceSubscriber> {
    Arc::new(Progress)
}

struct Subscription(Clock);

fn database(error: Error) -> db::Error {
    match error {
        Error::Db(error) => error,
        other => db::Error::damaged("members", other.to_string()),
    }
}

pub(crate) async fn tenant_ref(tx: &Tx, id: TenantId) -> Result<TenantRef, Error> {
    directory::tenants_by_ids(&**tx, &[id]).await?.pop().ok_or(Error::NotFound)
}

#[async_trait]
impl Subscriber for Subscription {
    async fn person_changed(&self, tx: &Tx, user: UserId) -> Result<(), db::Error> {
        let Some(person) = people::by_ids(&**tx, &[user]).await?.pop() else { return Ok(()) };
        apply::renamed(tx, &self.0, user, &person.name).await.map_err(database)
    }

    async fn tenant_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        let tenant = tenant_ref(tx, tenant).await.map_err(database)?;
        let mut members = store::of_tenant(&**tx, tenant.id).await?;
        // Two tenants that change at once lock their people in one order.
        members.sort_by_key(|member| member.user);
        for member in members {
            apply::write(tx, &self.0, &tenant, &member).await.map_err(database)?;
        }
        Ok(())
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        let mut members = store::of_tenant(&**tx, tenant).await?;
        members.retain(|member| member.removed_at.is_none());
        // Two tenants that go at once lock their people in one order.
        members.sort_by_key(|member| member.user);
        let mut gone = Vec::new();
        for before in members {
            let removed =
                Member { removed_at: Some(self.0.now()), version: before.version + 1, ..before.clone() };
            let is_last = leave::let_go(tx, &self.0, &removed).await.map_err(database)?;
            gone.push((before, is_last));
        }
        let context = Context::system("members", &self.0);
        for (before, is_last) in gone {
            let entry = Entry::done(Action::MemberRemove, target(&before))
                .before(audited(&before))
                .after(json!({"accountRemoved": is_last}));
            audit::append(tx, &context, Chain::Tenant(tenant), entry).await?;
        }
        Ok(())
    }

    async fn owners_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, db::Error> {
        Ok(store::of_tenant(db.read(), tenant).await?.iter().flat_map(owners_of).collect())
    }
}

/// What a membership and its person own.
fn owners_of(member: &Member) -> [String; 2] {
    [desired::owner(member.id), member.user.to_string()]
}

struct Progress;

#[async_trait]
impl ResourceSubscriber for Progress {
    /// The memberships of the person, whichever of them it is about; and themself before what they have.
    async fn lock(&self, tx: &Tx, owner: &str) -> Result<(), db::Error> {
        if let Ok(user) = owner.parse::<UserId>() {
            store::lock_of_user(tx, user).await?;
            people::lock(tx, user).await?;
        }
        if let Ok(member) = owner.parse::<MemberId>()
            && let Some(member) = store::by_id(&**tx, member).await?
        {
            store::lock_of_user(tx, member.user).await?;
        }
        Ok(())
    }

    async fn resource_changed(&self, tx: &Tx, clock: &Clock, owner: &str) -> Result<(), db::Error> {
        if let Ok(user) = owner.parse::<UserId>() {
            return person_moved(tx, clock, user).await;
        }
        if let Ok(member) = owner.parse::<MemberId>() {
            return member_moved(tx, clock, member).await;
        }
        Ok(())
    }

    /// A person is of every tenant that they are a member of.
    async fn owners(&self, db: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, db::Error> {
        let mut known: BTreeMap<String, Owner> = BTreeMap::new();
        for member in store::of_owners(db.read(), owners).await? {
            for owner in owners_of(&member).into_iter().filter(|owner| owners.contains(owner)) {
                let entry = known.entry(owner).or_default();
                entry.tenants.push(member.tenant);
                entry.tenants.sort_unstable();
                entry.name = Some(member.name.clone());
            }
        }
        Ok(known)
    }
}

/// Notes the account's id once it is known, and lets go of what a removed person has. An account that was made anew has
/// another id, which its groups and the name of its files go by.
async fn person_moved(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), db::Error> {
    let Some(account) = access::account::by_id(&**tx, user).await? else { return Ok(()) };
    if account.removed {
        return let_account_go(tx, clock, user).await;
    }
    let owner = user.to_string();
    let resource = reconcile::named(&**tx, USER, &owner).await?;
    match resource.and_then(|resource| resource.upstream_id) {
        Some(id) if account.person.sub.as_ref() != Some(&id) && !account.person.own_account => {
            people::link(tx, user, &id).await?;
            for member in store::of_user(&**tx, user).await? {
                reconcile::look_again(tx, clock, &desired::owner(member.id), MEMBERSHIP).await?;
            }
            reconcile::look_again(tx, clock, &owner, FILES_USER).await
        }
        _ => Ok(()),
    }
}

/// Lets a removed person's account go, in the order of off-boarding (ocis, section 13): after their memberships the
/// files, then the account, and when all is gone upstream the members here.
pub(crate) async fn let_account_go(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), db::Error> {
    let memberships = store::of_user(&**tx, user).await?;
    for member in &memberships {
        if !reconcile::of_owner(&**tx, &desired::owner(member.id)).await?.is_empty() {
            return Ok(());
        }
    }
    let owner = user.to_string();
    for kind in [FILES_QUOTA, FILES_USER, USER] {
        if let Some(resource) = reconcile::named(&**tx, kind, &owner).await? {
            if resource.spec.is_some() {
                reconcile::destroy(tx, clock, &owner, kind, clock.now()).await?;
            }
            return Ok(());
        }
    }
    for member in memberships {
        store::delete(tx, member.id).await?;
    }
    Ok(())
}

/// Forgets a removed member of whom nothing is left; who has no workspace any more needs no files.
async fn member_moved(tx: &Tx, clock: &Clock, id: MemberId) -> Result<(), db::Error> {
    let Some(member) = store::by_id(&**tx, id).await?.filter(|member| member.removed_at.is_some()) else {
        return Ok(());
    };
    if !reconcile::of_owner(&**tx, &desired::owner(id)).await?.is_empty() {
        return Ok(());
    }
    let account = access::account::by_id(&**tx, member.user).await?;
    if account.is_some_and(|account| account.removed) {
        return let_account_go(tx, clock, member.user).await;
    }
    store::delete(tx, id).await?;
    if store::of_user(&**tx, member.user).await?.is_empty() {
        // An own account is no longer looked at, unless the group of a partner's staff goes by it.
        let is_staff = roles::is_staff(&**tx, member.user).await?;
        let unneeded = Some(USER).filter(|_| member.own_account && !is_staff);
        for kind in [FILES_QUOTA, FILES_USER].into_iter().chain(unneeded) {
            reconcile::destroy(tx, clock, &member.user.to_string(), kind, clock.now()).await?;
        }
    }
    Ok(())
}

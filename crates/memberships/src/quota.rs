//! What people may keep in their own drives, for the slice that looks after storage. A person has one drive, whatever
//! they are a member of: it may hold what their workspaces give them together.

use std::collections::BTreeMap;

use access::TenantRef;
use db::{Db, Error, Tx};
use kernel::{Clock, TenantId, UserId};

use crate::model::{Member, Status};
use crate::{apply, store};

/// A member and what they are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    pub name: String,
    /// Their address.
    pub email: String,
    /// What this tenant gives them, in bytes; none is no limit of its own.
    pub bytes: Option<i64>,
    /// Counts the changes of the member.
    pub version: i64,
}

/// What each person is given by each of their workspaces, in bytes; none is no limit of its own.
pub type Gifts = BTreeMap<UserId, BTreeMap<TenantId, Option<i64>>>;

impl From<&Member> for Given {
    fn from(member: &Member) -> Self {
        Self {
            tenant: member.tenant,
            user: member.user,
            name: member.name.clone(),
            email: member.email.clone(),
            bytes: member.storage_quota,
            version: member.version,
        }
    }
}

fn stays(member: &Member) -> bool {
    member.status() != Status::Removing
}

/// What the members of a tenant are given, by name.
pub async fn of_tenant(on: &impl db::Connection, tenant: TenantId) -> Result<Vec<Given>, Error> {
    let members = store::of_tenant(on, tenant).await?;
    Ok(members.iter().filter(|member| stays(member)).map(Given::from).collect())
}

/// What each workspace gives each of its people, by person; of a tenant's people alone, if one is named, but by all of
/// their workspaces.
pub async fn by_person(db: &Db, people_of: Option<TenantId>) -> Result<Gifts, Error> {
    let mut gifts = Gifts::new();
    for (tenant, user, bytes) in store::storage_quotas(db.read(), people_of).await? {
        gifts.entry(user).or_default().insert(tenant, bytes);
    }
    Ok(gifts)
}

/// Says what a member of a locked tenant is given, here and upstream.
pub async fn set(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    user: UserId,
    bytes: Option<i64>,
) -> Result<Option<Given>, crate::Error> {
    store::lock_of_user(tx, user).await?;
    let found = store::by_user(&**tx, tenant.id, user).await?;
    let Some(before) = found.filter(stays) else { return Ok(None) };
    let after = Member { storage_quota: bytes, version: before.version + 1, ..before };
    store::update(tx, &after).await?;
    apply::person(tx, clock, user).await?;
    Ok(Some(Given::from(&after)))
}

/// What a person's drive may hold; none while no workspace says. One that says nothing gives no limit to what the others
/// give, for then nobody could be given any.
pub(crate) fn of_person(memberships: &[Member]) -> Option<i64> {
    let given: Vec<i64> =
        memberships.iter().filter(|member| stays(member)).filter_map(|member| member.storage_quota).collect();
    (!given.is_empty()).then(|| given.iter().fold(0, |sum: i64, bytes| sum.saturating_add(*bytes)))
}

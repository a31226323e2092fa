//! Writes what groups need upstream, computed anew from all rows that decide it.

use access::{TenantRef, directory};
use db::Tx;
use kernel::{Clock, TenantId};
use memberships::roster::{self, Entry};
use provisioning::DRIVE;
use reconcile::{Resource, destroy_one, of_owner};

use crate::desired::wants;
use crate::error::Error;
use crate::model::{GRACE, Group};
use crate::store;

/// A tenant as its groups depend on it.
pub struct TenantContext {
    pub tenant: TenantRef,
    /// Its members, by name.
    pub roster: Vec<Entry>,
}

impl TenantContext {
    pub async fn of(tx: &Tx, tenant: TenantId) -> Result<Self, Error> {
        let found = directory::tenants_by_ids(&**tx, &[tenant]).await?.pop();
        Ok(Self { tenant: found.ok_or(Error::NotFound)?, roster: roster::of_tenant(&**tx, tenant).await? })
    }
}

/// The same as a person's action: what goes by it was ordered.
pub async fn write_ordered(
    tx: &Tx,
    clock: &Clock,
    context: &TenantContext,
    group: &Group,
) -> Result<(), Error> {
    for gone in write(tx, clock, context, group).await? {
        reconcile::order_one(tx, clock, &gone.owner, &gone.kind, &gone.name).await?;
    }
    Ok(())
}

/// Writes what a group needs, and lets go of what it needs no more: at once, save for the files in its space. Gives what
/// it let go of.
pub async fn write(
    tx: &Tx,
    clock: &Clock,
    context: &TenantContext,
    group: &Group,
) -> Result<Vec<Resource>, Error> {
    let people = store::people_of(&**tx, group.id).await?;
    let people: Vec<Entry> =
        context.roster.iter().filter(|entry| people.contains_key(&entry.member)).cloned().collect();
    let (owner, now) = (group.id.to_string(), clock.now());
    let wanted = wants(group, &context.tenant, &people);
    let known = of_owner(&**tx, &owner).await?;
    let mut gone = Vec::new();
    for have in known.iter().filter(|have| have.spec.is_some()) {
        if !wanted.iter().any(|want| (want.kind, &want.name) == (have.kind.as_str(), &have.name)) {
            let after = if have.kind == DRIVE { now.after(GRACE) } else { now };
            destroy_one(tx, clock, &owner, &have.kind, &have.name, after).await?;
            gone.push(have.clone());
        }
    }
    for want in wanted {
        let is_news = !known.iter().any(|have| {
            (have.kind.as_str(), &have.name, have.spec.as_ref()) == (want.kind, &want.name, Some(&want.spec))
        });
        if is_news {
            reconcile::want(tx, clock, &want).await.map_err(|error| lingers(error, &want.name))?;
        }
    }
    Ok(gone)
}

/// Another's object of that name is not gone yet.
fn lingers(error: db::Error, name: &str) -> Error {
    if error.is_duplicate() { Error::Lingering(name.to_owned()) } else { error.into() }
}

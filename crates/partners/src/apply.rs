//! Writes what partners and their staff need upstream, computed anew from all rows that decide it.

use access::{account, roles};
use db::Tx;
use kernel::{Clock, UserId};
use memberships::{MEMBERSHIP, staff};
use provisioning::GROUP;
use reconcile::{destroy_one, of_owner, want};

use crate::desired::{self, ALL_STAFF};
use crate::error::Error;
use crate::model::Partner;

/// Writes what a locked partner needs, its staff one after another in the order of their ids, and lets go of what it needs
/// no more. Somebody ordered that.
pub async fn write(tx: &Tx, clock: &Clock, partner: &Partner) -> Result<(), Error> {
    for one in roles::staff(&**tx, partner.id).await? {
        staff::write(tx, clock, one.user).await?;
        in_all(tx, clock, one.user).await?;
    }
    own(tx, clock, partner).await
}

/// Somebody is of the staff from now on. That changes nothing of what the others are, so nobody else is locked.
pub async fn join(tx: &Tx, clock: &Clock, partner: &Partner, user: UserId) -> Result<(), Error> {
    staff::write(tx, clock, user).await?;
    in_all(tx, clock, user).await?;
    own_of_written(tx, clock, partner).await
}

/// Somebody is of the staff no more: they leave the groups, and their account goes where nothing else needs it. True when
/// the account is removed. Nobody else is locked, as above.
pub async fn let_go(tx: &Tx, clock: &Clock, partner: &Partner, user: UserId) -> Result<bool, Error> {
    let is_removed = staff::let_go(tx, clock, user).await?;
    in_all(tx, clock, user).await?;
    own_of_written(tx, clock, partner).await?;
    Ok(is_removed)
}

/// The partner's own, unless it was never written as a whole: then the job does that (`jobs.rs`), which finds it by its
/// lacking a group.
async fn own_of_written(tx: &Tx, clock: &Clock, partner: &Partner) -> Result<(), Error> {
    match reconcile::named(&**tx, GROUP, &desired::group_of(partner)).await? {
        Some(_) => own(tx, clock, partner).await,
        None => Ok(()),
    }
}

/// Writes what a locked partner owns.
async fn own(tx: &Tx, clock: &Clock, partner: &Partner) -> Result<(), Error> {
    let people = roles::staff(&**tx, partner.id).await?;
    if partner.is_live() {
        want(tx, clock, &desired::of_all()).await?;
    }
    let owner = partner.id.to_string();
    let wanted = desired::wants(partner, &people);
    for have in of_owner(&**tx, &owner).await?.iter().filter(|have| have.spec.is_some()) {
        if !wanted.iter().any(|want| (want.kind, &want.name) == (have.kind.as_str(), &have.name)) {
            reconcile::order_one(tx, clock, &owner, &have.kind, &have.name).await?;
            destroy_one(tx, clock, &owner, &have.kind, &have.name, clock.now()).await?;
        }
    }
    for wanted in &wanted {
        want(tx, clock, wanted).await?;
    }
    Ok(())
}

/// Writes whether somebody, whose row is locked, is in the group of all staff.
async fn in_all(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), Error> {
    if !roles::is_staff(&**tx, user).await? {
        let name = desired::name_of(ALL_STAFF, user);
        return Ok(destroy_one(tx, clock, ALL_STAFF, MEMBERSHIP, &name, clock.now()).await?);
    }
    // Only partners that are open stand among their rights.
    let account = account::by_id(&**tx, user).await?;
    let present = account.is_some_and(|account| !account.removed && !account.rights.partners.is_empty());
    Ok(want(tx, clock, &desired::in_all(user, present)).await?)
}

//! How a membership ends: the role is taken, and what it gave upstream is let go.

use access::{invitations, people, roles};
use addresses::mailboxes;
use db::Tx;
use kernel::{Clock, UserId};
use reconcile::destroy;

use crate::desired::{self, FILES_QUOTA, FILES_USER, OF_MEMBER, USER};
use crate::error::Error;
use crate::model::Member;
use crate::{apply, store};

/// Takes a member's role and lets go of what they have in the tenant; true when that was the last that the person had.
/// The account goes once nothing depends on it any more (`events.rs`).
pub async fn let_go(tx: &Tx, clock: &Clock, removed: &Member) -> Result<bool, Error> {
    let (user, now) = (removed.user, clock.now());
    roles::take_tenant_role(tx, removed.tenant, user).await?;
    invitations::revoke_of_person(tx, removed.tenant, user, now).await?;
    store::update(tx, removed).await?;
    mailboxes::let_go(tx, removed.id).await?;
    for kind in OF_MEMBER {
        destroy(tx, clock, &desired::owner(removed.id), kind, now).await?;
    }
    people::lock(tx, user).await?;
    let is_member = store::of_user(&**tx, user).await?.iter().any(|member| member.removed_at.is_none());
    let is_last = !is_member && !roles::has_any_besides(&**tx, user, removed.tenant).await?;
    // Who has an account of their own stays somebody: another workspace may have them [A16].
    let is_last = is_last && !removed.own_account;
    if is_last {
        people::remove(tx, user, now).await?;
    } else {
        people::let_go_by(tx, removed.tenant, user).await?;
    }
    if !is_member && reconcile::is_ordered(&**tx, &desired::owner(removed.id)).await? {
        order_person(tx, clock, user, is_last).await?;
    }
    apply::person(tx, clock, user).await?;
    Ok(is_last)
}

/// What goes with the last membership of somebody was ordered with it.
async fn order_person(tx: &Tx, clock: &Clock, user: UserId, with_account: bool) -> Result<(), Error> {
    let owner = user.to_string();
    for kind in [FILES_QUOTA, FILES_USER] {
        reconcile::order_kind(tx, clock, &owner, kind).await?;
    }
    if with_account {
        reconcile::order_kind(tx, clock, &owner, USER).await?;
    }
    Ok(())
}

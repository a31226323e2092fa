//! The accounts of a partner's staff: of whom has none, one is made by the rules of those of members, and it goes when
//! nothing else lets its person in. Their roles, and the groups that these give, are the partner's.

use access::people::NewAccount;
use access::{Person, account, people, roles};
use db::Tx;
use kernel::{Clock, EmailAddress, UserId};

use crate::desired::{FILES_QUOTA, FILES_USER, USER};
use crate::error::Error;
use crate::make::Room;
use crate::{apply, events, foreign, store};

/// Makes the row of somebody who has no account, and none at the identity provider. They have no password yet.
pub async fn make(
    tx: &Tx,
    clock: &Clock,
    room: &Room,
    email: &EmailAddress,
    name: &str,
) -> Result<Person, Error> {
    foreign::check_staff(tx, room, email).await?;
    let new = NewAccount { email, name, tenant: None, is_proven: false };
    let person = people::make(tx, clock, new).await.map_err(|error| match error {
        // Somebody else made it a moment ago.
        error if error.is_duplicate() => Error::HasAccount(email.to_string()),
        error => error.into(),
    })?;
    people::set_password_due(tx, person.id, Some(clock.now())).await?;
    Ok(person)
}

/// Locks somebody who comes or goes, their memberships before their row. False when their account is removed.
pub async fn lock(tx: &Tx, user: UserId) -> Result<bool, Error> {
    store::lock_of_user(tx, user).await?;
    people::lock(tx, user).await?;
    Ok(account::by_id(&**tx, user).await?.is_some_and(|account| !account.removed))
}

/// Writes what somebody of the staff needs, their memberships locked before their row.
pub async fn write(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), Error> {
    store::lock_of_user(tx, user).await?;
    apply::person(tx, clock, user).await
}

/// Lets go of the account of somebody who is of no staff any more, where nothing else needs it; true when it is removed. An
/// account of their own is only no longer looked at [A16].
pub async fn let_go(tx: &Tx, clock: &Clock, user: UserId) -> Result<bool, Error> {
    store::lock_of_user(tx, user).await?;
    people::lock(tx, user).await?;
    let Some(account) = account::by_id(&**tx, user).await? else { return Ok(false) };
    let memberships = store::of_user(&**tx, user).await?;
    let is_needed = account.removed
        || account.rights.platform_admin
        || roles::is_anybody(&**tx, user).await?
        || memberships.iter().any(|member| member.removed_at.is_none());
    let is_own = account.person.own_account;
    // What is left of former memberships is let go first, and an account of their own after that (`events.rs`).
    if is_needed || (is_own && !memberships.is_empty()) {
        apply::person(tx, clock, user).await?;
        return Ok(false);
    }
    let owner = user.to_string();
    if is_own {
        reconcile::destroy(tx, clock, &owner, USER, clock.now()).await?;
        return Ok(false);
    }
    people::remove(tx, user, clock.now()).await?;
    for kind in [FILES_QUOTA, FILES_USER, USER] {
        reconcile::order_kind(tx, clock, &owner, kind).await?;
    }
    apply::person(tx, clock, user).await?;
    events::let_account_go(tx, clock, user).await?;
    Ok(true)
}

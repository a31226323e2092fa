//! Writes what members need upstream, computed anew from all rows that decide it.

use access::{TenantRef, account, directory, people, roles};
use addresses::{MAILBOX, Mailbox, mailboxes};
use db::Tx;
use kernel::{Clock, MemberId, UserId};
use reconcile::{Want, want, want_known};

use crate::desired::{FILES_QUOTA, FILES_USER, Holder, USER, of_member, of_person, owner};
use crate::error::Error;
use crate::model::Member;
use crate::{quota, store};

/// Writes what a membership and its person need.
pub async fn write(tx: &Tx, clock: &Clock, tenant: &TenantRef, member: &Member) -> Result<(), Error> {
    person(tx, clock, member.user).await?;
    membership(tx, clock, tenant, member).await
}

/// Writes what a membership needs.
pub(crate) async fn membership(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    member: &Member,
) -> Result<(), Error> {
    if member.removed_at.is_some() {
        return Ok(());
    }
    let has_domain = match member.mailbox.as_ref().and_then(|mailbox| mailbox.domain.as_ref()) {
        Some(domain) => addresses::is_own(&**tx, tenant.id, domain).await? || has_mailbox(tx, member).await?,
        None => false,
    };
    let extras = mailboxes::extras(&**tx, member.id).await?;
    for wanted in of_member(member, tenant, has_domain, &extras) {
        want(tx, clock, &wanted).await.map_err(|error| taken(error, member.mailbox.as_ref()))?;
    }
    Ok(())
}

/// A mailbox that is wanted goes on following its member, whatever becomes of its domain.
async fn has_mailbox(tx: &Tx, member: &Member) -> Result<bool, Error> {
    let owned = reconcile::of_owner(&**tx, &owner(member.id)).await?;
    Ok(owned.iter().any(|resource| resource.kind == MAILBOX && resource.spec.is_some()))
}

/// Writes what follows from a person's name, everywhere.
pub async fn renamed(tx: &Tx, clock: &Clock, user: UserId, name: &str) -> Result<(), Error> {
    for known in store::of_user(&**tx, user).await? {
        let known = Member { name: name.to_owned(), ..known };
        store::rename(tx, &known).await?;
        let tenant = directory::tenants_by_ids(&**tx, &[known.tenant]).await?.pop().ok_or(Error::NotFound)?;
        membership(tx, clock, &tenant, &known).await?;
    }
    person(tx, clock, user).await
}

fn taken(error: db::Error, mailbox: Option<&Mailbox>) -> Error {
    match mailbox.and_then(Mailbox::address) {
        Some(address) if error.is_duplicate() => Error::MailboxTaken(address),
        _ => error.into(),
    }
}

/// Writes what a person needs, after all that they are a member of and whomever they work for. Who is removed is let go
/// elsewhere.
pub async fn person(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), Error> {
    people::lock(tx, user).await?;
    let Some(account) = account::by_id(&**tx, user).await? else {
        return Err(Error::NotFound);
    };
    let memberships = store::of_user(&**tx, user).await?;
    let is_member = memberships.iter().any(|member| member.removed_at.is_none());
    // Who is nobody's member keeps what they have, for staff sign in too, and gets back nothing that is being let go.
    let [has_account, has_files] =
        [wants_still(tx, USER, user).await?, wants_still(tx, FILES_USER, user).await?];
    let is_staff = !account.removed && roles::is_staff(&**tx, user).await?;
    if !is_member && !is_staff && !has_account {
        return Ok(());
    }
    let has_files = is_member || has_files;
    let had_quota = wants_still(tx, FILES_QUOTA, user).await?;
    let holder = Holder {
        user,
        username: store::username(&**tx, user).await?,
        own: account.person.own_account,
        name: account.person.name,
        email: account.person.email,
        may_sign_in: !account.removed && account.rights.is_any(),
        may_have_files: !account.removed
            && account.rights.tenants.iter().any(|it| it.tenant.status.is_open()),
        has_files,
        files_quota: quota::of_person(&memberships).or(had_quota.then_some(0)),
    };
    for wanted in of_person(&holder) {
        want_of(tx, clock, &wanted, account.person.sub.as_deref()).await?;
    }
    Ok(())
}

async fn wants_still(tx: &Tx, kind: &str, user: UserId) -> Result<bool, Error> {
    let found = reconcile::named(&**tx, kind, &user.to_string()).await?;
    Ok(found.is_some_and(|found| found.spec.is_some()))
}

/// An account that its person has signed in with is theirs, whoever made it.
async fn want_of(tx: &Tx, clock: &Clock, wanted: &Want, sub: Option<&str>) -> Result<(), Error> {
    let known = sub.filter(|_| wanted.kind == USER);
    Ok(want_known(tx, clock, wanted, known).await?)
}

/// Writes what a member needs anew, after their aliases or shared mailboxes changed.
pub async fn write_anew(tx: &Tx, clock: &Clock, tenant: &TenantRef, member: MemberId) -> Result<(), Error> {
    match store::by_id(&**tx, member).await? {
        Some(member) => membership(tx, clock, tenant, &member).await,
        None => Ok(()),
    }
}

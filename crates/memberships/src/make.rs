//! How a member comes to be, whichever way they come: added, invited or imported. One place for the rules: a seat, an
//! address that is nobody's account, a mailbox that is free. No passwords here.

use std::sync::Arc;

use access::account::Account;
use access::invitations::Invitation;
use access::people::NewAccount;
use access::{Person, TenantRef, TenantRole, invitations, people, roles};
use addresses::{AddressKind, Mailbox};
use db::Tx;
use kernel::{Clock, DomainName, Explain as _, FieldError, InvitationId, TenantId};
use tenants::primary::Holder;

use crate::error::Error;
use crate::model::{Member, NewMember, Status};
pub use crate::model::{mailbox, needs_owner};
use crate::{apply, foreign, store};

/// Whether there is room for one more, and what is known of whoever it is.
#[derive(Debug, Clone, Default)]
pub struct Room {
    /// Members beyond the plan's seats are let in.
    pub beyond_seats: bool,
    /// The invitation whose own seat this is.
    pub besides: Option<InvitationId>,
    /// The platform's own domains.
    pub platform: Arc<[DomainName]>,
    /// The identity provider knows the address of who is to have an account.
    pub is_known_at_provider: bool,
}

/// Whether whoever sent an invitation might still send it, for what its person is by now: what somebody leaves behind
/// lets nobody in [E11], neither into the workspace nor into an account that was made there.
pub fn is_vouched_for(
    invitation: &Invitation,
    role: TenantRole,
    by: Option<&Account>,
    tenant: &TenantRef,
) -> bool {
    if invitation.invited_by.is_none() {
        return true;
    }
    by.filter(|account| !account.removed).is_some_and(|account| {
        let own = account.rights.in_tenant(&tenant.slug).map(|rights| rights.role);
        // Operators send as the platform, which has no name here: who is named was an admin of the workspace.
        own == Some(TenantRole::Owner) || (own == Some(TenantRole::Admin) && !needs_owner(role))
    })
}

/// Makes a person and their membership, in a locked tenant. They have no password yet.
pub async fn member(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    holder: &Holder,
    room: &Room,
    new: &NewMember,
) -> Result<Member, Error> {
    check_seats(tx, clock, tenant.id, holder, room).await?;
    foreign::check_not_here(tx, clock, tenant.id, room, &new.email).await?;
    // What is the workspace's own comes first: a refusal for that says nothing of who has an account elsewhere.
    let mailbox = free_mailbox(tx, tenant.id, holder, new).await?;
    foreign::check_nobodys(tx, clock, tenant.id, room, &new.email).await?;
    let whose = foreign::check_domain(tx, tenant.id, holder, &room.platform, &new.email).await?;
    // Somebody else made it a moment ago, in another workspace.
    let is_proven = whose == foreign::Whose::Own;
    let account = NewAccount { email: &new.email, name: &new.name, tenant: Some(tenant.id), is_proven };
    let person = people::make(tx, clock, account).await.map_err(|error| match error {
        error if error.is_duplicate() => Error::HasAccount(new.email.to_string()),
        error => error.into(),
    })?;
    people::set_password_due(tx, person.id, Some(clock.now())).await?;
    let member = placed(tx, clock, tenant, &person, new.role, mailbox).await?;
    Ok(Member { password_due_since: Some(clock.now()), ..member })
}

/// Makes a membership of somebody who has an account, and has said themself that they want it.
pub async fn membership(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    holder: &Holder,
    room: &Room,
    person: Person,
    new: &NewMember,
) -> Result<Member, Error> {
    if let Some(member) = store::by_user(&**tx, tenant.id, person.id).await? {
        let name = tenant.name.clone();
        let is_leaving = member.status() == Status::Removing;
        return Err(if is_leaving { Error::StillLeaving(name) } else { Error::MemberAlready(name) });
    }
    check_seats(tx, clock, tenant.id, holder, room).await?;
    let mailbox = free_mailbox(tx, tenant.id, holder, new).await?;
    placed(tx, clock, tenant, &person, new.role, mailbox).await
}

async fn placed(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    person: &Person,
    role: TenantRole,
    mailbox: Mailbox,
) -> Result<Member, Error> {
    roles::set_tenant_role(tx, clock, tenant.id, person.id, role).await?;
    let member = Member { role, ..Member::new(clock, tenant.id, person, Some(mailbox)) };
    store::insert(tx, &member).await?;
    claim_mailbox(tx, clock, &member).await?;
    apply::write(tx, clock, tenant, &member).await?;
    Ok(member)
}

/// Refuses when every seat has somebody, or waits for somebody who is invited [E10].
pub async fn check_seats(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    holder: &Holder,
    room: &Room,
) -> Result<(), Error> {
    let held = invitations::held_seats(&**tx, tenant, clock.now(), room.besides).await?;
    let taken = store::seats(&**tx, tenant).await?.saturating_add(i64::try_from(held).unwrap_or(i64::MAX));
    if taken < holder.seats || room.beyond_seats { Ok(()) } else { Err(Error::NoSeat(holder.seats)) }
}

/// The mailbox of somebody new, if nobody has it.
pub async fn free_mailbox(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    new: &NewMember,
) -> Result<Mailbox, Error> {
    let own: Vec<DomainName> = addresses::own_domains(&**tx, tenant).await?;
    let mailbox = mailbox(new, &own, holder.primary_domain.as_ref())
        .map_err(|unnamed| Error::Invalid(vec![FieldError::new("mailbox", "invalid", unnamed.message())]))?;
    check_mailbox(tx, tenant, &mailbox).await?;
    Ok(mailbox)
}

/// Refuses a mailbox whose address somebody has.
pub async fn check_mailbox(tx: &Tx, tenant: TenantId, mailbox: &Mailbox) -> Result<(), Error> {
    let address = mailbox.address();
    if store::by_mailbox(&**tx, tenant, mailbox).await?.is_some() {
        return Err(Error::MailboxTaken(address.unwrap_or_else(|| mailbox.local.as_str().to_owned())));
    }
    match address.and_then(|text| text.parse().ok()) {
        Some(address) => Ok(addresses::check_free(tx, tenant, &address, "").await?),
        None => Ok(()),
    }
}

/// Takes the address of a member's mailbox, once it has one.
pub async fn claim_mailbox(tx: &Tx, clock: &Clock, member: &Member) -> Result<(), Error> {
    let address = member.mailbox.as_ref().and_then(Mailbox::address).and_then(|text| text.parse().ok());
    match address {
        Some(address) => {
            let owner = member.id.to_string();
            Ok(addresses::claim(tx, clock, member.tenant, &address, AddressKind::Mailbox, &owner).await?)
        }
        None => Ok(()),
    }
}

//! New mail of who leaves goes to a colleague. Stalwart forwards nothing by itself and lets nobody read another person's
//! mailbox, so the addresses move instead: they become aliases of the colleague's mailbox, and the mailbox that they
//! leave keeps its mail under another address (stalwart, section 7, "Rename"). Resuming takes them back.

use access::TenantRef;
use addresses::{AddressKind, MAILBOX, Mailbox};
use db::Tx;
use kernel::{Clock, EmailAddress, MemberId, TenantId};
use memberships::{Member, Status, rows};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store;

/// What was handed over, to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// The membership of who has it now.
    pub to: MemberId,
    /// The address that the mailbox had.
    pub mailbox: EmailAddress,
    /// The further addresses.
    pub aliases: Vec<EmailAddress>,
}

impl Handed {
    /// All of them, the mailbox's own first.
    pub fn addresses(&self) -> impl Iterator<Item = &EmailAddress> {
        [&self.mailbox].into_iter().chain(&self.aliases)
    }
}

/// The member whose mailbox has an address: somebody else, who can read it.
pub async fn heir(tx: &Tx, leaving: &Member, address: &EmailAddress) -> Result<Member, Error> {
    let found = addresses::find(&**tx, leaving.tenant, &address.to_string()).await?;
    let id = found.and_then(|entry| entry.object.parse::<MemberId>().ok());
    let member = match id {
        Some(id) => rows::by_id(&**tx, id).await?,
        None => None,
    };
    let can_read = |member: &Member| member.id != leaving.id && member.status() == Status::Active;
    member.filter(can_read).ok_or_else(|| Error::NoHeir(address.clone()))
}

/// Hands the addresses of a member over; gives the member with the address that their mailbox has from then on.
pub async fn hand_over(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    leaving: Member,
    to: &Member,
) -> Result<(Member, Handed), Error> {
    let Some((mailbox, address)) = address_of(&leaving) else { return Err(Error::NothingToHandOver) };
    let known = reconcile::named(&**tx, MAILBOX, &address.to_string()).await?;
    if known.is_none_or(|resource| resource.upstream_id.is_none()) {
        return Err(Error::NothingToHandOver);
    }
    let aliases = addresses::aliases_of(&**tx, &leaving.id.to_string()).await?;
    for moved in aliases.iter().chain([&address]) {
        give(tx, clock, moved, AddressKind::Alias, to).await?;
    }
    let after = rename(tx, clock, leaving, parked(tx, tenant.id, &mailbox).await?).await?;
    memberships::apply::write_anew(tx, clock, tenant, to.id).await?;
    Ok((after, Handed { to: to.id, mailbox: address, aliases }))
}

/// Takes back what nobody else was given since.
pub async fn take_back(
    tx: &Tx,
    clock: &Clock,
    tenant: &TenantRef,
    back: Member,
    handed: &Handed,
) -> Result<Member, Error> {
    for alias in &handed.aliases {
        if is_free(tx, &back, alias, handed).await? {
            give(tx, clock, alias, AddressKind::Alias, &back).await?;
        }
    }
    let is_free = is_free(tx, &back, &handed.mailbox, handed).await?;
    let after = match handed.mailbox.local().parse() {
        Ok(local) if is_free => {
            addresses::release(tx, back.tenant, &handed.mailbox).await?;
            let mailbox = Mailbox { local, domain: Some(handed.mailbox.domain().clone()) };
            rename(tx, clock, back, mailbox).await?
        }
        _ => back,
    };
    memberships::apply::write_anew(tx, clock, tenant, handed.to).await?;
    Ok(after)
}

/// Ends the offboarding of a member, for they are let in again, and takes back what the last one handed over.
pub async fn undo(tx: &Tx, clock: &Clock, tenant: &TenantRef, back: Member) -> Result<Member, Error> {
    store::end(tx, back.tenant, back.user, clock.now()).await?;
    let Some(last) = store::latest(&**tx, back.tenant, back.user).await? else { return Ok(back) };
    store::restored(tx, last.id, clock.now()).await?;
    let Some(handed) = last.handed else { return Ok(back) };
    store::handed_over(tx, last.id, None).await?;
    take_back(tx, clock, tenant, back, &handed).await
}

fn address_of(member: &Member) -> Option<(Mailbox, EmailAddress)> {
    let mailbox = member.mailbox.clone()?;
    let address = mailbox.address()?.parse().ok()?;
    Some((mailbox, address))
}

async fn is_free(tx: &Tx, back: &Member, address: &EmailAddress, handed: &Handed) -> Result<bool, Error> {
    let found = addresses::find(&**tx, back.tenant, &address.to_string()).await?;
    Ok(found.is_none_or(|entry| entry.object == handed.to.to_string()))
}

/// Moves an address, whoever has it.
async fn give(
    tx: &Tx,
    clock: &Clock,
    address: &EmailAddress,
    kind: AddressKind,
    to: &Member,
) -> Result<(), Error> {
    addresses::release(tx, to.tenant, address).await?;
    Ok(addresses::claim(tx, clock, to.tenant, address, kind, &to.id.to_string()).await?)
}

/// Gives a mailbox another address, which must be free. It stays the same mailbox.
async fn rename(tx: &Tx, clock: &Clock, member: Member, mailbox: Mailbox) -> Result<Member, Error> {
    let owner = member.id.to_string();
    let after = Member { mailbox: Some(mailbox), ..member.clone() };
    let (Some((_, from)), Some((_, to))) = (address_of(&member), address_of(&after)) else {
        return Err(Error::NothingToHandOver);
    };
    if from != to {
        let held = addresses::find(&**tx, member.tenant, &from.to_string()).await?;
        if held.is_some_and(|entry| entry.object == owner) {
            addresses::release(tx, member.tenant, &from).await?;
        }
        addresses::claim(tx, clock, member.tenant, &to, AddressKind::Mailbox, &owner).await?;
        reconcile::rename(tx, &owner, MAILBOX, &from.to_string(), &to.to_string()).await?;
    }
    Ok(after)
}

/// Where a mailbox goes that gave its addresses away: the first free one of `left.mette`, `left-2.mette`, ...
async fn parked(tx: &Tx, tenant: TenantId, mailbox: &Mailbox) -> Result<Mailbox, Error> {
    for number in 1..100 {
        let prefix = if number == 1 { "left".to_owned() } else { format!("left-{number}") };
        let parked = Mailbox { local: mailbox.local.after(&prefix), ..mailbox.clone() };
        let Some(address) = parked.address() else { break };
        let is_taken = addresses::find(&**tx, tenant, &address).await?.is_some()
            || reconcile::named(&**tx, MAILBOX, &address).await?.is_some();
        if !is_taken {
            return Ok(parked);
        }
    }
    Err(Error::NothingToHandOver)
}

//! For which addresses a workspace makes no account [A16]: those on a domain that somebody else has proven or that is the
//! platform's, and those that may be somebody's already. Whoever has such an address is invited, and comes as themself.

use std::time::Duration;

use access::{addressed, invitations};
use db::Tx;
use kernel::{Clock, DomainName, EmailAddress, TenantId};
use tenants::DOMAIN;
use tenants::primary::Holder;
use tokio::time::timeout;

use crate::error::Error;
use crate::make::Room;
use crate::model::Status;
use crate::service::Members;
use crate::store;

/// How long the identity provider is asked. Where it does not answer, the step that makes the account asks again, and
/// makes none beside another.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where anybody can have an address: that one of a partner's staff has one there makes the domain nobody's.
const PUBLIC_MAIL: [&str; 20] = [
    "aol.com",
    "gmail.com",
    "gmx.at",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
];

/// Whose a domain is, as a workspace sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The workspace's own, proven.
    Own,
    /// Somebody else's.
    Others,
    /// Nobody has shown whose.
    Unknown,
}

/// Refuses an address on somebody else's domain, or below one; else tells whose the domain is.
pub(crate) async fn check_domain(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    platform: &[DomainName],
    email: &EmailAddress,
) -> Result<Whose, Error> {
    match whose(tx, tenant, holder, platform, email.domain()).await? {
        Whose::Others => Err(Error::ForeignDomain(email.domain().unicode())),
        whose => Ok(whose),
    }
}

/// True for somebody else's domain, or what is below one.
pub async fn is_foreign(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    platform: &[DomainName],
    domain: &DomainName,
) -> Result<bool, Error> {
    Ok(whose(tx, tenant, holder, platform, domain).await? == Whose::Others)
}

/// Whose a domain is: the nearest name above it that somebody has tells. That is a tenant which has proven it, the
/// platform, or a partner, by the addresses of its staff.
async fn whose(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    platform: &[DomainName],
    domain: &DomainName,
) -> Result<Whose, Error> {
    let mut name = domain.ascii();
    while name.contains('.') {
        let is_platforms = platform.iter().any(|domain| domain.ascii() == name);
        let found = reconcile::named(&**tx, DOMAIN, name).await?;
        if let Some(found) = &found
            && found.owner == tenant.to_string()
        {
            // One that is being removed proves nothing any more.
            return Ok(if found.spec.is_some() { Whose::Own } else { Whose::Unknown });
        }
        if is_platforms && holder.is_platform {
            return Ok(Whose::Own);
        }
        if found.is_some() || is_platforms || is_of_partner(tx, name).await? {
            return Ok(Whose::Others);
        }
        name = name.split_once('.').map_or("", |(_, parent)| parent);
    }
    Ok(Whose::Unknown)
}

async fn is_of_partner(tx: &Tx, name: &str) -> Result<bool, Error> {
    Ok(!PUBLIC_MAIL.contains(&name) && addressed::is_of_partner(&**tx, name).await?)
}

/// Refuses an address that a member of the workspace has, or somebody who is invited to it.
pub(crate) async fn check_not_here(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    room: &Room,
    email: &EmailAddress,
) -> Result<(), Error> {
    let waiting = invitations::all_waiting_for(&**tx, email, clock.now()).await?;
    if waiting.iter().any(|one| one.tenant == tenant && Some(one.id) != room.besides) {
        return Err(Error::Invited(email.to_string()));
    }
    let Some(user) = addressed::holder(&**tx, email).await? else { return Ok(()) };
    match store::by_user(&**tx, tenant, user).await? {
        Some(member) if member.status() == Status::Removing => Err(Error::Removing),
        Some(_) => Err(Error::Known(email.to_string())),
        None => Ok(()),
    }
}

/// Refuses an address that may be somebody's elsewhere: nobody's account is linked by it, and nobody gets a second one
/// for it.
pub(crate) async fn check_nobodys(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    room: &Room,
    email: &EmailAddress,
) -> Result<(), Error> {
    let waiting = invitations::all_waiting_for(&**tx, email, clock.now()).await?;
    let waits_elsewhere = waiting.iter().any(|one| Some(one.id) != room.besides && one.tenant != tenant);
    // Said alike, so that nobody learns which of them it is.
    let is_somebodys =
        addressed::holder(&**tx, email).await?.is_some() || room.is_known_at_provider || waits_elsewhere;
    if is_somebodys { Err(Error::HasAccount(email.to_string())) } else { Ok(()) }
}

impl Members {
    /// Whether the identity provider knows an address, as a name or as an e-mail address. Where nobody answers, that is
    /// not known yet, and the account waits for the same question.
    pub(crate) async fn is_known_at_provider(&self, email: &EmailAddress) -> bool {
        let Some(authentik) = &self.0.authentik else { return false };
        match timeout(PATIENCE, authentik.users_known_by(&email.to_string())).await {
            Ok(Ok(known)) => !known.is_empty(),
            Ok(Err(error)) => {
                tracing::warn!(%error, "whether an address has an account is asked again before one is made");
                false
            }
            Err(_) => {
                tracing::warn!("whether an address has an account is asked again before one is made");
                false
            }
        }
    }
}

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

/// Refuses an address on somebody else's domain, or below one.
pub(crate) async fn check_domain(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    platform: &[DomainName],
    email: &EmailAddress,
) -> Result<(), Error> {
    if is_foreign(tx, tenant, holder, platform, email.domain()).await? {
        return Err(Error::ForeignDomain(email.domain().unicode()));
    }
    Ok(())
}

/// True for somebody else's proven domain, or one of the platform's, or what is below one.
pub async fn is_foreign(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    platform: &[DomainName],
    domain: &DomainName,
) -> Result<bool, Error> {
    let mut name = domain.ascii();
    while name.contains('.') {
        let is_platforms = platform.iter().any(|domain| domain.ascii() == name);
        let owner = reconcile::named(&**tx, DOMAIN, name).await?.map(|found| found.owner);
        if owner.as_ref() == Some(&tenant.to_string()) || (is_platforms && holder.is_platform) {
            return Ok(false);
        }
        if owner.is_some() || is_platforms {
            return Ok(true);
        }
        name = name.split_once('.').map_or("", |(_, parent)| parent);
    }
    Ok(false)
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

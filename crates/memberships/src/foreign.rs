//! For which addresses a workspace makes no account [A16]: those on a domain that somebody else has proven or that is the
//! platform's, and those that may be somebody's already. Whoever has such an address is invited, and comes as themself.

use std::time::Duration;

use access::{addressed, invitations, staff_invitations};
use db::Tx;
use kernel::{Clock, DomainName, EmailAddress, TenantId};
use provisioning::DOMAIN;
use tenants::primary::Holder;
use tokio::time::timeout;

use crate::error::Error;
use crate::make::Room;
use crate::model::Status;
use crate::service::Memberships;
use crate::store;

/// How long the identity provider is asked. Where it does not answer, the step that makes the account asks again, and
/// makes none beside another.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where anybody can have an address: that one of a partner's staff has one there makes the domain nobody's.
const PUBLIC_MAIL: [&str; 97] = [
    "126.com",
    "163.com",
    "aol.com",
    "aol.de",
    "arcor.de",
    "bluewin.ch",
    "email.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freenet.de",
    "get2net.dk",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.dk",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.no",
    "hotmail.se",
    "hushmail.com",
    "icloud.com",
    "jubii.dk",
    "laposte.net",
    "libero.it",
    "live.co.uk",
    "live.com",
    "live.de",
    "live.dk",
    "live.fr",
    "live.nl",
    "live.no",
    "live.se",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.dk",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "ofir.dk",
    "online.no",
    "orange.fr",
    "outlook.at",
    "outlook.com",
    "outlook.de",
    "outlook.dk",
    "outlook.es",
    "outlook.fr",
    "outlook.it",
    "pm.me",
    "posteo.de",
    "posteo.net",
    "privat.dk",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "stofanet.dk",
    "sunrise.ch",
    "t-online.de",
    "tdcadsl.dk",
    "tiscali.it",
    "tuta.com",
    "tuta.io",
    "tutamail.com",
    "tutanota.com",
    "tutanota.de",
    "virgilio.it",
    "wanadoo.fr",
    "web.de",
    "webspeed.dk",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.dk",
    "yahoo.es",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.no",
    "yahoo.se",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
    "zohomail.eu",
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

/// Whose a domain is: the nearest name above it that a tenant has proven, or that is the platform's, tells. Where there is
/// none, it is a partner's when its staff have their addresses there.
async fn whose(
    tx: &Tx,
    tenant: TenantId,
    holder: &Holder,
    platform: &[DomainName],
    domain: &DomainName,
) -> Result<Whose, Error> {
    let names = upwards(domain.ascii());
    let proven = reconcile::named_any(&**tx, &[DOMAIN], &names).await?;
    for name in &names {
        let is_platforms = platform.iter().any(|domain| domain.ascii() == name);
        let found = proven.iter().find(|resource| resource.name == *name);
        if let Some(found) = found
            && found.owner == tenant.to_string()
        {
            // One that is being removed proves nothing any more.
            return Ok(if found.spec.is_some() { Whose::Own } else { Whose::Unknown });
        }
        if is_platforms && holder.is_platform {
            return Ok(Whose::Own);
        }
        if found.is_some() || is_platforms {
            return Ok(Whose::Others);
        }
    }
    for name in &names {
        if is_of_partner(tx, name).await? {
            return Ok(Whose::Others);
        }
    }
    Ok(Whose::Unknown)
}

/// A domain and what is above it, down to two labels.
fn upwards(domain: &str) -> Vec<String> {
    let all = std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, parent)| parent));
    all.filter(|name| name.contains('.')).map(str::to_owned).collect()
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
/// for it. Whoever follows a link is whom it waits for: the first of several links makes the account, with which they
/// come in by the others.
pub(crate) async fn check_nobodys(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    room: &Room,
    email: &EmailAddress,
) -> Result<(), Error> {
    // Said alike, so that nobody learns which of them it is.
    let is_somebodys = is_somebodys(tx, room, email).await?
        || (room.besides.is_none() && waits_elsewhere(tx, clock, tenant, email).await?);
    if is_somebodys { Err(Error::HasAccount(email.to_string())) } else { Ok(()) }
}

async fn is_somebodys(tx: &Tx, room: &Room, email: &EmailAddress) -> Result<bool, Error> {
    Ok(room.is_known_at_provider || addressed::holder(&**tx, email).await?.is_some())
}

async fn waits_elsewhere(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    email: &EmailAddress,
) -> Result<bool, Error> {
    let waiting = invitations::all_waiting_for(&**tx, email, clock.now()).await?;
    Ok(waiting.iter().any(|one| one.tenant != tenant)
        || staff_invitations::is_waited_for(&**tx, email, clock.now()).await?)
}

/// Refuses an address for an account of a partner's staff: on a domain that is proven or the platform's, or one that is
/// somebody's already. They come by a link alone, as above.
pub(crate) async fn check_staff(tx: &Tx, room: &Room, email: &EmailAddress) -> Result<(), Error> {
    let names = upwards(email.domain().ascii());
    let is_platforms = room.platform.iter().any(|domain| names.iter().any(|name| domain.ascii() == name));
    if is_platforms || !reconcile::named_any(&**tx, &[DOMAIN], &names).await?.is_empty() {
        return Err(Error::ForeignDomain(email.domain().unicode()));
    }
    if is_somebodys(tx, room, email).await? { Err(Error::HasAccount(email.to_string())) } else { Ok(()) }
}

impl Memberships {
    /// Whether the identity provider knows an address, as a name or as an e-mail address. Where nobody answers, that is
    /// not known yet, and the account waits for the same question.
    pub(crate) async fn is_known_at_provider(&self, email: &EmailAddress) -> bool {
        let Some(authentik) = self.platform.upstreams.authentik() else { return false };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_a_domain_ends_with_two_labels() {
        assert_eq!(upwards("it.mail.acme.test"), ["it.mail.acme.test", "mail.acme.test", "acme.test"]);
        assert_eq!(upwards("acme.test"), ["acme.test"]);
    }

    #[test]
    fn the_hosts_of_mail_for_anybody_stand_in_order_and_once() {
        assert!(PUBLIC_MAIL.is_sorted_by(|one, next| one < next));
    }
}

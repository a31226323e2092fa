//! What all actions on a tenant's mail share: the lock, whose domain it is, whether mail goes round in circles, and
//! writing what an object needs anew.

use std::time::Duration;

use access::{Granted, ManageMail, TenantRef, directory};
use audit::{Chain, Context, Entry};
use db::Tx;
use kernel::{Clock, DomainName, EmailAddress, ListId, MemberId, TenantId};
use platform::Platform;
use provisioning::{domain_want, mail_settings};
use reconcile::Want;

use crate::error::Error;
use crate::loops::Routes;
use crate::model::OwnAddress;
use crate::service::Mail;
use crate::{desired, store};

/// Locks the tenant: whatever is done to its addresses is done one after another.
pub async fn lock(tx: &Tx, by: &Granted<ManageMail>) -> Result<(), Error> {
    let tenant = directory::lock(tx, by.tenant()).await?.ok_or(Error::NotFound)?;
    if tenant.status.is_live() { Ok(()) } else { Err(Error::WrongState(tenant.status.as_str())) }
}

/// Refuses an address on a domain that is not the tenant's own.
pub async fn check_domain(tx: &Tx, tenant: TenantId, address: &OwnAddress) -> Result<(), Error> {
    let own = addresses::own_domains(&**tx, tenant).await?;
    if own.contains(address.domain()) {
        Ok(())
    } else {
        Err(Error::ForeignDomain(address.domain().unicode()))
    }
}

/// Where a tenant's mail leads, as the rows of this transaction have it.
async fn routes(tx: &Tx, tenant: TenantId) -> Result<Routes, Error> {
    let mut routes = Routes::default();
    // Whatever is no list is an end: a mailbox, a shared one, the people of a group.
    for entry in addresses::of_tenant(&**tx, tenant).await? {
        let list = Some(entry.object).filter(|object| object.parse::<ListId>().is_ok());
        routes.owners.insert(entry.address, list);
    }
    for list in store::lists(&**tx, tenant).await? {
        routes.recipients.insert(list.id.to_string(), list.recipients);
    }
    for domain in addresses::own_domains(&**tx, tenant).await? {
        let settings = mail_settings(&**tx, tenant, &domain).await?;
        let catch_all = settings.catch_all.as_deref().and_then(|text| text.parse().ok());
        routes.domains.insert(domain.to_string(), (catch_all, settings.plus_addresses));
    }
    Ok(routes)
}

/// Refuses what was written when a list leads to itself by it.
pub async fn check_loops(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    match routes(tx, tenant).await?.find_loop() {
        Some(way) => Err(Error::Loop(way)),
        None => Ok(()),
    }
}

/// Writes what an object needs upstream, computed anew from the rows. What is neither a mailbox nor a list is written by
/// the slice that it belongs to.
pub async fn write(tx: &Tx, platform: &Platform, tenant: &TenantRef, object: &str) -> Result<(), Error> {
    let clock = &platform.clock;
    if let Ok(member) = object.parse::<MemberId>() {
        return Ok(memberships::apply::write_anew(tx, clock, tenant, member).await?);
    }
    let Ok(id) = object.parse::<ListId>() else {
        return Ok(platform.events.aliases_changed(tx, tenant, object).await?);
    };
    match store::list_by_id(&**tx, tenant.id, id).await? {
        Some(list) => {
            let further = addresses::aliases_of(&**tx, object).await?;
            want(tx, clock, &desired::of_list(&list, &further), &list.address).await
        }
        None => Ok(()),
    }
}

async fn want(tx: &Tx, clock: &Clock, want: &Want, address: &EmailAddress) -> Result<(), Error> {
    let lingers = |error: db::Error| match error {
        error if error.is_duplicate() => Error::Lingering(address.clone()),
        error => error.into(),
    };
    reconcile::want(tx, clock, want).await.map_err(lingers)
}

/// Writes what a domain needs upstream.
pub async fn write_domain(
    tx: &Tx,
    clock: &Clock,
    tenant: TenantId,
    domain: &DomainName,
) -> Result<(), db::Error> {
    let settings = mail_settings(&**tx, tenant, domain).await?;
    reconcile::want(tx, clock, &domain_want(tenant, domain, &settings)).await
}

/// Takes addresses that nobody has any more out of lists and catch-alls: the mail server does not
/// (stalwart, section 7), and each mail to such a list would bounce.
pub async fn forget(tx: &Tx, clock: &Clock, tenant: TenantId, gone: &[EmailAddress]) -> Result<(), Error> {
    for mut list in store::lists_with(tx, tenant, gone).await? {
        list.recipients.retain(|address| !gone.contains(address));
        list.version += 1;
        store::update_list(tx, &list).await?;
        let further = addresses::aliases_of(&**tx, &list.id.to_string()).await?;
        want(tx, clock, &desired::of_list(&list, &further), &list.address).await?;
    }
    for domain in addresses::own_domains(&**tx, tenant).await? {
        let mut settings = mail_settings(&**tx, tenant, &domain).await?;
        let is_gone = |catch_all: &String| gone.iter().any(|address| address.to_string() == *catch_all);
        if settings.catch_all.as_ref().is_some_and(is_gone) {
            settings.catch_all = None;
            provisioning::set_mail_settings(tx, tenant, &domain, &settings).await?;
            write_domain(tx, clock, tenant, &domain).await?;
        }
    }
    Ok(())
}

impl Mail {
    /// Waits a moment for the mail server, so that most answers show the finished state.
    pub async fn settle(&self, owners: impl IntoIterator<Item = String>) -> Result<(), Error> {
        let settle =
            async |owner: String| self.platform.reconciler.settle(&owner, self.platform.pace.settle).await;
        let settled = futures_util::future::join_all(owners.into_iter().map(settle)).await;
        for one in settled {
            one?;
        }
        Ok(())
    }

    /// Ends an action that says again what is said already: these owners' objects are looked at again, and put right if
    /// somebody changed them upstream.
    pub async fn look_again(
        &self,
        tx: Tx,
        context: &Context,
        tenant: TenantId,
        owners: Vec<String>,
        entry: Entry,
    ) -> Result<(), Error> {
        for owner in &owners {
            reconcile::look_again_at_all(&tx, &self.platform.clock, owner).await?;
        }
        audit::commit(tx, context, Chain::Tenant(tenant), entry).await?;
        self.settle(owners).await
    }

    /// Waits a moment until the mail server has let go of what an owner had.
    pub async fn let_go(&self, owner: &str) -> Result<(), Error> {
        let deadline = tokio::time::Instant::now() + self.platform.pace.settle;
        while !reconcile::of_owner(self.platform.db.read(), owner).await?.is_empty() {
            if tokio::time::Instant::now() >= deadline {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}

/// How often a request that waits for something to be gone looks.
const LOOK: Duration = Duration::from_millis(50);

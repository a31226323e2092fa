//! Shared mailboxes: several people read one, each beside their own [F4].

use std::collections::BTreeSet;

use access::{Granted, ManageMail};
use addresses::{AddressKind, mailboxes};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{Clock, EmailAddress, Expected, MemberId, SharedId, TenantId};
use mail::{check_domain, check_loops, lock};
use serde_json::{Value, json};

use crate::error::Error;
use crate::events::let_go;
use crate::model::{NewShared, Shared, SharedChange};
use crate::recorded::Action;
use crate::service::SharedMailboxes;
use crate::{desired, store};

fn target(shared: &Shared) -> Target {
    Target::thing("shared_mailbox", &shared.id, &shared.address)
}

fn audited(shared: &Shared) -> Value {
    json!({"name": shared.name, "readers": shared.readers})
}

/// The members who have these mailboxes, by any of their addresses.
async fn members_of(
    tx: &Tx,
    tenant: TenantId,
    addresses: &BTreeSet<EmailAddress>,
) -> Result<Vec<MemberId>, Error> {
    let mut members = BTreeSet::new();
    for address in addresses {
        let found = addresses::find(&**tx, tenant, &address.to_string()).await?;
        let member = found.and_then(|entry| entry.object.parse::<MemberId>().ok());
        members.insert(member.ok_or_else(|| Error::NoMailbox(address.clone()))?);
    }
    Ok(members.into_iter().collect())
}

/// Writes what a shared mailbox needs upstream, computed anew from the rows.
pub async fn want(tx: &Tx, clock: &Clock, shared: &Shared) -> Result<(), db::Error> {
    let further = addresses::aliases_of(&**tx, &shared.id.to_string()).await?;
    reconcile::want(tx, clock, &desired::of_shared(shared, &further)).await
}

/// The same for an action, which says when what had the address before is not gone yet.
async fn write(tx: &Tx, clock: &Clock, shared: &Shared) -> Result<(), Error> {
    let lingers = |error: db::Error| match error {
        error if error.is_duplicate() => mail::Error::Lingering(shared.address.clone()).into(),
        error => error.into(),
    };
    want(tx, clock, shared).await.map_err(lingers)
}

impl SharedMailboxes {
    /// Makes a shared mailbox.
    pub async fn create(&self, by: &Granted<ManageMail>, new: NewShared) -> Result<Shared, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        check_domain(&tx, tenant, &new.address).await?;
        let shared = Shared {
            id: SharedId::new(clock),
            tenant,
            address: new.address.address().clone(),
            name: new.name,
            readers: members_of(&tx, tenant, &new.readers).await?,
            version: 1,
            created_at: clock.now(),
        };
        let owner = shared.id.to_string();
        addresses::claim(&tx, clock, tenant, &shared.address, AddressKind::Shared, &owner).await?;
        store::insert(&tx, &shared).await?;
        check_loops(&tx, tenant).await?;
        write(&tx, clock, &shared).await?;
        let moved = self.write_readers(&tx, by, &shared).await?;
        let entry = Entry::done(Action::SharedCreate, target(&shared)).after(audited(&shared));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.mail.settle([owner].into_iter().chain(moved)).await?;
        Ok(shared)
    }

    /// Says who reads a shared mailbox, and writes the mailboxes that this changes; gives their owners.
    async fn write_readers(
        &self,
        tx: &Tx,
        by: &Granted<ManageMail>,
        shared: &Shared,
    ) -> Result<Vec<String>, Error> {
        let id = shared.id.to_string();
        let moved = mailboxes::set_readers(tx, shared.tenant, &id, &shared.readers).await?;
        for member in &moved {
            memberships::apply::write_anew(tx, &self.platform.clock, by.scope(), *member).await?;
        }
        Ok(moved.iter().map(ToString::to_string).collect())
    }

    /// Changes a shared mailbox. `expected` is the version that the caller read, if they said.
    pub async fn update(
        &self,
        by: &Granted<ManageMail>,
        id: SharedId,
        change: SharedChange,
        expected: impl Into<Expected>,
    ) -> Result<Shared, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = store::by_id(&*tx, tenant, id).await?.ok_or(Error::NotFound)?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        let readers = match &change.readers {
            Some(addresses) => members_of(&tx, tenant, addresses).await?,
            None => before.readers.clone(),
        };
        let name = change.name.unwrap_or_else(|| before.name.clone());
        let after = Shared { name, readers, version: before.version + 1, ..before.clone() };
        let sorted = |shared: &Shared| shared.readers.iter().copied().collect::<BTreeSet<_>>();
        if after.name == before.name && sorted(&after) == sorted(&before) {
            let entry = Entry::done(Action::SharedUpdate, target(&before)).after(json!({"unchanged": true}));
            let owners = std::iter::once(id.to_string());
            let owners = owners.chain(before.readers.iter().map(ToString::to_string)).collect();
            self.mail.look_again(tx, by.context(), tenant, owners, entry).await?;
            return Ok(before);
        }
        store::update(&tx, &after).await?;
        write(&tx, clock, &after).await?;
        let moved = self.write_readers(&tx, by, &after).await?;
        let entry =
            Entry::done(Action::SharedUpdate, target(&after)).before(audited(&before)).after(audited(&after));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.mail.settle([id.to_string()].into_iter().chain(moved)).await?;
        Ok(after)
    }

    /// Removes a shared mailbox with its mail.
    pub async fn remove(&self, by: &Granted<ManageMail>, id: SharedId) -> Result<(), Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let shared = store::by_id(&*tx, tenant, id).await?.ok_or(Error::NotFound)?;
        let owner = id.to_string();
        let moved = self.write_readers(&tx, by, &Shared { readers: Vec::new(), ..shared.clone() }).await?;
        let gone = addresses::of_object(&*tx, &owner).await?;
        let gone: Vec<EmailAddress> = gone.into_iter().map(|entry| entry.address).collect();
        addresses::release_all(&tx, &owner).await?;
        store::remove(&tx, &shared, clock.now()).await?;
        self.platform.events.addresses_gone(&tx, tenant, &gone).await?;
        reconcile::order(&tx, clock, std::slice::from_ref(&owner)).await?;
        let_go(&tx, clock, &owner).await?;
        let entry = Entry::done(Action::SharedRemove, target(&shared)).before(audited(&shared));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        // Mailboxes first: one that still shows it holds it up.
        self.mail.settle(moved).await?;
        Ok(self.mail.let_go(&owner).await?)
    }
}

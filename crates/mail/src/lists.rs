//! Distribution lists: one address, many recipients, inside or outside [F1].

use access::{Granted, ManageMail};
use addresses::{AddressKind, own_domains};
use audit::{Chain, Entry, Target};
use kernel::{DomainName, EmailAddress, Expected, ListId};
use serde_json::{Value, json};

use crate::actions::{check_domain, check_loops, forget, lock, write};
use crate::error::Error;
use crate::events::let_go;
use crate::model::{List, ListChange, MOST_LISTS, NewList};
use crate::recorded::Action;
use crate::service::Mail;
use crate::store;

fn target(list: &List) -> Target {
    Target::thing("list", &list.id, &list.address)
}

/// What the audit log says of a list: how many instead of who, and how many of them mail leaves the tenant for.
fn audited(list: &List, own: &[DomainName]) -> Value {
    let outside = list.recipients.iter().filter(|to| !own.contains(to.domain())).count();
    json!({"description": list.description, "recipients": list.recipients.len(), "outside": outside})
}

/// The same after a change: one that is exchanged for another leaves every sum as it was.
fn audited_change(before: &List, after: &List, own: &[DomainName]) -> Value {
    let mut said = audited(after, own);
    said["added"] = after.recipients.difference(&before.recipients).count().into();
    said["removed"] = before.recipients.difference(&after.recipients).count().into();
    said
}

impl Mail {
    /// Makes a list.
    pub async fn create_list(&self, by: &Granted<ManageMail>, new: NewList) -> Result<List, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        check_domain(&tx, tenant, &new.address).await?;
        if store::count_lists(&tx, tenant).await? >= MOST_LISTS {
            return Err(Error::TooManyLists(MOST_LISTS));
        }
        let list = List {
            id: ListId::new(clock),
            tenant,
            address: new.address.address().clone(),
            description: new.description,
            recipients: new.recipients,
            version: 1,
            created_at: clock.now(),
        };
        let owner = list.id.to_string();
        addresses::claim(&tx, clock, tenant, &list.address, AddressKind::List, &owner).await?;
        store::insert_list(&tx, &list).await?;
        check_loops(&tx, tenant).await?;
        write(&tx, &self.platform, by.scope(), &owner).await?;
        let own = own_domains(&*tx, tenant).await?;
        let entry = Entry::done(Action::ListCreate, target(&list)).after(audited(&list, &own));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle([owner]).await?;
        Ok(list)
    }

    /// Changes a list. `expected` is the version that the caller read, if they said.
    pub async fn update_list(
        &self,
        by: &Granted<ManageMail>,
        id: ListId,
        change: ListChange,
        expected: impl Into<Expected>,
    ) -> Result<List, Error> {
        let tenant = by.tenant();
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = store::list_by_id(&*tx, tenant, id).await?.ok_or(Error::NoSuchList)?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        let description = change.description.unwrap_or_else(|| before.description.clone());
        let recipients = change.recipients.unwrap_or_else(|| before.recipients.clone());
        if (&description, &recipients) == (&before.description, &before.recipients) {
            let entry = Entry::done(Action::ListUpdate, target(&before)).after(json!({"unchanged": true}));
            self.look_again(tx, by.context(), tenant, vec![id.to_string()], entry).await?;
            return Ok(before);
        }
        let after = List { description, recipients, version: before.version + 1, ..before.clone() };
        store::update_list(&tx, &after).await?;
        check_loops(&tx, tenant).await?;
        write(&tx, &self.platform, by.scope(), &id.to_string()).await?;
        let own = own_domains(&*tx, tenant).await?;
        let entry = Entry::done(Action::ListUpdate, target(&after))
            .before(audited(&before, &own))
            .after(audited_change(&before, &after, &own));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle([id.to_string()]).await?;
        Ok(after)
    }

    /// Removes a list and its addresses; others that sent to it do so no more.
    pub async fn remove_list(&self, by: &Granted<ManageMail>, id: ListId) -> Result<(), Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let list = store::list_by_id(&*tx, tenant, id).await?.ok_or(Error::NoSuchList)?;
        let owner = id.to_string();
        let gone = addresses::of_object(&*tx, &owner).await?;
        let gone: Vec<EmailAddress> = gone.into_iter().map(|entry| entry.address).collect();
        addresses::release_all(&tx, &owner).await?;
        store::remove_list(&tx, &list, clock.now()).await?;
        forget(&tx, clock, tenant, &gone).await?;
        reconcile::order(&tx, clock, std::slice::from_ref(&owner)).await?;
        let_go(&tx, clock, &owner).await?;
        let own = own_domains(&*tx, tenant).await?;
        let entry = Entry::done(Action::ListRemove, target(&list)).before(audited(&list, &own));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.let_go(&owner).await
    }
}

//! What is shown of shared mailboxes.

use access::{Granted, ManageMail};
use addresses::mailboxes::{self, MailboxOf};
use kernel::cursor::Page;
use kernel::{Cursor, EmailAddress, SharedId};
use mail::MailState;

use crate::error::Error;
use crate::model::Shared;
use crate::service::SharedMailboxes;
use crate::store;

/// A shared mailbox with what is known of it.
#[derive(Debug, Clone)]
pub struct SharedDetails {
    /// The shared mailbox.
    pub shared: Shared,
    /// Its further addresses.
    pub aliases: Vec<EmailAddress>,
    /// The mailboxes of those who read it.
    pub readers: Vec<MailboxOf>,
    /// Where it stands in the mail server.
    pub state: MailState,
}

impl SharedMailboxes {
    /// A page of the shared mailboxes of a tenant, by address.
    pub async fn page(
        &self,
        by: &Granted<ManageMail>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<SharedDetails>, Error> {
        let Page { items, next } = store::page(self.platform.db.read(), by.tenant(), after, limit).await?;
        Ok(Page { items: self.details(by, items).await?, next })
    }

    /// One shared mailbox.
    pub async fn one(&self, by: &Granted<ManageMail>, id: SharedId) -> Result<SharedDetails, Error> {
        let shared = store::by_id(self.platform.db.read(), by.tenant(), id).await?.ok_or(Error::NotFound)?;
        self.details(by, vec![shared]).await?.pop().ok_or(Error::NotFound)
    }

    async fn details(&self, by: &Granted<ManageMail>, all: Vec<Shared>) -> Result<Vec<SharedDetails>, Error> {
        let db = self.platform.db.read();
        let people = mailboxes::of_tenant(db, by.tenant()).await?;
        let owners: Vec<String> = all.iter().map(|shared| shared.id.to_string()).collect();
        let resources = reconcile::of_owners(db, &owners).await?;
        let mut details = Vec::new();
        for shared in all {
            let id = shared.id.to_string();
            let reads = |mailbox: &&MailboxOf| shared.readers.contains(&mailbox.member);
            details.push(SharedDetails {
                aliases: addresses::aliases_of(db, &id).await?,
                readers: people.iter().filter(reads).cloned().collect(),
                state: MailState::of(resources.iter().find(|resource| resource.owner == id)),
                shared,
            });
        }
        Ok(details)
    }
}

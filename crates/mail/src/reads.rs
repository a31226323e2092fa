//! What is shown of a tenant's mail.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use access::{Granted, ManageMail};
use addresses::mailboxes::{self, MailboxOf};
use addresses::{AddressFilter, AddressKind, AddressOwner, Entry};
use kernel::cursor::Page;
use kernel::{Cursor, DomainName, EmailAddress, ListId};
use reconcile::{Resource, Status, StepError};
use upstream_stalwart::Usage;

use crate::error::Error;
use crate::model::{List, Place};
use crate::service::Mail;
use crate::store;

/// The state of an object in the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailState {
    /// Where.
    pub status: Status,
    /// Why it is pending or skipped.
    pub reason: Option<String>,
    /// What the last attempt ran into.
    pub error: Option<StepError>,
}

impl MailState {
    /// That of an object that is wanted; without a resource it is still to come.
    pub fn of(resource: Option<&Resource>) -> Self {
        resource.map_or(Self { status: Status::Pending, reason: None, error: None }, |resource| Self {
            status: resource.status,
            reason: resource.reason.clone(),
            error: resource.error.clone(),
        })
    }
}

/// An address with what it belongs to.
#[derive(Debug, Clone)]
pub struct Row {
    /// The address.
    pub entry: Entry,
    /// What has it.
    pub owner: Option<AddressOwner>,
    /// Where that stands in the mail server.
    pub state: MailState,
}

/// A list with what is known of it.
#[derive(Debug, Clone)]
pub struct ListDetails {
    pub list: List,
    /// Its further addresses.
    pub aliases: Vec<EmailAddress>,
    /// Where each of its recipients is.
    pub places: BTreeMap<EmailAddress, Place>,
    /// Where it stands in the mail server.
    pub state: MailState,
}

/// The longest that a page waits for the mail server to count.
const USAGE_WAITS: Duration = Duration::from_secs(1);

impl Mail {
    /// A page of the addresses of a tenant.
    pub async fn addresses(
        &self,
        by: &Granted<ManageMail>,
        filter: &AddressFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Row>, Error> {
        let (db, tenant) = (self.platform.db.read(), by.tenant());
        let page = addresses::page(db, tenant, filter, after, limit).await?;
        let owners = addresses::owners(db, tenant, &page.items).await?;
        let objects: Vec<String> = page.items.iter().map(|entry| entry.object.clone()).collect();
        let resources = reconcile::of_owners(db, &objects).await?;
        Ok(page.map(|entry| {
            let of_it = |resource: &&Resource| {
                resource.owner == entry.object && resource.kind.starts_with("stalwart.")
            };
            Row {
                owner: owners.get(&entry.object).cloned(),
                state: MailState::of(resources.iter().find(of_it)),
                entry,
            }
        }))
    }

    /// One alias.
    pub async fn alias(&self, by: &Granted<ManageMail>, alias: &EmailAddress) -> Result<Row, Error> {
        let (db, tenant) = (self.platform.db.read(), by.tenant());
        let found = addresses::find(db, tenant, &alias.to_string()).await?;
        let entry = found.filter(|entry| entry.kind == AddressKind::Alias).ok_or(Error::NoSuchAlias)?;
        let mut owners = addresses::owners(db, tenant, std::slice::from_ref(&entry)).await?;
        let owner = owners.remove(&entry.object);
        let resources = reconcile::of_owner(db, &entry.object).await?;
        let of_mail = resources.iter().find(|resource| resource.kind.starts_with("stalwart."));
        Ok(Row { owner, state: MailState::of(of_mail), entry })
    }

    /// A page of the lists of a tenant, by address.
    pub async fn lists(
        &self,
        by: &Granted<ManageMail>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<ListDetails>, Error> {
        let Page { items, next } =
            store::page_of_lists(self.platform.db.read(), by.tenant(), after, limit).await?;
        Ok(Page { items: self.list_details(by, items).await?, next })
    }

    /// One list.
    pub async fn list(&self, by: &Granted<ManageMail>, id: ListId) -> Result<ListDetails, Error> {
        let list = store::list_by_id(self.platform.db.read(), by.tenant(), id).await?;
        let list = list.ok_or(Error::NoSuchList)?;
        self.list_details(by, vec![list]).await?.pop().ok_or(Error::NoSuchList)
    }

    async fn list_details(
        &self,
        by: &Granted<ManageMail>,
        lists: Vec<List>,
    ) -> Result<Vec<ListDetails>, Error> {
        let (db, tenant) = (self.platform.db.read(), by.tenant());
        let own = addresses::own_domains(db, tenant).await?;
        let all = addresses::of_tenant(db, tenant).await?;
        let known: HashSet<&EmailAddress> = all.iter().map(|entry| &entry.address).collect();
        let mut aliases: BTreeMap<&str, Vec<EmailAddress>> = BTreeMap::new();
        for entry in all.iter().filter(|entry| entry.kind == AddressKind::Alias) {
            aliases.entry(&entry.object).or_default().push(entry.address.clone());
        }
        let owners: Vec<String> = lists.iter().map(|list| list.id.to_string()).collect();
        let resources = reconcile::of_owners(db, &owners).await?;
        let details = |list: List| {
            let id = list.id.to_string();
            ListDetails {
                aliases: aliases.remove(id.as_str()).unwrap_or_default(),
                places: list.recipients.iter().map(|to| (to.clone(), place(to, &own, &known))).collect(),
                state: MailState::of(resources.iter().find(|resource| resource.owner == id)),
                list,
            }
        };
        Ok(lists.into_iter().map(details).collect())
    }

    /// The mailboxes of a tenant's people, by their names.
    pub async fn mailboxes(&self, by: &Granted<ManageMail>) -> Result<Vec<MailboxOf>, Error> {
        Ok(mailboxes::of_tenant(self.platform.db.read(), by.tenant()).await?)
    }

    /// How full the tenant's mailboxes are, by address, as the mail server counts now; none when it does not answer.
    pub async fn usage(&self, by: &Granted<ManageMail>) -> Result<Option<BTreeMap<String, Usage>>, Error> {
        let Some(stalwart) = self.platform.upstreams.stalwart() else { return Ok(None) };
        let owned = reconcile::of_owner(self.platform.db.read(), &by.tenant().to_string()).await?;
        let domains = owned.into_iter().filter(|it| it.kind == provisioning::DOMAIN && it.spec.is_some());
        let ids: Vec<String> = domains.filter_map(|domain| domain.upstream_id).collect();
        let counts = futures_util::future::try_join_all(ids.iter().map(|id| stalwart.usage(id)));
        match tokio::time::timeout(USAGE_WAITS, counts).await {
            Ok(Ok(all)) => {
                Ok(Some(all.into_iter().flatten().map(|usage| (usage.address.clone(), usage)).collect()))
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the mail server did not say how full its mailboxes are");
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }
}

fn place(address: &EmailAddress, own: &[DomainName], known: &HashSet<&EmailAddress>) -> Place {
    if !own.contains(address.domain()) {
        return Place::Outside;
    }
    let bare = || {
        let (local, _) = address.local().split_once('+')?;
        format!("{local}@{}", address.domain()).parse::<EmailAddress>().ok()
    };
    if known.contains(address) || bare().is_some_and(|bare| known.contains(&bare)) {
        Place::Inside
    } else {
        Place::Nobody
    }
}

//! Who must know when people or tenants change, in the transaction of the change: what people need upstream follows from
//! both. They say in turn what of it belongs to a tenant.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use db::{Db, Error, Tx};
use kernel::{DomainId, EmailAddress, MemberId, Message, TenantId, Timestamp, UserId};

use crate::TenantRef;

/// That somebody was made to leave, as the page of the member shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// When.
    pub began_at: Timestamp,
    /// True when nothing of theirs is open any more.
    pub is_shut: bool,
    /// The report's path below that of the member's page.
    pub report: &'static str,
    /// Addresses that were handed over and come back when they are let in again.
    pub addresses: Vec<EmailAddress>,
    /// Who has those now.
    pub heir: Option<MemberId>,
    /// When they were let in again; what was shut before is history from then on.
    pub restored_at: Option<Timestamp>,
}

/// Told of changes. Tenants are locked before it is told.
#[async_trait]
pub trait Subscriber: Send + Sync {
    /// Name or address of a person changed.
    async fn person_changed(&self, _: &Tx, _: UserId) -> Result<(), Error> {
        Ok(())
    }

    /// A tenant has another state.
    async fn tenant_changed(&self, _: &Tx, _: TenantId) -> Result<(), Error> {
        Ok(())
    }

    /// A tenant is another partner's customer, or nobody's.
    async fn partner_changed(&self, _: &Tx, _: TenantId) -> Result<(), Error> {
        Ok(())
    }

    /// The plan of a tenant, its seats or its storage changed.
    async fn plan_changed(&self, _: &Tx, _: TenantId) -> Result<(), Error> {
        Ok(())
    }

    /// A tenant is being purged: nothing of its people's in it is kept.
    async fn tenant_purged(&self, _: &Tx, _: TenantId) -> Result<(), Error> {
        Ok(())
    }

    /// Who beside the tenant owns something upstream that belongs to it: its people and their memberships.
    async fn owners_in(&self, _: &Db, _: TenantId) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// What brings people of a tenant together and gives them memberships upstream: the ids of its groups.
    async fn groups_in(&self, _: &Db, _: TenantId) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// A membership was closed, opened or taken away, or has another mailbox.
    async fn member_changed(&self, _: &Tx, _: TenantId, _: MemberId) -> Result<(), Error> {
        Ok(())
    }

    /// A closed membership opens again: whoever gave something of it away takes it back first. A sentence says what is in
    /// the way.
    async fn member_resumed(&self, _: &Tx, _: &TenantRef, _: MemberId) -> Result<Result<(), Message>, Error> {
        Ok(Ok(()))
    }

    /// The last departure of a person from a tenant, if there was one.
    async fn departure(&self, _: &Db, _: TenantId, _: UserId) -> Result<Option<Departure>, Error> {
        Ok(None)
    }

    /// These addresses of a tenant receive no mail any more.
    async fn addresses_gone(&self, _: &Tx, _: TenantId, _: &[EmailAddress]) -> Result<(), Error> {
        Ok(())
    }

    /// Something of a tenant's has other further addresses: whoever it belongs to writes what it needs upstream.
    async fn aliases_changed(&self, _: &Tx, _: &TenantRef, _object: &str) -> Result<(), Error> {
        Ok(())
    }

    /// A domain of a tenant, or a claim of it, is forgotten.
    async fn domain_gone(&self, _: &Tx, _: TenantId, _: DomainId) -> Result<(), Error> {
        Ok(())
    }
}

/// Tells all subscribers, lowest slice first. Clones share them.
#[derive(Clone, Default)]
pub struct Events(Arc<OnceLock<Vec<Arc<dyn Subscriber>>>>);

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} subscribers", self.all().len())
    }
}

impl Events {
    /// Says who is told, in the order of the slices. Only the first call counts.
    pub fn register(&self, subscribers: Vec<Arc<dyn Subscriber>>) {
        self.0.get_or_init(|| subscribers);
    }

    fn all(&self) -> &[Arc<dyn Subscriber>] {
        self.0.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Name or address of a person changed.
    pub async fn person_changed(&self, tx: &Tx, user: UserId) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.person_changed(tx, user).await?;
        }
        Ok(())
    }

    /// A tenant has another state.
    pub async fn tenant_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.tenant_changed(tx, tenant).await?;
        }
        Ok(())
    }

    /// A tenant is another partner's customer, or nobody's.
    pub async fn partner_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.partner_changed(tx, tenant).await?;
        }
        Ok(())
    }

    /// The plan of a tenant, its seats or its storage changed.
    pub async fn plan_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.plan_changed(tx, tenant).await?;
        }
        Ok(())
    }

    /// A tenant is being purged. What leans on people goes before them.
    pub async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        for subscriber in self.all().iter().rev() {
            subscriber.tenant_purged(tx, tenant).await?;
        }
        Ok(())
    }

    /// Who beside the tenant owns something upstream that belongs to it.
    pub async fn owners_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, Error> {
        let mut owners = Vec::new();
        for subscriber in self.all() {
            owners.extend(subscriber.owners_in(db, tenant).await?);
        }
        Ok(owners)
    }

    /// What brings people of a tenant together and gives them memberships upstream.
    pub async fn groups_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, Error> {
        let mut groups = Vec::new();
        for subscriber in self.all() {
            groups.extend(subscriber.groups_in(db, tenant).await?);
        }
        Ok(groups)
    }

    /// A membership was closed, opened or taken away, or has another mailbox.
    pub async fn member_changed(&self, tx: &Tx, tenant: TenantId, member: MemberId) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.member_changed(tx, tenant, member).await?;
        }
        Ok(())
    }

    /// A closed membership opens again. The first sentence that says what is in the way, if any.
    pub async fn member_resumed(
        &self,
        tx: &Tx,
        tenant: &TenantRef,
        member: MemberId,
    ) -> Result<Result<(), Message>, Error> {
        for subscriber in self.all() {
            if let Err(why) = subscriber.member_resumed(tx, tenant, member).await? {
                return Ok(Err(why));
            }
        }
        Ok(Ok(()))
    }

    /// The last departure of a person from a tenant, if there was one.
    pub async fn departure(
        &self,
        db: &Db,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Departure>, Error> {
        for subscriber in self.all() {
            if let Some(departure) = subscriber.departure(db, tenant, user).await? {
                return Ok(Some(departure));
            }
        }
        Ok(None)
    }

    /// These addresses of a tenant receive no mail any more; nobody is told of none.
    pub async fn addresses_gone(
        &self,
        tx: &Tx,
        tenant: TenantId,
        gone: &[EmailAddress],
    ) -> Result<(), Error> {
        for subscriber in self.all().iter().filter(|_| !gone.is_empty()) {
            subscriber.addresses_gone(tx, tenant, gone).await?;
        }
        Ok(())
    }
    /// Something of a tenant's has other further addresses.
    pub async fn aliases_changed(&self, tx: &Tx, tenant: &TenantRef, object: &str) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.aliases_changed(tx, tenant, object).await?;
        }
        Ok(())
    }

    /// A domain of a tenant, or a claim of it, is forgotten.
    pub async fn domain_gone(&self, tx: &Tx, tenant: TenantId, domain: DomainId) -> Result<(), Error> {
        for subscriber in self.all() {
            subscriber.domain_gone(tx, tenant, domain).await?;
        }
        Ok(())
    }
}

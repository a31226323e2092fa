//! Who must know when people or tenants change, in the transaction of the change: what people need upstream follows from
//! both. They say in turn what of it belongs to a tenant.

use async_trait::async_trait;
use db::{Db, Error, Tx};
use kernel::{EmailAddress, MemberId, TenantId, UserId};

use crate::TenantRef;

/// Told of changes. Tenants are locked before it is told.
#[async_trait]
pub trait Follower: Send + Sync {
    /// Name or address of a person changed.
    async fn person_changed(&self, tx: &Tx, user: UserId) -> Result<(), Error>;

    /// A tenant has another state.
    async fn tenant_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error>;

    /// A tenant is being purged: nothing of its people's in it is kept.
    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error>;

    /// Who beside the tenant owns something upstream that belongs to it: its people and their memberships.
    async fn owners_in(&self, _: &Db, _: TenantId) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// A membership was closed, opened or taken away, or has another mailbox.
    async fn member_changed(&self, _: &Tx, _: TenantId, _: MemberId) -> Result<(), Error> {
        Ok(())
    }

    /// A closed membership opens again: whoever gave something of it away takes it back first. A sentence says what is in
    /// the way.
    async fn member_resumed(&self, _: &Tx, _: &TenantRef, _: MemberId) -> Result<Result<(), String>, Error> {
        Ok(Ok(()))
    }

    /// These addresses of a tenant receive no mail any more.
    async fn addresses_gone(&self, _: &Tx, _: TenantId, _: &[EmailAddress]) -> Result<(), Error> {
        Ok(())
    }
}

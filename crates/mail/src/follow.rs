//! What happens to lists and shared mailboxes when others go.

use std::sync::Arc;

use access::Follower;
use async_trait::async_trait;
use db::Tx;
use kernel::{Clock, EmailAddress, TenantId, UserId};
use members::{SHARED, addresses};

use crate::error::Error;
use crate::wants::LIST;
use crate::{actions, store};

/// Told by other slices of addresses that are gone, and of tenants that are.
pub fn follower(clock: Clock) -> Arc<dyn Follower> {
    Arc::new(Following(clock))
}

struct Following(Clock);

fn database(error: Error) -> db::Error {
    match error {
        Error::Db(error) => error,
        other => db::Error::damaged("lists", other.to_string()),
    }
}

#[async_trait]
impl Follower for Following {
    /// Lists hold addresses, which are no names.
    async fn person_changed(&self, _: &Tx, _: UserId) -> Result<(), db::Error> {
        Ok(())
    }

    /// Mail keeps arriving while a workspace is closed [B1].
    async fn tenant_changed(&self, _: &Tx, _: TenantId) -> Result<(), db::Error> {
        Ok(())
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        for list in store::lists(&**tx, tenant).await? {
            let owner = list.id.to_string();
            store::delete_list(tx, &list).await?;
            addresses::release_all(tx, &owner).await?;
            reconcile::destroy(tx, &self.0, &owner, LIST, self.0.now()).await?;
        }
        for shared in store::shared(&**tx, tenant).await? {
            let owner = shared.id.to_string();
            store::delete_shared(tx, shared.id).await?;
            addresses::release_all(tx, &owner).await?;
            reconcile::destroy(tx, &self.0, &owner, SHARED, self.0.now()).await?;
        }
        Ok(())
    }

    async fn addresses_gone(
        &self,
        tx: &Tx,
        tenant: TenantId,
        gone: &[EmailAddress],
    ) -> Result<(), db::Error> {
        actions::forget(tx, &self.0, tenant, gone).await.map_err(database)
    }
}

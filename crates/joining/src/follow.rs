//! What happens by itself to those who are to come: their mails are written, files are worked off, and nothing of it
//! outlives the tenant.

use std::sync::Arc;

use access::Follower;
use async_trait::async_trait;
use db::Tx;
use jobs::Schedule;
use kernel::{TenantId, UserId};

use crate::service::Joining;
use crate::{import, invitations};

/// The slice's recurring work.
pub fn schedules(joining: &Joining) -> Vec<Schedule> {
    let every = joining.0.look;
    vec![
        Schedule { name: invitations::WORK, every, work: invitations::work(joining) },
        Schedule { name: import::WORK, every, work: import::work(joining) },
    ]
}

/// Told by other slices of tenants that go.
pub fn follower() -> Arc<dyn Follower> {
    Arc::new(Following)
}

struct Following;

#[async_trait]
impl Follower for Following {
    /// Whoever is to come is nobody yet.
    async fn person_changed(&self, _: &Tx, _: UserId) -> Result<(), db::Error> {
        Ok(())
    }

    /// What a closed workspace lets nobody do is looked at when somebody tries.
    async fn tenant_changed(&self, _: &Tx, _: TenantId) -> Result<(), db::Error> {
        Ok(())
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        import::store::forget_of_tenant(tx, tenant).await?;
        access::invitations::forget_of_tenant(tx, tenant).await
    }
}

//! Work by the clock: a tenant is purged after its end, and its seats are counted again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use audit::{Chain, Context, Entry};
use jobs::{Run, Schedule};
use kernel::TenantId;
use provisioning::KINDS;

use crate::actions::{audited, target};
use crate::recorded::Action;
use crate::service::Tenants;
use crate::store;

/// How often ended tenants are looked for, and seats counted.
const OFTEN: Duration = Duration::from_mins(1);

/// The slice's recurring work.
pub fn schedules(tenants: &Tenants) -> Vec<Schedule> {
    let pace = &tenants.platform.pace;
    let every = pace.every(OFTEN, OFTEN.min(pace.lease));
    vec![
        Schedule { name: "tenants.purge", every, work: Arc::new(Purge(tenants.clone())) },
        Schedule { name: "tenants.seats", every, work: Arc::new(LookAtSeats(tenants.clone())) },
    ]
}

/// Writes where more seats are taken than there are.
struct LookAtSeats(Tenants);

#[async_trait]
impl Run for LookAtSeats {
    async fn run(&self) -> Result<(), String> {
        self.0.look_at_seats().await.map_err(|error| error.to_string())
    }
}

/// Lets go of what tenants had upstream once their grace period is over.
struct Purge(Tenants);

#[async_trait]
impl Run for Purge {
    async fn run(&self) -> Result<(), String> {
        self.0.purge_due().await.map_err(|error| error.to_string())
    }
}

impl Tenants {
    pub(crate) async fn purge_due(&self) -> Result<(), db::Error> {
        for id in store::to_purge(self.platform.db.read(), self.platform.clock.now()).await? {
            // What is wrong with one of them holds up no other.
            if let Err(error) = self.begin_purge(id).await {
                tracing::warn!(tenant = %id, %error, "a workspace was not purged; tried again");
            }
        }
        Ok(())
    }

    /// Lets go of all that a tenant has. What becomes of its people is recorded by whoever lets go of them.
    async fn begin_purge(&self, id: TenantId) -> Result<(), db::Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        let Some(tenant) = store::lock(&tx, id).await? else { return Ok(()) };
        store::purge_begun(&tx, id).await?;
        for kind in KINDS {
            reconcile::destroy(&tx, clock, &id.to_string(), kind, clock.now()).await?;
        }
        self.platform.events.tenant_purged(&tx, id).await?;
        let entry = Entry::done(Action::TenantBeginPurge, target(&tenant)).before(audited(&tenant));
        audit::commit(tx, &Context::system("tenants", clock), Chain::Tenant(id), entry).await?;
        Ok(())
    }
}

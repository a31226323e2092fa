//! Creating and removing examples. Each action is one transaction: the row, what is wanted upstream, the audit record.

use access::{Granted, ManageGroups};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::Clock;
use serde_json::json;
use tenants::primary;

use crate::desired::{EXAMPLE, wants};
use crate::error::Error;
use crate::model::{Example, ExampleId, MOST_EXAMPLES, name_key};
use crate::recorded::Action;
use crate::service::Examples;
use crate::store;

fn target(example: &Example) -> Target {
    Target::thing("example", &example.id, &example.name)
}

/// Locks the tenant: whatever is done to its examples is done one after another.
async fn lock(tx: &Tx, by: &Granted<ManageGroups>) -> Result<(), Error> {
    let holder = primary::lock_holder(tx, by.tenant()).await?.ok_or(Error::NotFound)?;
    if holder.status.is_live() { Ok(()) } else { Err(Error::WrongState(holder.status.as_str())) }
}

/// Marks the row as being removed, and lets go of what is upstream. The row is forgotten once that is gone.
pub async fn let_go(tx: &Tx, clock: &Clock, example: Example) -> Result<(), db::Error> {
    let (owner, now) = (example.id.to_string(), clock.now());
    let removed_at = example.removed_at.or(Some(now));
    store::update(tx, &Example { removed_at, ..example }).await?;
    reconcile::destroy(tx, clock, &owner, EXAMPLE, now).await
}

impl Examples {
    /// Creates an example.
    pub async fn create(&self, by: &Granted<ManageGroups>, name: String) -> Result<Example, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let all = store::of_tenant(&*tx, tenant).await?;
        if all.len() >= MOST_EXAMPLES {
            return Err(Error::TooMany);
        }
        let key = name_key(&name);
        if let Some(other) = all.into_iter().find(|other| name_key(&other.name) == key) {
            return Err(Error::NameTaken(other.name));
        }
        let example =
            Example { id: ExampleId::new(clock), tenant, name, created_at: clock.now(), removed_at: None };
        store::insert(&tx, &example).await?;
        for want in wants(&example) {
            reconcile::want(&tx, clock, &want).await?;
        }
        let entry = Entry::done(Action::ExampleCreate, target(&example)).after(json!({"name": example.name}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle(&example).await?;
        Ok(example)
    }

    /// Removes an example.
    pub async fn remove(&self, by: &Granted<ManageGroups>, id: ExampleId) -> Result<(), Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = store::by_id(&*tx, tenant, id).await?.ok_or(Error::NotFound)?;
        let_go(&tx, clock, before.clone()).await?;
        // A person ordered it, so it goes however much else does.
        reconcile::order(&tx, clock, &[id.to_string()]).await?;
        let entry = Entry::done(Action::ExampleRemove, target(&before)).before(json!({"name": before.name}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle(&before).await
    }

    /// Waits a moment for the upstream, so that most answers show the finished state.
    async fn settle(&self, example: &Example) -> Result<(), Error> {
        self.platform.reconciler.settle(&example.id.to_string(), self.platform.pace.settle).await?;
        Ok(())
    }
}

//! Removals that stopped because nobody had ordered them and they were too many: what waits, and an operator's word that
//! it may go on.

use access::{Granted, ManageTenant, ViewTenant};
use audit::{Action, Chain, Entry};
use kernel::TenantId;
use reconcile::Resource;
use serde_json::json;

use crate::actions::{locked, target};
use crate::error::Error;
use crate::service::Tenants;

impl Tenants {
    /// What of a tenant would be destroyed and waits for a person.
    pub async fn stopped(&self, by: &Granted<ViewTenant>) -> Result<Vec<Resource>, Error> {
        self.stopped_of(by.tenant()).await
    }

    pub(crate) async fn stopped_of(&self, tenant: TenantId) -> Result<Vec<Resource>, Error> {
        let owners = self.owners(tenant).await?;
        Ok(reconcile::stopped(self.0.db.read(), &owners).await?)
    }

    /// Lets what waits be destroyed. `counted` is how much the caller saw; anything else is refused.
    pub async fn let_removals_go_on(
        &self,
        by: &Granted<ManageTenant>,
        counted: usize,
    ) -> Result<usize, Error> {
        let owners = self.owners(by.tenant()).await?;
        let tx = self.0.db.begin().await?;
        let tenant = locked(&tx, by.tenant()).await?;
        let stopped = reconcile::stopped(&*tx, &owners).await?;
        if stopped.len() != counted {
            return Err(Error::RemovalsMoved(stopped.len()));
        }
        if stopped.is_empty() {
            return Ok(0);
        }
        reconcile::let_go_on(&tx, &self.0.clock, &stopped).await?;
        let mut kinds: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for resource in &stopped {
            *kinds.entry(resource.kind.as_str()).or_default() += 1;
        }
        let after = json!({"objects": stopped.len(), "kinds": kinds});
        let entry = Entry::done(Action::TenantAllowRemovals, target(&tenant)).after(after);
        audit::append(&tx, by.context(), Chain::Tenant(tenant.id), entry).await?;
        tx.commit().await?;
        self.0.reconciler.nudge();
        Ok(stopped.len())
    }
}

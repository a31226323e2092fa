//! Removals that stopped because nobody had ordered them and they were too many: what waits, and an operator's word that
//! it may go on.

use std::collections::{BTreeMap, BTreeSet};

use access::{Denial, Granted, ManageTenant, Permission, TenantRef, directory};
use audit::{Chain, Entry, Target};
use kernel::TenantId;
use reconcile::Resource;
use serde_json::json;

use crate::error::Error;
use crate::recorded::Action;
use crate::service::Provisioning;

impl Provisioning {
    /// What of a tenant would be destroyed and waits for a person.
    pub async fn stopped<P: Permission<Scope = TenantRef>>(
        &self,
        by: &Granted<P>,
    ) -> Result<Vec<Resource>, Error> {
        let mut stopped = reconcile::stopped(self.platform.db.read()).await?;
        let owners = self.owners_among(&stopped, by.tenant()).await?;
        stopped.retain(|resource| owners.contains(&resource.owner));
        Ok(stopped)
    }

    /// Which of the owners of what has stopped anywhere are a tenant's.
    async fn owners_among(&self, stopped: &[Resource], tenant: TenantId) -> Result<BTreeSet<String>, Error> {
        let owners: BTreeSet<&String> = stopped.iter().map(|resource| &resource.owner).collect();
        let owners: Vec<String> = owners.into_iter().cloned().collect();
        let mut theirs = BTreeSet::new();
        // Databases bind only so many variables.
        for some in owners.chunks(1_000) {
            let known = self.platform.reconciler.owners(some).await?.into_iter();
            theirs.extend(known.filter(|(_, owner)| owner.tenants.contains(&tenant)).map(|(id, _)| id));
        }
        Ok(theirs)
    }

    /// Lets what waits be destroyed. `hash` stands for what the caller saw; anything else is refused.
    pub async fn let_removals_go_on(&self, by: &Granted<ManageTenant>, hash: &str) -> Result<usize, Error> {
        let seen = reconcile::stopped(self.platform.db.read()).await?;
        let owners = self.owners_among(&seen, by.tenant()).await?;
        let tx = self.platform.db.begin().await?;
        let tenant = directory::lock(&tx, by.tenant()).await?;
        let tenant = tenant.ok_or_else(|| access::Error::from(Denial::NotFound))?;
        let mut stopped = reconcile::stopped(&*tx).await?;
        stopped.retain(|resource| owners.contains(&resource.owner));
        if reconcile::fingerprint(&stopped) != hash {
            return Err(Error::RemovalsMoved(stopped.len()));
        }
        if stopped.is_empty() {
            return Ok(0);
        }
        let let_go = reconcile::let_go_on(&tx, &self.platform.clock, &stopped).await?;
        // Something was ordered or wanted again since it was read.
        if usize::try_from(let_go).ok() != Some(stopped.len()) {
            return Err(Error::RemovalsMoved(usize::try_from(let_go).unwrap_or_default()));
        }
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in &stopped {
            *kinds.entry(resource.kind.as_str()).or_default() += 1;
        }
        let after = json!({"objects": stopped.len(), "kinds": kinds});
        let entry =
            Entry::done(Action::TenantAllowRemovals, Target::thing("tenant", &tenant.id, &tenant.name))
                .after(after);
        audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?;
        Ok(stopped.len())
    }
}

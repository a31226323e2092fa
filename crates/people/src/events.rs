//! What others tell of: who works in a workspace that closes is signed out.

use std::sync::Arc;

use access::{Subscriber, directory};
use async_trait::async_trait;
use db::{Error, Tx};
use kernel::{Clock, TenantId};
use memberships::rows;

use crate::store;

/// Told by other slices of changes of tenants.
pub fn subscriber(clock: Clock) -> Arc<dyn Subscriber> {
    Arc::new(Subscription(clock))
}

struct Subscription(Clock);

#[async_trait]
impl Subscriber for Subscription {
    /// What their sign-ins say of the tenant must not outlive it [E3].
    async fn tenant_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), Error> {
        let found = directory::tenants_by_ids(&**tx, &[tenant]).await?.pop();
        if found.is_none_or(|tenant| tenant.status.is_open()) {
            return Ok(());
        }
        let mut members = rows::of_tenant(&**tx, tenant).await?;
        members.retain(|member| member.removed_at.is_none() && !member.own_account);
        // Two tenants that close at once take their people in one order.
        members.sort_by_key(|member| member.user);
        for member in members {
            store::ask_sign_out(tx, member.user, self.0.now()).await?;
        }
        Ok(())
    }
}

//! What is shown of a tenant besides itself.

use access::{Granted, Permission, Person, TenantRef, TenantRole, TenantStatus, people, roles};
use kernel::Timestamp;
use tenants::Tenant;

use crate::service::Customers;

/// Somebody with a role in a tenant.
#[derive(Debug, Clone)]
pub struct RoleHolder {
    /// Who.
    pub person: Person,
    /// Which role.
    pub role: TenantRole,
}

impl Customers {
    /// The people with a role in the tenant of a proof, owners first.
    pub async fn role_holders<P: Permission<Scope = TenantRef>>(
        &self,
        by: &Granted<P>,
    ) -> Result<Vec<RoleHolder>, db::Error> {
        let db = self.platform.db.read();
        let mut held = roles::of_tenant(db, by.tenant()).await?;
        held.sort_by_key(|(_, role)| *role);
        let ids: Vec<_> = held.iter().map(|(id, _)| *id).collect();
        let people = people::by_ids(db, &ids).await?;
        let holder =
            |(id, role)| Some(RoleHolder { person: people.iter().find(|p| p.id == id)?.clone(), role });
        Ok(held.into_iter().filter_map(holder).collect())
    }
}

/// From when on a tenant is purged.
pub fn purge_time(tenant: &Tenant) -> Option<Timestamp> {
    tenant.purge_after.filter(|_| tenant.status == TenantStatus::Terminated)
}

//! The domains on which a tenant has its addresses.

use kernel::{DomainName, TenantId};
use provisioning::DOMAIN;

use crate::store;

/// True when the tenant has the domain, or is about to.
pub async fn is_own(
    on: &impl db::Connection,
    tenant: TenantId,
    domain: &DomainName,
) -> Result<bool, db::Error> {
    let found = reconcile::named(on, DOMAIN, domain.ascii()).await?;
    Ok(found.is_some_and(|found| found.owner == tenant.to_string() && found.spec.is_some()))
}

/// The domains that a tenant has, or is about to have.
pub async fn own_domains(on: &impl db::Connection, tenant: TenantId) -> Result<Vec<DomainName>, db::Error> {
    let owned = reconcile::of_owner(on, &tenant.to_string()).await?;
    let wanted = owned.iter().filter(|resource| resource.kind == DOMAIN && resource.spec.is_some());
    Ok(wanted.filter_map(|resource| resource.name.parse().ok()).collect())
}

/// The same to choose from, as they are sent and as they are read: the primary domain first, the others by name.
pub async fn domain_choices(
    on: &impl db::Connection,
    tenant: TenantId,
) -> Result<Vec<(String, String)>, db::Error> {
    let own = own_domains(on, tenant).await?;
    let mut choices: Vec<(String, String)> =
        own.iter().map(|name| (name.ascii().to_owned(), name.unicode())).collect();
    let primary = store::primary_domain(on, tenant).await?;
    choices.sort_by_cached_key(|(sent, read)| (primary.as_ref() != Some(sent), read.clone()));
    Ok(choices)
}

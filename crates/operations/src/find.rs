//! Finds the workspaces that somebody runs, for the palette of the portal.

use access::{Granted, ListTenants, TenantRef, TenantRights, TenantRole};
use kernel::needle::find_key;
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;

/// Finds workspaces by their names and slugs.
pub fn finders() -> Vec<Finder> {
    let find = |by: Granted<ListTenants>, sought: Sought| async move { Ok::<_, Failure>(own(&by, &sought)) };
    let finder = |page| Finder::new(page, ("tenants-own", Icon::Tenant), 90, find);
    OBJECTS.iter().map(finder).collect()
}

/// Those whose overview the caller may open: few enough to go through.
fn own(by: &Granted<ListTenants>, sought: &Sought) -> Vec<Hit> {
    let runs = |own: &&TenantRights| own.role != TenantRole::Member && own.tenant.status.is_open();
    let all = by.actor().rights.tenants.iter().filter(runs).map(|own| &own.tenant);
    let found = all.filter(|tenant| sought.needle.finds(&find_key(&[&tenant.name, &tenant.slug])));
    let hit = |tenant: &TenantRef| Hit {
        slug: tenant.slug.clone(),
        id: tenant.id.to_string(),
        name: tenant.name.clone(),
        title: tenant.name.clone(),
        detail: tenant.slug.clone(),
    };
    found.take(usize::try_from(sought.most).unwrap_or(usize::MAX)).map(hit).collect()
}

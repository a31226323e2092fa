//! Finds tenants for the palette of operators.

use access::{Granted, ListTenants};
use tenants::{Details, Error, Tenants};
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;

/// Finds tenants by their names, slugs and domains.
pub fn finders(tenants: &Tenants) -> Vec<Finder> {
    let tenants = tenants.clone();
    let find = move |by: Granted<ListTenants>, sought: Sought| {
        let tenants = tenants.clone();
        async move { found(&tenants, &by, &sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("nav-tenants", Icon::Tenant), 90, find.clone());
    OBJECTS.iter().map(finder).collect()
}

async fn found(tenants: &Tenants, by: &Granted<ListTenants>, sought: &Sought) -> Result<Vec<Hit>, Error> {
    let hit = |details: Details| {
        let (_, state) = health::state(&sought.words, &details.condition());
        let tenant = details.tenant;
        Hit {
            slug: tenant.slug.to_string(),
            id: tenant.id.to_string(),
            detail: format!("{state} · {}", tenant.slug),
            name: tenant.name.clone(),
            title: tenant.name,
        }
    };
    let found = tenants.found(by, &sought.needle, sought.most).await?;
    Ok(found.into_iter().map(hit).collect())
}

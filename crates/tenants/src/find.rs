//! Finds tenants for the palette of operators.

use access::{Granted, ListTenants};
use kernel::cursor::Page;
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::reads::Details;
use crate::service::Tenants;
use crate::store;

/// Finds tenants by their names, slugs and domains.
pub fn finders(tenants: &Tenants) -> Vec<Finder> {
    let tenants = tenants.clone();
    let find = move |_: Granted<ListTenants>, sought: Sought| {
        let tenants = tenants.clone();
        async move { tenants.found(&sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("nav-tenants", Icon::Tenant), 90, find.clone());
    OBJECTS.iter().map(finder).collect()
}

impl Tenants {
    async fn found(&self, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let db = self.platform.db.read();
        let items = store::found(db, &sought.needle, sought.most).await?;
        let owners: Vec<String> = items.iter().map(|tenant| tenant.id.to_string()).collect();
        let resources = reconcile::outlines_of(db, &owners, "stalwart.domain").await?;
        let page = self.with_resources(Page { items, next: None }, resources).await?;
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
        Ok(page.items.into_iter().map(hit).collect())
    }
}

//! Finds tenants for the palette: all of them for operators, those that somebody runs in the portal.

use access::{Granted, ListTenants, Surface, TenantRights, TenantRole};
use kernel::cursor::Page;
use kernel::needle::find_key;
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::pages::tenant_state;
use crate::read::Details;
use crate::service::Tenants;
use crate::store;

const PLACE: u8 = 90;

/// Finds tenants by their names, slugs and domains.
pub fn finders(tenants: &Tenants) -> Vec<Finder> {
    let tenants = tenants.clone();
    let of_all = move |_: Granted<ListTenants>, sought: Sought| {
        let tenants = tenants.clone();
        async move { tenants.found(&sought).await.map_err(Failure::from) }
    };
    let of_own = |by: Granted<ListTenants>, sought: Sought| async move { Ok(own(&by, &sought)) };
    let finder = |page: &web::ObjectPage| match page.surface {
        Surface::Operator => Finder::new(page, ("nav-tenants", Icon::Tenant), PLACE, of_all.clone()),
        Surface::Portal => Finder::new(page, ("tenants-own", Icon::Tenant), PLACE, of_own),
    };
    OBJECTS.iter().map(finder).collect()
}

impl Tenants {
    async fn found(&self, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let db = self.platform.db.read();
        let items = store::found(db, &sought.needle, sought.most).await?;
        let owners: Vec<String> = items.iter().map(|tenant| tenant.id.to_string()).collect();
        let resources = reconcile::outline(db, &owners, "stalwart.domain").await?;
        let page = self.with_resources(Page { items, next: None }, resources).await?;
        let hit = |details: Details| {
            let (_, state) = tenant_state(&sought.words, &details);
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

/// Those whose overview the caller may open: few enough to go through.
fn own(by: &Granted<ListTenants>, sought: &Sought) -> Vec<Hit> {
    let runs = |own: &&TenantRights| own.role != TenantRole::Member && own.tenant.status.is_open();
    let all = by.actor().rights.tenants.iter().filter(runs).map(|own| &own.tenant);
    let found = all.filter(|tenant| sought.needle.finds(&find_key(&[&tenant.name, &tenant.slug])));
    let hit = |tenant: &access::TenantRef| Hit {
        slug: tenant.slug.clone(),
        id: tenant.id.to_string(),
        name: tenant.name.clone(),
        title: tenant.name.clone(),
        detail: tenant.slug.clone(),
    };
    found.take(usize::try_from(sought.most).unwrap_or(usize::MAX)).map(hit).collect()
}

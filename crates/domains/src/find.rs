//! Finds domains for the palette: those of a workspace in the portal, those of all in the operator console.

use std::collections::BTreeMap;

use access::{Granted, ManageDomains, Surface, TenantStatus, ViewAllDomains, directory};
use i18n::Words;
use kernel::TenantId;
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::model::Domain;
use crate::pages::mark;
use crate::service::Domains;
use crate::store;

const SHOWN: (&str, Icon) = ("nav-domains", Icon::Globe);
const PLACE: u8 = 70;

/// Finds domains by their names.
pub fn finders(domains: &Domains) -> Vec<Finder> {
    let (own, every) = (domains.clone(), domains.clone());
    let of_tenant = move |by: Granted<ManageDomains>, sought: Sought| {
        let domains = own.clone();
        async move { domains.found(&by, &sought).await.map_err(Failure::from) }
    };
    let of_all = move |_: Granted<ViewAllDomains>, sought: Sought| {
        let domains = every.clone();
        async move { domains.found_anywhere(&sought).await.map_err(Failure::from) }
    };
    let finder = |page: &web::ObjectPage| match page.surface {
        Surface::Portal => Finder::new(page, SHOWN, PLACE, of_tenant.clone()),
        Surface::Operator => Finder::new(page, SHOWN, PLACE, of_all.clone()),
    };
    OBJECTS.iter().map(finder).collect()
}

impl Domains {
    async fn found(&self, by: &Granted<ManageDomains>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let tenant = Some(by.tenant());
        let found = store::found(self.platform.db.read(), tenant, &sought.needle, sought.most).await?;
        let state = |domain: &Domain| state(&sought.words, domain, by.scope().status);
        Ok(found.iter().map(|domain| hit(domain, &by.scope().slug, state(domain))).collect())
    }

    async fn found_anywhere(&self, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let db = self.platform.db.read();
        let found = store::found(db, None, &sought.needle, sought.most).await?;
        let ids: Vec<TenantId> = found.iter().map(|domain| domain.tenant).collect();
        let tenants = directory::tenants_by_ids(db, &ids).await?;
        let tenants: BTreeMap<TenantId, _> = tenants.into_iter().map(|tenant| (tenant.id, tenant)).collect();
        let hit = |domain: &Domain| {
            let tenant = tenants.get(&domain.tenant)?;
            let detail = format!("{} · {}", state(&sought.words, domain, tenant.status), tenant.name);
            Some(hit(domain, &tenant.slug, detail))
        };
        Ok(found.iter().filter_map(hit).collect())
    }
}

fn state(words: &Words, domain: &Domain, workspace: TenantStatus) -> String {
    mark(words, domain, workspace).text().to_owned()
}

fn hit(domain: &Domain, slug: &str, detail: String) -> Hit {
    Hit {
        slug: slug.to_owned(),
        id: domain.id.to_string(),
        name: domain.name.ascii().to_owned(),
        title: domain.name.unicode(),
        detail,
    }
}

//! Finds partners for the palette of operators.

use access::{Granted, ManagePartners};
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::model::Partner;
use crate::service::Partners;

/// Finds partners by their names, slugs and domains.
pub fn finders(partners: &Partners) -> Vec<Finder> {
    let partners = partners.clone();
    let find = move |by: Granted<ManagePartners>, sought: Sought| {
        let partners = partners.clone();
        async move { found(&partners, &by, &sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("nav-partners", Icon::Partner), 80, find.clone());
    OBJECTS.iter().map(finder).collect()
}

async fn found(
    partners: &Partners,
    by: &Granted<ManagePartners>,
    sought: &Sought,
) -> Result<Vec<Hit>, Error> {
    let hit = |partner: Partner| Hit {
        slug: partner.slug.to_string(),
        id: partner.id.to_string(),
        detail: partner.slug.to_string(),
        name: partner.name.clone(),
        title: partner.name,
    };
    let found = partners.found(by, &sought.needle, sought.most).await?;
    Ok(found.into_iter().map(hit).collect())
}

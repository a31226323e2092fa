//! Finds examples for the palette.

use access::{Granted, ManageGroups};
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::model::Example;
use crate::service::Examples;
use crate::store;

/// Finds examples by their names.
pub fn finders(examples: &Examples) -> Vec<Finder> {
    let examples = examples.clone();
    let find = move |by: Granted<ManageGroups>, sought: Sought| {
        let examples = examples.clone();
        async move { examples.found(&by, &sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("nav-examples", Icon::Grid), 70, find.clone());
    OBJECTS.iter().map(finder).collect()
}

impl Examples {
    async fn found(&self, by: &Granted<ManageGroups>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let found = store::found(self.platform.db.read(), by.tenant(), &sought.needle, sought.most).await?;
        let hit = |example: Example| Hit {
            slug: by.scope().slug.clone(),
            id: example.id.to_string(),
            detail: String::new(),
            name: example.name.clone(),
            title: example.name,
        };
        Ok(found.into_iter().map(hit).collect())
    }
}

//! Finds groups for the palette.

use access::{Granted, ManageGroups};
use web::{Failure, Finder, Hit, Sought};

use crate::error::Error;
use crate::model::Group;
use crate::service::Groups;
use crate::{OBJECTS, store};

/// Finds groups by their names and addresses.
pub fn finders(groups: &Groups) -> Vec<Finder> {
    let groups = groups.clone();
    let find = move |by: Granted<ManageGroups>, sought: Sought| {
        let groups = groups.clone();
        async move { groups.found(&by, &sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("nav-groups", web::ui::Icon::Group), 20, find.clone());
    OBJECTS.iter().map(finder).collect()
}

impl Groups {
    async fn found(&self, by: &Granted<ManageGroups>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let found = store::found(self.platform.db.read(), by.tenant(), &sought.needle, sought.most).await?;
        let hit = |group: Group| Hit {
            slug: by.scope().slug.clone(),
            id: group.id.to_string(),
            detail: match &group.address {
                Some(address) => kernel::readable_address(&address.to_string()),
                None => group.description.unwrap_or_default(),
            },
            name: group.name.clone(),
            title: group.name,
        };
        Ok(found.into_iter().map(hit).collect())
    }
}

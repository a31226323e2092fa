//! Finds flags for the palette of operators.

use access::{Granted, ManageFlags};
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::model::Flag;
use crate::pages::state_of;
use crate::service::Flags;

/// Finds flags by their keys and descriptions.
pub fn finders(flags: &Flags) -> Vec<Finder> {
    let flags = flags.clone();
    let find = move |by: Granted<ManageFlags>, sought: Sought| {
        let flags = flags.clone();
        async move { hits(&flags, &by, &sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("nav-flags", Icon::Flag), 95, find.clone());
    OBJECTS.iter().map(finder).collect()
}

async fn hits(flags: &Flags, by: &Granted<ManageFlags>, sought: &Sought) -> Result<Vec<Hit>, Error> {
    let hit = |flag: Flag| Hit {
        slug: String::new(),
        id: flag.id.to_string(),
        detail: state_of(&sought.words, &flag, flags.now()).text().to_owned(),
        name: flag.key.to_string(),
        title: flag.key.to_string(),
    };
    let found = flags.found(by, &sought.needle, sought.most).await?;
    Ok(found.into_iter().map(hit).collect())
}

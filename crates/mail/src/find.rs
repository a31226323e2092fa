//! Finds aliases and distribution lists for the palette.

use access::{Granted, ManageMail};
use kernel::{EmailAddress, readable_address};
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::error::Error;
use crate::service::Mail;
use crate::{ALIAS_PAGE, LIST_PAGE, store};

/// Finds what has an address, by that and by its name.
pub fn finders(mail: &Mail) -> Vec<Finder> {
    let (for_aliases, for_lists) = (mail.clone(), mail.clone());
    let aliases = move |by: Granted<ManageMail>, sought: Sought| {
        let mail = for_aliases.clone();
        async move { mail.found_aliases(&by, &sought).await.map_err(Failure::from) }
    };
    let lists = move |by: Granted<ManageMail>, sought: Sought| {
        let mail = for_lists.clone();
        async move { mail.found_lists(&by, &sought).await.map_err(Failure::from) }
    };
    vec![
        Finder::new(&LIST_PAGE, ("mail-find-lists", Icon::Mail), 31, lists),
        Finder::new(&ALIAS_PAGE, ("mail-find-aliases", Icon::Mail), 32, aliases),
    ]
}

fn hit(by: &Granted<ManageMail>, id: String, address: &EmailAddress, detail: String) -> Hit {
    let name = address.to_string();
    Hit { slug: by.scope().slug.clone(), id, title: readable_address(&name), name, detail }
}

impl Mail {
    async fn found_aliases(&self, by: &Granted<ManageMail>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let (db, tenant) = (self.platform.db.read(), by.tenant());
        let found = addresses::found_aliases(db, tenant, &sought.needle, sought.most).await?;
        let owners = addresses::owners(db, tenant, &found).await?;
        let leads_to = |object: &str| {
            let owner = owners.get(object)?;
            let person = owner.person.as_ref().map(|(_, name)| name.clone());
            Some(person.unwrap_or_else(|| readable_address(&owner.address.to_string())))
        };
        let hit = |entry: addresses::Entry| {
            let detail = leads_to(&entry.object).map(|to| format!("→ {to}")).unwrap_or_default();
            hit(by, entry.object, &entry.address, detail)
        };
        Ok(found.into_iter().map(hit).collect())
    }

    async fn found_lists(&self, by: &Granted<ManageMail>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let found =
            store::found_lists(self.platform.db.read(), by.tenant(), &sought.needle, sought.most).await?;
        let hit =
            |list: store::FoundList| hit(by, list.id, &list.address, list.description.unwrap_or_default());
        Ok(found.into_iter().map(hit).collect())
    }
}

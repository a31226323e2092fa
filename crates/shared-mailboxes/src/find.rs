//! Finds shared mailboxes for the palette.

use access::{Granted, ManageMail};
use kernel::readable_address;
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::error::Error;
use crate::service::SharedMailboxes;
use crate::{OBJECTS, store};

/// Finds them by address and name.
pub fn finders(mailboxes: &SharedMailboxes) -> Vec<Finder> {
    let mailboxes = mailboxes.clone();
    let find = move |by: Granted<ManageMail>, sought: Sought| {
        let mailboxes = mailboxes.clone();
        async move { mailboxes.found(&by, &sought).await.map_err(Failure::from) }
    };
    let finder = |page| Finder::new(page, ("mail-find-shared", Icon::Mail), 30, find.clone());
    OBJECTS.iter().map(finder).collect()
}

impl SharedMailboxes {
    async fn found(&self, by: &Granted<ManageMail>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let found = store::found(self.platform.db.read(), by.tenant(), &sought.needle, sought.most).await?;
        let hit = |shared: store::Found| {
            let address = shared.address.to_string();
            Hit {
                slug: by.scope().slug.clone(),
                id: shared.id,
                title: shared.name,
                detail: readable_address(&address),
                name: address,
            }
        };
        Ok(found.into_iter().map(hit).collect())
    }
}

//! Finds invitations for the palette.

use access::invitations::{self, Invitation};
use access::{Granted, ManageMembers};
use kernel::readable_address;
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::INVITATION_PAGE;
use crate::error::Error;
use crate::pages::state_mark;
use crate::service::Joining;

/// Finds invitations by the name and the address of whom they ask.
pub fn finders(joining: &Joining) -> Vec<Finder> {
    let joining = joining.clone();
    let find = move |by: Granted<ManageMembers>, sought: Sought| {
        let joining = joining.clone();
        async move { joining.found_invitations(&by, &sought).await.map_err(Failure::from) }
    };
    vec![Finder::new(&INVITATION_PAGE, ("members-tab-invitations", Icon::Send), 60, find)]
}

impl Joining {
    async fn found_invitations(
        &self,
        by: &Granted<ManageMembers>,
        sought: &Sought,
    ) -> Result<Vec<Hit>, Error> {
        let found = invitations::found(self.0.db.read(), by.tenant(), &sought.needle, sought.most).await?;
        let held = self.on_hold(by, &found).await?;
        let hit = |one: Invitation| {
            let mark = state_mark(&sought.words, one.state(self.now()), held.contains(&one.id));
            let email = readable_address(&one.email.to_string());
            let (title, detail) = match one.name.as_str() {
                "" => (email, mark.text().to_owned()),
                name => (name.to_owned(), format!("{} · {email}", mark.text())),
            };
            Hit { slug: by.scope().slug.clone(), id: one.id.to_string(), name: title.clone(), title, detail }
        };
        Ok(found.into_iter().map(hit).collect())
    }
}

//! Finds members for the palette.

use access::{Granted, ManageMembers};
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::model::{Member, Status};
use crate::pages::{address, mark};
use crate::service::Members;
use crate::store;

/// Finds members by their names and addresses.
pub fn finders(members: &Members) -> Vec<Finder> {
    let members = members.clone();
    let find = move |by: Granted<ManageMembers>, sought: Sought| {
        let members = members.clone();
        async move { members.found(&by, &sought).await.map_err(Failure::from) }
    };
    OBJECTS
        .iter()
        .map(|page| Finder::new(page, ("nav-members", web::ui::Icon::User), 10, find.clone()))
        .collect()
}

impl Members {
    async fn found(&self, by: &Granted<ManageMembers>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let found = store::found(self.0.db.read(), by.tenant(), &sought.needle, sought.most).await?;
        let hit = |member: Member| Hit {
            slug: by.scope().slug.clone(),
            id: member.user.to_string(),
            detail: detail(sought, &member),
            name: member.name.clone(),
            title: member.name,
        };
        Ok(found.into_iter().map(hit).collect())
    }
}

fn detail(sought: &Sought, member: &Member) -> String {
    match member.status() {
        Status::Active => address(member),
        Status::Suspended | Status::Removing => {
            format!("{} · {}", mark(&sought.words, member, &[]).text(), address(member))
        }
    }
}

//! Finds invitations for the palette: those of a workspace in the portal, those of all in the operator console.

use std::collections::{BTreeMap, BTreeSet};

use access::invitations::{self, Invitation};
use access::{FindAllPeople, Granted, ManageMembers, Surface, account, directory};
use i18n::Words;
use kernel::{TenantId, UserId, readable_address};
use memberships::make::is_vouched_for;
use web::ui::Icon;
use web::{Failure, Finder, Hit, ObjectPage, Sought};

use crate::OBJECTS;
use crate::error::Error;
use crate::pages::state_mark;
use crate::service::Invitations;

const SHOWN: (&str, Icon) = ("members-tab-invitations", Icon::Send);
const PLACE: u8 = 60;

/// Finds invitations by the name and the address of whom they ask.
pub fn finders(invitations: &Invitations) -> Vec<Finder> {
    let (own, every) = (invitations.clone(), invitations.clone());
    let of_tenant = move |by: Granted<ManageMembers>, sought: Sought| {
        let invitations = own.clone();
        async move { invitations.found(&by, &sought).await.map_err(Failure::from) }
    };
    let of_all = move |_: Granted<FindAllPeople>, sought: Sought| {
        let invitations = every.clone();
        async move { invitations.found_anywhere(&sought).await.map_err(Failure::from) }
    };
    let finder = |page: &ObjectPage| match page.surface {
        Surface::Portal => Finder::new(page, SHOWN, PLACE, of_tenant.clone()),
        Surface::Operator => Finder::new(page, SHOWN, PLACE, of_all.clone()),
    };
    OBJECTS.iter().map(finder).collect()
}

impl Invitations {
    async fn found(&self, by: &Granted<ManageMembers>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let tenant = Some(by.tenant());
        let found = invitations::found(self.platform.db.read(), tenant, &sought.needle, sought.most).await?;
        let held = self.on_hold(by, &found).await?;
        let one = |one: Invitation| {
            let state = self.state(&sought.words, &one, held.contains(&one.id));
            hit(&one, &by.scope().slug, vec![state])
        };
        Ok(found.into_iter().map(one).collect())
    }

    async fn found_anywhere(&self, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let db = self.platform.db.read();
        let found = invitations::found(db, None, &sought.needle, sought.most).await?;
        let ids: Vec<TenantId> = found.iter().map(|one| one.tenant).collect();
        let tenants = directory::tenants_by_ids(db, &ids).await?;
        let tenants: BTreeMap<TenantId, _> = tenants.into_iter().map(|tenant| (tenant.id, tenant)).collect();
        let senders: BTreeSet<UserId> = found.iter().filter_map(|one| one.invited_by).collect();
        let senders = account::by_ids(db, &senders.into_iter().collect::<Vec<_>>()).await?;
        let one = |one: Invitation| {
            let tenant = tenants.get(&one.tenant)?;
            let sender = senders.iter().find(|account| Some(account.person.id) == one.invited_by);
            let state = self.state(&sought.words, &one, !is_vouched_for(&one, one.role, sender, tenant));
            Some(hit(&one, &tenant.slug, vec![state, tenant.name.clone()]))
        };
        Ok(found.into_iter().filter_map(one).collect())
    }

    fn state(&self, words: &Words, one: &Invitation, is_held: bool) -> String {
        state_mark(words, one.state(self.now()), is_held).text().to_owned()
    }
}

fn hit(one: &Invitation, slug: &str, mut details: Vec<String>) -> Hit {
    let email = readable_address(&one.email.to_string());
    let title = if one.name.is_empty() {
        email
    } else {
        details.push(email);
        one.name.clone()
    };
    Hit {
        slug: slug.to_owned(),
        id: one.id.to_string(),
        name: title.clone(),
        title,
        detail: details.join(" · "),
    }
}

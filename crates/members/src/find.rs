//! Finds members for the palette: those of a workspace in the portal, those of all in the operator console.

use std::collections::BTreeMap;

use access::{FindAllPeople, Granted, ManageMembers, Surface, TenantStatus, directory};
use kernel::TenantId;
use memberships::{Error, Member, Status, rows};
use web::ui::Icon;
use web::{Failure, Finder, Hit, Sought};

use crate::OBJECTS;
use crate::pages::{address, mark};
use crate::service::Members;

const SHOWN: (&str, Icon) = ("nav-members", Icon::User);
const PLACE: u8 = 10;

/// Finds members by their names and addresses.
pub fn finders(members: &Members) -> Vec<Finder> {
    let (own, every) = (members.clone(), members.clone());
    let of_tenant = move |by: Granted<ManageMembers>, sought: Sought| {
        let members = own.clone();
        async move { members.found(&by, &sought).await.map_err(Failure::from) }
    };
    let of_all = move |_: Granted<FindAllPeople>, sought: Sought| {
        let members = every.clone();
        async move { members.found_anywhere(&sought).await.map_err(Failure::from) }
    };
    let finder = |page: &web::ObjectPage| match page.surface {
        Surface::Portal => Finder::new(page, SHOWN, PLACE, of_tenant.clone()),
        Surface::Operator => Finder::new(page, SHOWN, PLACE, of_all.clone()),
    };
    OBJECTS.iter().map(finder).collect()
}

impl Members {
    async fn found(&self, by: &Granted<ManageMembers>, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let found =
            rows::found(self.platform.db.read(), Some(by.tenant()), &sought.needle, sought.most).await?;
        let scope = by.scope();
        Ok(found
            .into_iter()
            .map(|member| {
                let detail = detail(sought, &member, scope.status);
                hit(member, &scope.slug, detail)
            })
            .collect())
    }

    async fn found_anywhere(&self, sought: &Sought) -> Result<Vec<Hit>, Error> {
        let db = self.platform.db.read();
        let found = rows::found(db, None, &sought.needle, sought.most).await?;
        let ids: Vec<TenantId> = found.iter().map(|member| member.tenant).collect();
        let tenants = directory::tenants_by_ids(db, &ids).await?;
        let tenants: BTreeMap<TenantId, _> = tenants.into_iter().map(|tenant| (tenant.id, tenant)).collect();
        let one = |member: Member| {
            let tenant = tenants.get(&member.tenant)?;
            let detail = format!("{} · {}", detail(sought, &member, tenant.status), tenant.name);
            Some(hit(member, &tenant.slug, detail))
        };
        Ok(found.into_iter().filter_map(one).collect())
    }
}

fn hit(member: Member, slug: &str, detail: String) -> Hit {
    Hit {
        slug: slug.to_owned(),
        id: member.user.to_string(),
        detail,
        name: member.name.clone(),
        title: member.name,
    }
}

fn detail(sought: &Sought, member: &Member, workspace: TenantStatus) -> String {
    if member.status() == Status::Active && workspace.is_open() {
        return address(member);
    }
    format!("{} · {}", mark(&sought.words, member, &[], workspace).text(), address(member))
}

//! What is asked of imports: how far one is, its lines, and whose first passwords were given out.

use std::collections::HashSet;

use access::{Granted, ManageMembers, people};
use kernel::cursor::Page;
use kernel::{Cursor, ImportId, UserId};
use memberships::{Member, rows};
use people_file::Line;

use crate::error::Error;
use crate::model::{Counts, Fate, Import};
use crate::service::Imports;
use crate::store::{self, Handout, Unkeyed};

impl Imports {
    /// An import, and how far it is.
    pub async fn import(&self, by: &Granted<ManageMembers>, id: ImportId) -> Result<(Import, Counts), Error> {
        let db = self.platform.db.read();
        let import = store::by_id(db, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        let (mut counts, made) = store::counts(db, id).await?;
        let memberships = rows::of_people(db, by.tenant(), &made).await?;
        let owners: Vec<String> =
            memberships.iter().flat_map(|(user, member)| [user.to_string(), member.to_string()]).collect();
        let undone = reconcile::undone(db, &owners).await?;
        let failing: HashSet<&String> = undone
            .iter()
            .filter(|(_, status)| *status == reconcile::Status::Error)
            .map(|(owner, _)| owner)
            .collect();
        let busy: HashSet<&String> = undone.iter().map(|(owner, _)| owner).collect();
        for of in owners.chunks(2) {
            counts.under_way += u32::from(of.iter().any(|owner| busy.contains(owner)));
            counts.failing += u32::from(of.iter().any(|owner| failing.contains(owner)));
        }
        counts.unkeyed = u32::try_from(self.unkeyed(by, id).await?.len()).unwrap_or(u32::MAX);
        Ok((import, counts))
    }

    /// A page of an import's lines.
    pub async fn lines(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
        only_left: bool,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<(Line, Fate)>, Error> {
        let db = self.platform.db.read();
        store::by_id(db, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        Ok(store::page(db, id, only_left, after, limit).await?)
    }

    /// The last imports of a tenant.
    pub async fn latest(&self, by: &Granted<ManageMembers>) -> Result<Vec<Import>, Error> {
        Ok(store::latest(self.platform.db.read(), by.tenant(), 10).await?)
    }

    /// Those of an import who came by no password yet. Who signed in, or was given one on their page, did.
    pub async fn unkeyed(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<(Unkeyed, Member)>, Error> {
        Ok(store::without_password(self.platform.db.read(), by.tenant(), id).await?)
    }

    /// When and to whom first passwords were given out, by their names.
    pub async fn handouts(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<(Handout, Option<String>)>, Error> {
        let db = self.platform.db.read();
        store::by_id(db, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        let all = store::handouts(db, id).await?;
        let to: Vec<UserId> = all.iter().filter_map(|one| one.to).collect();
        let people = people::by_ids(db, &to).await?;
        let named = |one: Handout| {
            let person = people.iter().find(|person| Some(person.id) == one.to);
            (one, person.map(|person| person.name.clone()))
        };
        Ok(all.into_iter().map(named).collect())
    }
}

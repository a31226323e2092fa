//! What is done with an import: it is started, or stopped before its end.

use access::{Granted, ManageMembers};
use audit::{Chain, Entry, Target};
use kernel::ImportId;
use memberships::live_holder;
use memberships::mails::links_lead_into;
use people_file::{Line, Unreadable};
use serde_json::json;
use tenants::primary;

use crate::error::Error;
use crate::file::Given;
use crate::jobs::WORK;
use crate::lines::Own;
use crate::model::{Fate, Import, Passwords, Status};
use crate::recorded::Action;
use crate::service::Imports;
use crate::store;

/// How many imports of a workspace are kept that are over.
const MOST_KEPT: u64 = 20;
/// How many imports of a workspace run or wait at once.
const MOST_RUNNING: u64 = 5;

/// An import, as the log names it.
pub fn of(import: &Import) -> Target {
    Target::unnamed("import", &import.id)
}

impl Imports {
    /// Starts an import. Lines that are wrong by themselves are left out at once.
    pub async fn start(
        &self,
        by: &Granted<ManageMembers>,
        given: &Given,
        passwords: Passwords,
    ) -> Result<Result<Import, Unreadable>, Error> {
        let (lines, own) = match self.people_of(given).await? {
            Ok(people) => people,
            Err(why) => return Ok(Err(why)),
        };
        let clock = &self.platform.clock;
        let now = clock.now();
        let import = Import {
            id: ImportId::new(clock),
            tenant: by.tenant(),
            started_by: by.actor().person.id,
            started_on: by.actor().surface,
            passwords,
            created_at: now,
            cancelled_at: None,
            finished_at: None,
            stopped_by: None,
            waits: None,
        };
        let fate = |own: &Own| own.faults.first().map_or(Fate::Waiting, |reason| Fate::Left(*reason));
        let count = lines.len();
        let lines: Vec<(Line, Fate)> =
            lines.into_iter().zip(&own).map(|(line, own)| (line, fate(own))).collect();
        let is_over = !lines.iter().any(|(_, fate)| *fate == Fate::Waiting);
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        if passwords == Passwords::Invite {
            links_lead_into(holder.status)?;
        }
        if store::count_running(&*tx, by.tenant()).await? >= MOST_RUNNING {
            return Err(Error::ManyImports(MOST_RUNNING));
        }
        store::forget_but(&tx, by.tenant(), MOST_KEPT - 1).await?;
        store::insert(&tx, &import, lines).await?;
        if is_over {
            store::finish(&tx, import.id, now, None).await?;
        }
        let mut after = json!({"lines": count, "passwords": passwords.as_str()});
        if !given.said.is_empty() {
            store::note_heads(&tx, by.tenant(), &given.said, now).await?;
            after["columns"] = given.audited();
        }
        let entry = Entry::done(Action::ImportStart, of(&import)).after(after);
        jobs::run_soon(&tx, now, WORK).await?;
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        Ok(Ok(import))
    }

    /// Stops an import. Who was made stays.
    pub async fn cancel(&self, by: &Granted<ManageMembers>, id: ImportId) -> Result<Import, Error> {
        let tx = self.platform.db.begin().await?;
        primary::lock_holder(&tx, by.tenant()).await?;
        let import = store::by_id(&*tx, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        if import.status() != Status::Running {
            return Ok(import);
        }
        let (counts, _) = store::counts(&*tx, id).await?;
        if counts.waiting == 0 {
            // Its last line was done before it could be stopped: there is nothing left that was.
            self.finish(tx, &import, &counts, None).await?;
            return self.import(by, id).await.map(|(import, _)| import);
        }
        let who = by.actor().person.id.to_string();
        store::finish(&tx, id, self.platform.clock.now(), Some(&who)).await?;
        let entry = Entry::done(Action::ImportCancel, of(&import));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        self.import(by, id).await.map(|(import, _)| import)
    }
}

//! The run: started by a person, worked off by the clock, on one instance or several. Each line is one transaction
//! under the lock of its tenant, and is looked at again there: so it is done once, whoever dies when.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use access::invitations::{self, Invitation};
use access::{Granted, ManageMembers, Surface, TenantRef, TenantRole, account, directory};
use async_trait::async_trait;
use audit::{Action, Chain, Context, Entry, Target};
use jobs::Run;
use kernel::cursor::Page;
use kernel::{Coded as _, Cursor, ImportId, Kind};
use members::mailboxes::own_domains;
use members::make::{self, needs_owner};
use members::{Error as Refusal, audited, live_holder, rows, target};
use serde_json::json;
use tenants::primary;

use super::file::Given;
use super::lines::{Line, Reason, Unreadable, link_to, new_member, own_faults};
use super::{Counts, Fate, Import, Made, Passwords, Status, store};
use crate::error::Error;
use crate::service::Joining;

/// Lines that are looked up at a time.
const TAKEN: u64 = 50;
/// How long one turn of the clock works before it lets others have theirs.
const TURN: Duration = Duration::from_secs(5);
/// How long what was imported is kept.
const KEPT: Duration = Duration::from_hours(30 * 24);

pub(super) fn of(import: &Import) -> Target {
    Target::unnamed("import", &import.id)
}

/// What whoever started an import may do now.
struct Standing {
    is_owner: bool,
}

/// How a line ended.
enum Went {
    On,
    Stopped,
    /// It is too early for it.
    Waits,
}

impl Joining {
    /// Starts an import. Lines that are wrong by themselves are left out at once.
    pub async fn start_import(
        &self,
        by: &Granted<ManageMembers>,
        given: &Given,
        passwords: Passwords,
    ) -> Result<Result<Import, Unreadable>, Error> {
        let lines = match given.lines() {
            Ok(lines) => lines,
            Err(why) => return Ok(Err(why)),
        };
        let clock = &self.0.clock;
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
        };
        let faults = own_faults(&lines);
        let fate = |faults: Vec<Reason>| faults.first().map_or(Fate::Waiting, |reason| Fate::Left(*reason));
        let count = lines.len();
        let lines: Vec<(Line, Fate)> =
            lines.into_iter().zip(faults).map(|(line, faults)| (line, fate(faults))).collect();
        let is_over = !lines.iter().any(|(_, fate)| *fate == Fate::Waiting);
        let tx = self.0.db.begin().await?;
        live_holder(&tx, by).await?;
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
        audit::append(&tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        jobs::run_soon(&tx, now, WORK).await?;
        tx.commit().await?;
        Ok(Ok(import))
    }

    /// Stops an import. Who was made stays.
    pub async fn cancel_import(&self, by: &Granted<ManageMembers>, id: ImportId) -> Result<Import, Error> {
        let tx = self.0.db.begin().await?;
        primary::lock_holder(&tx, by.tenant()).await?;
        let import = store::by_id(&*tx, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        if import.status() != Status::Running {
            return Ok(import);
        }
        let who = by.actor().person.id.to_string();
        store::finish(&tx, id, self.0.clock.now(), Some(&who)).await?;
        let entry = Entry::done(Action::ImportCancel, of(&import));
        audit::append(&tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        tx.commit().await?;
        self.import(by, id).await.map(|(import, _)| import)
    }

    /// An import, and how far it is.
    pub async fn import(&self, by: &Granted<ManageMembers>, id: ImportId) -> Result<(Import, Counts), Error> {
        let db = self.0.db.read();
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
    pub async fn import_lines(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
        only_left: bool,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<(Line, Fate)>, Error> {
        let db = self.0.db.read();
        store::by_id(db, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        Ok(store::page(db, id, only_left, after, limit).await?)
    }

    /// The last imports of a tenant.
    pub async fn imports(&self, by: &Granted<ManageMembers>) -> Result<Vec<Import>, Error> {
        Ok(store::latest(self.0.db.read(), by.tenant(), 10).await?)
    }

    async fn import_due(&self) -> Result<(), Error> {
        let began = tokio::time::Instant::now();
        for import in store::running(self.0.db.read()).await? {
            // One that fails holds up none of the others; it is taken up again.
            if let Err(error) = self.go_on(&import, began).await {
                tracing::error!(import = %import.id, %error, "an import does not get on");
            }
        }
        let old = store::ended_before(self.0.db.read(), self.0.clock.now().before(KEPT)).await?;
        if !old.is_empty() {
            let tx = self.0.db.begin().await?;
            store::forget(&tx, &old).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn go_on(&self, import: &Import, began: tokio::time::Instant) -> Result<(), Error> {
        while began.elapsed() < TURN {
            let waiting = store::waiting(self.0.db.read(), import.id, TAKEN).await?;
            if waiting.is_empty() {
                return self.end_import(import, None).await;
            }
            let Some((tenant, standing)) = self.may_go_on(import).await? else {
                return self.end_import(import, Some("right")).await;
            };
            for number in waiting {
                match self.import_line(import, &tenant, &standing, number).await? {
                    Went::On => {}
                    Went::Stopped => break,
                    Went::Waits => {
                        self.0.reconciler.nudge();
                        return Ok(());
                    }
                }
            }
            self.0.reconciler.nudge();
            let now = store::by_id(self.0.db.read(), import.tenant, import.id).await?;
            if now.is_none_or(|it| it.status() != Status::Running) {
                break;
            }
        }
        Ok(())
    }

    /// Whether the tenant is in use, and whoever started the import still may do such things there.
    async fn may_go_on(&self, import: &Import) -> Result<Option<(TenantRef, Standing)>, Error> {
        let db = self.0.db.read();
        let tenant = directory::tenants_by_ids(db, &[import.tenant]).await?.pop();
        let Some(tenant) = tenant.filter(|tenant| tenant.status.is_live()) else { return Ok(None) };
        let account = account::by_id(db, import.started_by).await?.filter(|account| !account.removed);
        let Some(account) = account else { return Ok(None) };
        let role = account.standing.in_tenant(&tenant.slug).map(|standing| standing.role);
        // The right of an operator counts where it was used: on the operator's surface [A3].
        let is_operator = import.started_on == Surface::Operator && account.standing.platform_admin;
        let is_owner = is_operator || role == Some(TenantRole::Owner);
        let may = is_owner || role == Some(TenantRole::Admin);
        // In a closed workspace nobody holds a right but those who run the platform.
        let may = may && (tenant.status.is_open() || is_operator);
        Ok(may.then_some((tenant, Standing { is_owner })))
    }

    async fn import_line(
        &self,
        import: &Import,
        tenant: &TenantRef,
        standing: &Standing,
        number: i64,
    ) -> Result<Went, Error> {
        match self.make_of_line(import, tenant, standing, number).await {
            Ok(went) => Ok(went),
            // No more mails may go out now: the line waits, and so do those after it.
            Err(error) if error.kind() == Kind::TooMany => {
                tracing::info!(import = %import.id, %error, "an import waits");
                Ok(Went::Waits)
            }
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::Forbidden) => {
                let is_mailbox = error.fields().iter().any(|field| field.field == "mailbox");
                let code = if is_mailbox { "bad-mailbox" } else { error.code() };
                self.leave_line(import, number, Reason::of(code)).await
            }
            Err(error) => Err(error),
        }
    }

    async fn make_of_line(
        &self,
        import: &Import,
        tenant: &TenantRef,
        standing: &Standing,
        number: i64,
    ) -> Result<Went, Error> {
        let clock = &self.0.clock;
        let Some((line, Fate::Waiting)) = store::one(self.0.db.read(), import.id, number).await? else {
            return Ok(Went::On);
        };
        let Ok(new) = new_member(&line) else { return Err(Refusal::Invalid(Vec::new()).into()) };
        // Asked before the tenant is locked, for it may take its time.
        let room = self.0.members.room_for(&new.email, None).await;
        let tx = self.0.db.begin().await?;
        let Some(holder) = primary::lock_holder(&tx, import.tenant).await? else { return Ok(Went::Stopped) };
        let still = store::by_id(&*tx, import.tenant, import.id).await?;
        if still.is_none_or(|import| import.status() != Status::Running) {
            return Ok(Went::Stopped);
        }
        let Some((_, Fate::Waiting)) = store::one(&*tx, import.id, number).await? else {
            return Ok(Went::On);
        };
        if !holder.status.is_live() {
            return Err(Refusal::WrongState(holder.status.as_str()).into());
        }
        if needs_owner(new.role) && !standing.is_owner {
            return Err(Refusal::OwnersOnly.into());
        }
        let own = own_domains(&*tx, tenant.id).await?;
        let address = match link_to(&line, &new, &own) {
            Ok(address) => address,
            Err(reason) => {
                drop(tx);
                return self.leave_line(import, number, reason).await;
            }
        };
        let member = make::member(&tx, clock, tenant, &holder, &room, &new).await?;
        let address = match import.passwords {
            Passwords::Invite => address,
            Passwords::Later => None,
        };
        if let Some(address) = &address {
            let invited_by = Some(import.started_by);
            let invitation = Invitation {
                name: new.name.clone(),
                user: Some(member.user),
                ..Invitation::new(clock, tenant.id, address.clone(), new.role, invited_by)
            };
            invitations::insert(&tx, &invitation).await?;
            self.0.members.send_link(&tx, tenant, &invitation).await?;
        }
        let made = Made { user: member.user, linked: address.is_some(), has_password: false };
        store::settle(&tx, import.id, number, &Fate::Made(made), clock.now()).await?;
        let entry = Entry::done(Action::MemberCreate, target(&member)).after(audited(&member));
        audit::append(&tx, &self.as_import(import), Chain::Tenant(tenant.id), entry).await?;
        tx.commit().await?;
        Ok(Went::On)
    }

    async fn leave_line(&self, import: &Import, number: i64, reason: Reason) -> Result<Went, Error> {
        let tx = self.0.db.begin().await?;
        primary::lock_holder(&tx, import.tenant).await?;
        if let Some((_, Fate::Waiting)) = store::one(&*tx, import.id, number).await? {
            store::settle(&tx, import.id, number, &Fate::Left(reason), self.now()).await?;
        }
        tx.commit().await?;
        Ok(Went::On)
    }

    async fn end_import(&self, import: &Import, stopped_by: Option<&str>) -> Result<(), Error> {
        let tx = self.0.db.begin().await?;
        primary::lock_holder(&tx, import.tenant).await?;
        let still = store::by_id(&*tx, import.tenant, import.id).await?;
        if still.is_none_or(|import| import.status() != Status::Running) {
            return Ok(());
        }
        store::finish(&tx, import.id, self.0.clock.now(), stopped_by).await?;
        let (counts, _) = store::counts(&*tx, import.id).await?;
        let after = json!({"made": counts.made, "left": counts.left, "stoppedBy": stopped_by});
        let entry = Entry::done(Action::ImportEnd, of(import)).after(after);
        audit::append(&tx, &self.as_import(import), Chain::Tenant(import.tenant), entry).await?;
        Ok(tx.commit().await?)
    }

    fn as_import(&self, import: &Import) -> Context {
        let on_behalf_of = Some(import.started_by.to_string());
        Context { on_behalf_of, ..Context::system("import", &self.0.clock) }
    }
}

/// The name of the schedule, as databases know it from before this slice was one of its own.
pub const WORK: &str = "members.import";

struct Imports(Joining);

#[async_trait]
impl Run for Imports {
    async fn run(&self) -> Result<(), String> {
        self.0.import_due().await.map_err(|error| error.to_string())
    }
}

pub fn work(joining: &Joining) -> Arc<dyn Run> {
    Arc::new(Imports(joining.clone()))
}

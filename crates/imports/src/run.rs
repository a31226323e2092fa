//! The run: started by a person, worked off by the clock, on one instance or several. Each line is one transaction
//! under the lock of its tenant, and is looked at again there: so it is done once, whoever dies when.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use access::invitations::{Invitation, leads_into};
use access::{Surface, TenantRef, TenantRole, account, directory};
use addresses::own_domains;
use audit::{Chain, Context, Entry, Outcome, Target};
use db::Tx;
use kernel::{Coded as _, EmailAddress, ErrorKind, ImportId, TenantId, Timestamp, UserId};
use memberships::make::{self, needs_owner};
use memberships::{Error as Refusal, NewMember, audited, target};
use people_file::Line;
use serde_json::json;
use tenants::primary::{self, Holder};

use crate::actions::of;
use crate::error::Error;
use crate::lines::{Reason, link_to, new_member};
use crate::model::{Counts, Fate, Import, Made, Passwords, Status, Wait};
use crate::recorded::Action;
use crate::service::Imports;
use crate::store;

/// Lines that one turn of an import takes at most.
const TAKEN: u64 = 50;
/// How long one turn of an import lasts at most, before other workspaces have theirs.
const TURN: Duration = Duration::from_secs(1);
/// After how long the clock is waited for again. Each workspace had a turn by then.
const ROUNDS: Duration = Duration::from_secs(5);
/// How long what was imported is kept.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// What whoever started an import may do now.
struct StarterRights {
    is_owner: bool,
    is_operator: bool,
}

/// How a line ended.
enum Went {
    /// It is done, or put off: the next is taken.
    On,
    Stopped,
    /// It is too early for it.
    Waits(Wait),
}

/// How a turn of an import ended.
#[derive(PartialEq, Eq)]
enum Turn {
    /// There may be more to do at once.
    More,
    /// There is nothing to do now.
    Over,
}

/// Addresses that get no more mails now, and until when.
type MailedOut = BTreeMap<String, Timestamp>;

/// An import in its round.
struct Queued {
    tenant: TenantId,
    import: ImportId,
    /// The last line that was taken in this round.
    after: i64,
    /// Lines of these addresses were put off in it.
    mailed_out: MailedOut,
}

impl Queued {
    fn new(import: &Import) -> Self {
        Self { tenant: import.tenant, import: import.id, after: -1, mailed_out: MailedOut::new() }
    }

    /// What lines that were put off wait for, once no other is left.
    fn wait(&self) -> Option<Wait> {
        self.mailed_out.values().min().map(|until| Wait::of("too-many-mails", Some(*until)))
    }
}

/// A line that is to be done now, for whom, and by what right.
struct Due<'a> {
    import: &'a Import,
    tenant: &'a TenantRef,
    rights: &'a StarterRights,
    line: Line,
    new: NewMember,
    /// The address is on no domain of the workspace: who has an account of that kind is told so often.
    is_outside: bool,
}

impl Imports {
    /// Turn by turn, one for each workspace, so that a large import of one holds up nobody else's.
    pub(crate) async fn go_on_with_all(&self) -> Result<(), Error> {
        let began = tokio::time::Instant::now();
        let mut queues = by_tenant(&store::running(self.platform.db.read()).await?);
        while !queues.is_empty() && began.elapsed() < ROUNDS {
            for queue in queues.values_mut() {
                self.take_turn(queue).await;
            }
            queues.retain(|_, queue| !queue.is_empty());
        }
        let old =
            store::ended_before(self.platform.db.read(), self.platform.clock.now().before(KEPT)).await?;
        if !old.is_empty() {
            let tx = self.platform.db.begin().await?;
            store::forget(&tx, &old).await?;
            tx.commit_silently("imports that ended long ago are forgotten").await?;
        }
        Ok(())
    }

    /// A turn of the first import of a workspace that has something to do now.
    async fn take_turn(&self, queue: &mut VecDeque<Queued>) {
        while let Some(queued) = queue.front_mut() {
            match self.go_on(queued).await {
                Ok(Turn::More) => return,
                Ok(Turn::Over) => {}
                // One that fails holds up none of the others; it is taken up again.
                Err(error) => tracing::error!(import = %queued.import, %error, "an import does not get on"),
            }
            queue.pop_front();
        }
    }

    async fn go_on(&self, queued: &mut Queued) -> Result<Turn, Error> {
        let began = tokio::time::Instant::now();
        let import = store::by_id(self.platform.db.read(), queued.tenant, queued.import).await?;
        let Some(import) = import.filter(|it| it.status() == Status::Running) else { return Ok(Turn::Over) };
        let waiting = store::waiting(self.platform.db.read(), import.id, queued.after, TAKEN).await?;
        let mut wait = if waiting.is_empty() { queued.wait() } else { None };
        if waiting.is_empty() && wait.is_none() {
            return self.end_import(&import, None).await.map(|()| Turn::Over);
        }
        let Some((tenant, rights)) = self.may_go_on(&import).await? else {
            return self.end_import(&import, Some("right")).await.map(|()| Turn::Over);
        };
        if import.passwords == Passwords::Invite && !leads_into(tenant.status) {
            self.note_wait(&import, Some(Wait::of("workspace-closed", None))).await?;
            return Ok(Turn::Over);
        }
        let until = import.waits.and_then(|wait| wait.until);
        if until.is_some_and(|until| until > self.now()) {
            return Ok(Turn::Over);
        }
        for number in waiting {
            match self.import_line(&import, &tenant, &rights, number, &mut queued.mailed_out).await? {
                Went::On => {}
                Went::Stopped => return Ok(Turn::Over),
                Went::Waits(why) => wait = Some(why),
            }
            if wait.is_some() {
                break;
            }
            queued.after = number;
            if began.elapsed() >= TURN {
                break;
            }
        }
        self.note_wait(&import, wait).await?;
        Ok(if wait.is_some() { Turn::Over } else { Turn::More })
    }

    async fn note_wait(&self, import: &Import, wait: Option<Wait>) -> Result<(), Error> {
        if wait == import.waits {
            return Ok(());
        }
        let tx = self.platform.db.begin().await?;
        store::note_wait(&tx, import.id, wait).await?;
        Ok(tx.commit_silently("what an import waits for is noted").await?)
    }

    /// Whether the tenant is in use, and whoever started the import still may do such things there.
    async fn may_go_on(&self, import: &Import) -> Result<Option<(TenantRef, StarterRights)>, Error> {
        let db = self.platform.db.read();
        let tenant = directory::tenants_by_ids(db, &[import.tenant]).await?.pop();
        let Some(tenant) = tenant.filter(|tenant| tenant.status.is_live()) else { return Ok(None) };
        let account = account::by_id(db, import.started_by).await?.filter(|account| !account.removed);
        let Some(account) = account else { return Ok(None) };
        let role = account.rights.in_tenant(&tenant.slug).map(|rights| rights.role);
        // The right of an operator counts where it was used: on the operator's surface [A3].
        let is_operator = import.started_on == Surface::Operator && account.rights.platform_admin;
        let is_owner = is_operator || role == Some(TenantRole::Owner);
        let may = is_owner || role == Some(TenantRole::Admin);
        // In a closed workspace nobody holds a right but those who run the platform.
        let may = may && (tenant.status.is_open() || is_operator);
        Ok(may.then_some((tenant, StarterRights { is_owner, is_operator })))
    }

    async fn import_line(
        &self,
        import: &Import,
        tenant: &TenantRef,
        rights: &StarterRights,
        number: i64,
        mailed_out: &mut MailedOut,
    ) -> Result<Went, Error> {
        let Some((line, Fate::Waiting)) = store::one(self.platform.db.read(), import.id, number).await?
        else {
            return Ok(Went::On);
        };
        let Ok(new) = new_member(&line) else {
            return self.leave_line(import, number, Reason::of("refused")).await;
        };
        if mailed_out.contains_key(&mailed(&line, &new)) {
            return Ok(Went::On);
        }
        let own = own_domains(self.platform.db.read(), tenant.id).await?;
        let is_outside = !own.contains(new.email.domain());
        let due = Due { import, tenant, rights, line, new, is_outside };
        let done = match self.make_of_line(&due).await {
            Err(error) if is_outside && is_told(&error) => self.tell(&due, &error).await,
            other => other,
        };
        match done {
            Ok(went) => Ok(went),
            // No more mails to this address now: its lines are put off, and hold up no others.
            Err(Error::Member(Refusal::TooManyMailsTo { address, spent })) => {
                mailed_out.insert(address, spent.again_at);
                Ok(Went::On)
            }
            // No more mails or look-ups now: the line waits, and so do those after it.
            Err(error) if matches!(error.kind(), ErrorKind::TooMany | ErrorKind::Unavailable) => {
                tracing::info!(import = %import.id, %error, "an import waits");
                Ok(Went::Waits(Wait::of(error.code(), error.again_at())))
            }
            Err(error) if is_damage(&error) => Err(error),
            // Whatever else refuses a line refuses it again: it is left, so that the import comes to its end.
            Err(error) => {
                if !matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Forbidden) {
                    tracing::error!(import = %import.id, line = number, %error, "a line can't be imported");
                }
                let is_mailbox = error.fields().iter().any(|field| field.field == "mailbox");
                let code = if is_mailbox && error.kind() == ErrorKind::Invalid {
                    "bad-mailbox"
                } else {
                    error.code()
                };
                self.leave_line(import, number, Reason::of(code)).await
            }
        }
    }

    /// A line in its locked tenant, if it is still to be done.
    async fn locked(&self, due: &Due<'_>) -> Result<Result<(Tx, Holder), Went>, Error> {
        let (import, number) = (due.import, due.line.number);
        let tx = self.platform.db.begin().await?;
        let Some(holder) = primary::lock_holder(&tx, import.tenant).await? else {
            return Ok(Err(Went::Stopped));
        };
        let still = store::by_id(&*tx, import.tenant, import.id).await?;
        if still.is_none_or(|import| import.status() != Status::Running) {
            return Ok(Err(Went::Stopped));
        }
        let Some((_, Fate::Waiting)) = store::one(&*tx, import.id, number).await? else {
            return Ok(Err(Went::On));
        };
        if !holder.status.is_live() {
            return Err(Refusal::WrongState(holder.status.as_str()).into());
        }
        if needs_owner(due.new.role) && !due.rights.is_owner {
            return Err(Refusal::OwnersOnly.into());
        }
        Ok(Ok((tx, holder)))
    }

    async fn make_of_line(&self, due: &Due<'_>) -> Result<Went, Error> {
        let Due { import, tenant, rights, line, new, .. } = due;
        let clock = &self.platform.clock;
        // Before anything is looked for: an import learns no more than whoever started it may ask.
        if due.is_outside && !rights.is_operator {
            self.memberships.may_ask_for(import.started_by).await?;
        }
        // Asked before the tenant is locked, for it may take its time.
        let room = self.memberships.room_for(&new.email, None).await;
        let (tx, holder) = match self.locked(due).await? {
            Ok(locked) => locked,
            Err(went) => return Ok(went),
        };
        let own = own_domains(&*tx, tenant.id).await?;
        let address = match link_to(line, new, &own) {
            Ok(address) => address,
            Err(reason) => {
                drop(tx);
                return self.leave_line(import, line.number, reason).await;
            }
        };
        let member = make::member(&tx, clock, tenant, &holder, &room, new).await?;
        let address = match import.passwords {
            Passwords::Invite => address,
            Passwords::Later => None,
        };
        if let Some(address) = &address {
            let invitation = Invitation {
                name: new.name.clone(),
                user: Some(member.user),
                ..Invitation::new(clock, tenant.id, address.clone(), new.role, invited_by(due))
            };
            self.invitations.send(&tx, tenant, &invitation).await?;
        }
        let made = Made { user: member.user, linked: address.is_some(), has_password: false };
        store::settle(&tx, import.id, line.number, &Fate::Made(made), clock.now()).await?;
        let entry = Entry::done(memberships::Action::MemberCreate, target(&member)).after(audited(&member));
        audit::commit(tx, &self.as_import(import), Chain::Tenant(tenant.id), entry).await?;
        Ok(Went::On)
    }

    /// Whose address may be somebody's already is invited, where links are sent at all; that it may be is told, and
    /// costs a look-up.
    async fn tell(&self, due: &Due<'_>, why: &Error) -> Result<Went, Error> {
        let Due { import, tenant, rights, line, new, .. } = due;
        let (clock, reason) = (&self.platform.clock, Reason::of(why.code()));
        let (tx, holder) = match self.locked(due).await? {
            Ok(locked) => locked,
            Err(went) => return Ok(went),
        };
        if !rights.is_operator {
            self.memberships.look_up_for(&tx, import.started_by).await?;
        }
        let context = self.as_import(import);
        let about = Target::thing("tenant", &tenant.id, &tenant.slug);
        let entry = Entry::done(access::Action::LookUpAnswer, about).outcome(Outcome::Failed);
        let entry = entry.after(json!({"answer": reason.0, "import": import.id}));
        let recorded = audit::append(&tx, &context, Chain::Tenant(tenant.id), entry).await?;
        let fate = if import.passwords == Passwords::Invite {
            let invitation = Invitation {
                name: new.name.clone(),
                mailbox: new.mailbox.as_ref().map(|local| local.as_str().to_owned()),
                ..Invitation::new(clock, tenant.id, new.email.clone(), new.role, invited_by(due))
            };
            make::check_seats(&tx, clock, tenant.id, &holder, &self.memberships.room(None)).await?;
            self.invitations.send(&tx, tenant, &invitation).await?;
            let entry = invitations::created(&invitation);
            audit::append(&tx, &context, Chain::Tenant(tenant.id), entry).await?;
            Fate::Invited(reason)
        } else {
            Fate::Left(reason)
        };
        store::settle(&tx, import.id, line.number, &fate, clock.now()).await?;
        tx.commit(recorded).await?;
        Ok(Went::On)
    }

    async fn leave_line(&self, import: &Import, number: i64, reason: Reason) -> Result<Went, Error> {
        let tx = self.platform.db.begin().await?;
        primary::lock_holder(&tx, import.tenant).await?;
        if let Some((_, Fate::Waiting)) = store::one(&*tx, import.id, number).await? {
            store::settle(&tx, import.id, number, &Fate::Left(reason), self.now()).await?;
        }
        tx.commit_silently("a line is left out; the end of its import is recorded").await?;
        Ok(Went::On)
    }

    async fn end_import(&self, import: &Import, stopped_by: Option<&str>) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        primary::lock_holder(&tx, import.tenant).await?;
        let still = store::by_id(&*tx, import.tenant, import.id).await?;
        if still.is_none_or(|import| import.status() != Status::Running) {
            return Ok(());
        }
        let (counts, _) = store::counts(&*tx, import.id).await?;
        let stopped_by = stopped_by.filter(|_| counts.waiting > 0);
        self.finish(tx, import, &counts, stopped_by).await
    }

    pub(crate) async fn finish(
        &self,
        tx: Tx,
        import: &Import,
        counts: &Counts,
        stopped_by: Option<&str>,
    ) -> Result<(), Error> {
        store::finish(&tx, import.id, self.platform.clock.now(), stopped_by).await?;
        let after = json!({
            "made": counts.made, "invited": counts.invited, "left": counts.left, "stoppedBy": stopped_by,
        });
        let entry = Entry::done(Action::ImportEnd, of(import)).after(after);
        Ok(audit::commit(tx, &self.as_import(import), Chain::Tenant(import.tenant), entry).await?)
    }

    fn as_import(&self, import: &Import) -> Context {
        let on_behalf_of = Some(import.started_by.to_string());
        Context { on_behalf_of, ..Context::system("import", &self.platform.clock) }
    }
}

/// Imports by their workspaces, the oldest of each first.
fn by_tenant(imports: &[Import]) -> BTreeMap<TenantId, VecDeque<Queued>> {
    let mut queues: BTreeMap<TenantId, VecDeque<Queued>> = BTreeMap::new();
    for import in imports {
        queues.entry(import.tenant).or_default().push_back(Queued::new(import));
    }
    queues
}

/// Who stands for the links of an import; nobody by name where that is the platform.
fn invited_by(due: &Due<'_>) -> Option<UserId> {
    Some(due.import.started_by).filter(|_| !due.rights.is_operator)
}

/// Whether a refusal says something of who is known outside the workspace.
fn is_told(error: &Error) -> bool {
    matches!(error, Error::Member(Refusal::HasAccount(_) | Refusal::ForeignDomain(_)))
}

/// Where a mail for a line would go first.
fn mailed(line: &Line, new: &NewMember) -> String {
    let private = line.private.parse::<EmailAddress>().ok();
    private.as_ref().unwrap_or(&new.email).to_string()
}

/// Whether the database itself is at fault, and not the line.
fn is_damage(error: &Error) -> bool {
    use access::Error as Right;
    let (Error::Db(of_database)
    | Error::Member(Refusal::Db(of_database) | Refusal::Access(Right::Db(of_database)))) = error
    else {
        return false;
    };
    of_database.kind() == ErrorKind::Bug
}

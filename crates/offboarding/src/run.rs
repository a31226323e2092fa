//! The action and its repetition: ways in are shut, looked at, and while one is open, again later.

use std::sync::Arc;
use std::time::Duration;

use access::{Granted, ManageMembers, roles};
use async_trait::async_trait;
use audit::{Chain, Entry};
use db::Tx;
use jobs::Run;
use kernel::id::random;
use kernel::{Clock, EmailAddress, OffboardingId, UserId};
use memberships::{Error as Refusal, Member, audited, guard, live_holder, member_of, rows, target};
use serde_json::{Value, json};

use crate::error::Error;
use crate::hand_over::{self, Handed, take_back};
use crate::model::{Offboarding, Seen};
use crate::recorded::Action;
use crate::service::Offboardings;
use crate::store;

/// The longest that one look may take before another instance looks.
const LEASE: Duration = Duration::from_mins(1);
/// Looked at in one turn of the clock.
const TAKEN: u64 = 8;
/// How long an open way in is looked at again.
const PATIENCE: Duration = Duration::from_hours(24);

impl Offboardings {
    /// Shuts every way in of a member, looks at each, and hands their new mail to whoever has `mail_to`. Begun anew while
    /// one goes on, it is the same.
    pub async fn offboard(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        mail_to: Option<&EmailAddress>,
    ) -> Result<Offboarding, Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let before = member_of(&tx, by, user).await?;
        guard(&tx, by, &before).await?;
        let last = store::latest(&*tx, by.tenant(), user).await?;
        // One whose person was let in again meanwhile shuts nothing any more.
        if let Some(open) = last.filter(|last| last.goes_on() && before.suspended_at.is_some()) {
            let open = if let Some(address) = mail_to {
                self.hand_over_late(tx, by, open, before, address).await?
            } else {
                // Looking at the ways in takes its time, and nobody is to wait for it.
                drop(tx);
                open
            };
            self.advance(&open).await?;
            return Ok(self.offboarding(by, user).await?.ok_or(Refusal::NotFound)?);
        }
        let now = clock.now();
        store::end(&tx, by.tenant(), user, now).await?;
        let extent = people::of_closing(&before);
        self.people.ask_sign_out_of(&tx, by.scope(), &before, extent).await?;
        let suspended_at = before.suspended_at.or(Some(now));
        roles::suspend_in_tenant(&tx, before.tenant, user, suspended_at).await?;
        let closed = Member { suspended_at, version: before.version + 1, ..before.clone() };
        let (after, handed) = hand_over_as_chosen(&tx, clock, by, closed, mail_to).await?;
        self.memberships.write(&tx, by.scope(), &after).await?;
        let new = Offboarding {
            id: OffboardingId::new(clock),
            tenant: by.tenant(),
            user,
            started_by: by.actor().person.id,
            began_at: now,
            checked_at: None,
            finished_at: None,
            attempts: 0,
            checks: Vec::new(),
            handed,
            restored_at: None,
        };
        store::insert(&tx, &new, now.after(LEASE)).await?;
        let said = audited_with(&after, new.handed.as_ref());
        let entry = Entry::done(Action::MemberOffboard, target(&after)).before(audited(&before)).after(said);
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        self.memberships.settle(&after).await?;
        self.advance(&new).await?;
        Ok(self.offboarding(by, user).await?.ok_or(Refusal::NotFound)?)
    }

    /// Hands new mail over while the ways in are being shut: that it was asked for late is no reason to drop it.
    async fn hand_over_late(
        &self,
        tx: Tx,
        by: &Granted<ManageMembers>,
        open: Offboarding,
        before: Member,
        address: &EmailAddress,
    ) -> Result<Offboarding, Error> {
        let clock = &self.platform.clock;
        let to = hand_over::heir(&tx, &before, address).await?;
        if open.handed.as_ref().is_some_and(|handed| handed.to == to.id) {
            return Ok(open);
        }
        let closed = Member { version: before.version + 1, ..before.clone() };
        let (after, handed) = hand_over_as_chosen(&tx, clock, by, closed, Some(address)).await?;
        self.memberships.write(&tx, by.scope(), &after).await?;
        store::handed_over(&tx, open.id, handed.as_ref()).await?;
        let said = audited_with(&after, handed.as_ref());
        let entry = Entry::done(Action::MemberOffboard, target(&after)).before(audited(&before)).after(said);
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        self.memberships.settle(&after).await?;
        Ok(Offboarding { handed, ..open })
    }

    /// The last offboarding of a member.
    pub async fn offboarding(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
    ) -> Result<Option<Offboarding>, Error> {
        Ok(store::latest(self.platform.db.read(), by.tenant(), user).await?)
    }

    /// Shuts what can be shut, looks at every way in, and writes what was seen.
    async fn advance(&self, offboarding: &Offboarding) -> Result<(), Error> {
        let (user, clock) = (offboarding.user, &self.platform.clock);
        let member = rows::by_user(self.platform.db.read(), offboarding.tenant, user).await?;
        // Who was let in again, or removed, is no longer offboarded.
        let Some(member) =
            member.filter(|member| member.suspended_at.is_some() && member.removed_at.is_none())
        else {
            return self.write_seen(offboarding, &offboarding.checks, true).await;
        };
        // Who works elsewhere comes in again, and is let be once they were signed out. Who has an account of their own
        // keeps those sign-ins.
        let is_ours = !member.own_account;
        if is_ours && (self.people.is_signing_out(user).await? || !self.works(user).await?) {
            self.people.sign_out_now(user).await?;
        }
        let checks = self.look(offboarding, &member).await?;
        let is_over = checks.iter().all(|seen| seen.verdict.is_settled())
            || clock.now().since(offboarding.began_at) > PATIENCE;
        self.write_seen(offboarding, &checks, is_over).await
    }

    async fn write_seen(
        &self,
        offboarding: &Offboarding,
        checks: &[Seen],
        is_over: bool,
    ) -> Result<(), Error> {
        let now = self.platform.clock.now();
        let failures = u32::try_from(offboarding.attempts + 1).unwrap_or(u32::MAX);
        let wait = self.platform.pace.backoff.wait(failures, u32::from_be_bytes(random()));
        let tx = self.platform.db.begin().await?;
        store::seen(&tx, offboarding.id, checks, now, (!is_over).then(|| now.after(wait))).await?;
        Ok(tx.commit_silently("what is still open is noted").await?)
    }

    async fn offboard_due(&self) -> Result<(), Error> {
        let now = self.platform.clock.now();
        if !store::is_any_due(self.platform.db.read(), now).await? {
            return Ok(());
        }
        let tx = self.platform.db.begin().await?;
        let due = store::claim(&tx, now, now.after(LEASE), TAKEN).await?;
        tx.commit_silently("the work is claimed").await?;
        for offboarding in due {
            // What fails for one holds up nobody else; it is taken up again when its lease is over.
            if let Err(error) = self.advance(&offboarding).await {
                tracing::warn!(offboarding = %offboarding.id, %error, "an offboarding could not go on");
            }
        }
        Ok(())
    }
}

/// Hands new mail over, if that was asked for; what was handed over before stays with whoever has it.
async fn hand_over_as_chosen(
    tx: &Tx,
    clock: &Clock,
    by: &Granted<ManageMembers>,
    closed: Member,
    mail_to: Option<&EmailAddress>,
) -> Result<(Member, Option<Handed>), Error> {
    let last = store::latest(&**tx, closed.tenant, closed.user).await?;
    let handed = last.and_then(|last| last.handed);
    let Some(address) = mail_to else { return Ok((closed, handed)) };
    let closed = match &handed {
        Some(handed) => take_back(tx, clock, by.scope(), closed, handed).await?,
        None => closed,
    };
    let to = hand_over::heir(tx, &closed, address).await?;
    let (after, handed) = hand_over::hand_over(tx, clock, by.scope(), closed, &to).await?;
    Ok((after, Some(handed)))
}

/// Beside the member, by id who has their mail now.
fn audited_with(member: &Member, handed: Option<&Handed>) -> Value {
    let mut said = audited(member);
    if let Some(handed) = handed {
        said["mailTo"] = json!(handed.to);
        said["addresses"] = json!(handed.addresses().count());
    }
    said
}

struct Due(Offboardings);

#[async_trait]
impl Run for Due {
    async fn run(&self) -> Result<(), String> {
        self.0.offboard_due().await.map_err(|error| error.to_string())
    }
}

/// The name of the schedule, as databases know it from before this slice was one of its own.
pub const WORK: &str = "members.offboard";

pub fn work(offboardings: &Offboardings) -> Arc<dyn Run> {
    Arc::new(Due(offboardings.clone()))
}

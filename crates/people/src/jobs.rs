//! Work by the clock: sign-ins end, and generated passwords that nobody replaced.

use std::sync::Arc;
use std::time::Duration;

use access::people;
use async_trait::async_trait;
use audit::{Chain, Context, Entry, Target};
use jobs::{Run, Schedule};
use kernel::id::random;
use kernel::{Timestamp, UserId};
use memberships::{Error, rows, target};

use crate::credentials::Credential;
use crate::recorded::Action;
use crate::service::People;
use crate::store::password_ends;
use crate::{otp, sign_outs};

/// Passwords that are ended at a time.
const ENDED: u64 = 50;
/// The longest that ending those may take before another instance does it again.
const LEASE: Duration = Duration::from_mins(10);

/// How long a generated password is good [E1].
const PASSWORD_LASTS: Duration = Duration::from_hours(7 * 24);

/// The slice's recurring work.
pub fn schedules(people: &People) -> Vec<Schedule> {
    let every = people.platform.pace.look;
    vec![
        Schedule { name: "members.sign_out", every, work: sign_outs::work(people) },
        Schedule {
            name: "members.passwords",
            every: every * 30,
            work: Arc::new(EndPasswords(people.clone())),
        },
    ]
}

/// Makes generated passwords worthless that nobody replaced in time [E1].
struct EndPasswords(People);

#[async_trait]
impl Run for EndPasswords {
    async fn run(&self) -> Result<(), String> {
        self.0.end_passwords().await.map_err(|error| error.to_string())
    }
}

impl People {
    pub(crate) async fn end_passwords(&self) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let before = clock.now().before(PASSWORD_LASTS);
        for (user, since) in password_ends::due(self.platform.db.read(), before, ENDED).await? {
            if let Err(error) = self.begin_ending(user, since).await {
                tracing::warn!(%user, %error, "the end of a generated password that is too old was not noted");
            }
        }
        let tx = self.platform.db.begin().await?;
        let now = clock.now();
        let due = password_ends::claim(&tx, now, now.after(LEASE), ENDED).await?;
        tx.commit_silently("the work is claimed").await?;
        for end in due {
            if let Err(error) = self.end_password(&end).await {
                tracing::warn!(user = %end.user, %error, "a generated password that is too old was not ended");
            }
        }
        Ok(())
    }

    /// Notes and records that a password is to be ended, before anything is done: once, however often it is tried.
    async fn begin_ending(&self, user: UserId, since: Timestamp) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        people::lock(&tx, user).await?;
        if password_ends::password_due_since(&*tx, user).await? != Some(since) {
            return Ok(());
        }
        password_ends::ask(&tx, user, since, clock.now()).await?;
        let mut memberships = rows::of_user(&*tx, user).await?;
        memberships.sort_by_key(|member| member.tenant);
        let context = Context::system("members", clock);
        let Some((last, others)) = memberships.split_last() else {
            let entry = Entry::done(Action::UserEndPassword, Target::thing("user", &user, &user));
            return Ok(audit::commit(tx, &context, Chain::Platform, entry).await?);
        };
        let entry = |member| Entry::done(Action::MemberEndPassword, target(member));
        for member in others {
            audit::append(&tx, &context, Chain::Tenant(member.tenant), entry(member)).await?;
        }
        Ok(audit::commit(tx, &context, Chain::Tenant(last.tenant), entry(last)).await?)
    }

    /// Ends the password that was generated at a moment, unless there is another one since.
    async fn end_password(&self, end: &password_ends::PasswordEnd) -> Result<(), Error> {
        let (db, clock, user) = (&self.platform.db, &self.platform.clock, end.user);
        let mut credentials = None;
        if password_ends::password_due_since(db.read(), user).await? == Some(end.since) {
            let memberships = rows::of_user(db.read(), user).await?;
            // Nobody knows this one, so it opens nothing.
            credentials = Some(self.set_everywhere(user, &memberships, &otp::generate()).await?);
        }
        let tx = db.begin().await?;
        people::lock(&tx, user).await?;
        let is_due = password_ends::password_due_since(&*tx, user).await? == Some(end.since);
        let Some(credentials) = credentials.filter(|_| is_due) else {
            password_ends::forget(&tx, end).await?;
            return Ok(tx.commit_silently("a password that was replaced needs no end").await?);
        };
        if credentials.any_failed() {
            tracing::warn!(%user, "a generated password that is too old could not be ended everywhere");
            let failures = u32::try_from(end.attempts.saturating_add(1)).unwrap_or(u32::MAX);
            let wait = self.platform.pace.backoff.wait(failures, u32::from_be_bytes(random()));
            password_ends::failed(&tx, end, clock.now().after(wait)).await?;
        } else {
            people::password_ended(&tx, user, end.since, clock.now()).await?;
            password_ends::forget(&tx, end).await?;
        }
        // Whoever came in with the old one goes, though a mailbox may still take it.
        if credentials.sign_in == Credential::Set || !credentials.any_failed() {
            self.ask_sign_out(&tx, user).await?;
        }
        Ok(tx.commit_silently("how the end of a password went is noted; its begin was recorded").await?)
    }
}

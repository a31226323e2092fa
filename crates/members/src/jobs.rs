//! Work by the clock: role holders become members, mailboxes get their domain, generated passwords end.

use std::sync::Arc;
use std::time::Duration;

use access::people;
use addresses::{MAILBOX, Mailbox};
use async_trait::async_trait;
use audit::{Chain, Context, Entry, Target};
use db::Tx;
use jobs::{Run, Schedule};
use kernel::id::random;
use kernel::{TenantId, Timestamp, UserId};
use tenants::primary;

use crate::actions::{audited, claim_mailbox, target};
use crate::credentials::Credential;
use crate::error::Error;
use crate::events::tenant_ref;
use crate::model::Member;
use crate::recorded::Action;
use crate::service::Members;
use crate::store::{self, password_ends};
use crate::{apply, desired, otp, sign_outs};

/// People who are made members at a time.
const AT_A_TIME: u64 = 100;
/// Passwords that are ended at a time.
const ENDED: u64 = 50;
/// The longest that ending those may take before another instance does it again.
const LEASE: Duration = Duration::from_mins(10);

/// How long a generated password is good [E1].
const PASSWORD_LASTS: Duration = Duration::from_hours(7 * 24);

/// The slice's recurring work.
pub fn schedules(members: &Members) -> Vec<Schedule> {
    let every = members.platform.pace.look;
    vec![
        Schedule { name: "members.follow", every, work: Arc::new(Follow(members.clone())) },
        Schedule { name: "members.sign_out", every, work: sign_outs::work(members) },
        Schedule {
            name: "members.passwords",
            every: every * 30,
            work: Arc::new(EndPasswords(members.clone())),
        },
    ]
}

struct Follow(Members);

#[async_trait]
impl Run for Follow {
    async fn run(&self) -> Result<(), String> {
        self.0.follow().await.map_err(|error| error.to_string())
    }
}

impl Members {
    /// Makes members of those who have a role without being one, and gives mailboxes their domain.
    pub(crate) async fn follow(&self) -> Result<(), Error> {
        let db = self.platform.db.read();
        let mut last = None;
        loop {
            let holders = store::role_holders(db, last, AT_A_TIME).await?;
            let Some(next) = holders.last().copied() else { break };
            // What is wrong with one of them holds up nobody else.
            for (tenant, user) in holders {
                if let Err(error) = self.accept_holder(tenant, user).await {
                    tracing::warn!(%tenant, %user, %error, "somebody with a role was not made a member; tried again");
                }
            }
            last = Some(next);
        }
        let waiting = store::tenants_without_domain(db).await?;
        for tenant in primary::with_domain(&self.platform.db, &waiting).await? {
            if let Err(error) = self.give_domain(tenant).await {
                tracing::warn!(%tenant, %error, "mailboxes were not given their domain; tried again");
            }
        }
        Ok(())
    }

    /// A role that was given elsewhere makes a member: by a group's claim, or before there were members. Their mailbox
    /// is the proven address that they have on the tenant's own domain.
    async fn accept_holder(&self, tenant: TenantId, user: UserId) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        primary::lock_holder(&tx, tenant).await?;
        let known = store::by_user(&*tx, tenant, user).await?.is_some();
        let Some(person) = people::by_ids(&*tx, &[user]).await?.pop().filter(|_| !known) else {
            return Ok(());
        };
        let own = addresses::own_domains(&*tx, tenant).await?;
        // An address that is only claimed gives nobody a mailbox; an admin does.
        let proven = Some(&person.email).filter(|_| person.email_verified);
        let address = proven.and_then(|email| email.rsplit_once('@')).and_then(|(local, domain)| {
            let domain = own.iter().find(|own| own.ascii() == domain)?;
            Some(Mailbox { local: local.parse().ok()?, domain: Some(domain.clone()) })
        });
        if is_leaving(&tx, address.as_ref()).await? {
            tracing::debug!(%tenant, %user, "a mailbox of this address is being removed; made a member after that");
            return Ok(());
        }
        let mailbox = match address {
            Some(mailbox) if is_free(&tx, tenant, &mailbox).await? => Some(mailbox),
            _ => None,
        };
        let member = Member::new(clock, tenant, &person, mailbox);
        store::insert(&tx, &member).await?;
        claim_mailbox(&tx, clock, &member).await?;
        // Read back with the role, which is another table's.
        let member = store::by_id(&*tx, member.id).await?.ok_or(Error::NotFound)?;
        apply::write(&tx, clock, &tenant_ref(&tx, tenant).await?, &member).await?;
        let entry = Entry::done(Action::MemberAdopt, target(&member)).after(audited(&member));
        audit::commit(tx, &Context::system("members", clock), Chain::Tenant(tenant), entry).await?;
        Ok(())
    }

    /// Gives the mailboxes that wait for a domain the tenant's primary one.
    async fn give_domain(&self, tenant: TenantId) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        let Some(domain) = primary::lock_holder(&tx, tenant).await?.and_then(|holder| holder.primary_domain)
        else {
            return Ok(());
        };
        let reference = tenant_ref(&tx, tenant).await?;
        let mut waiting = store::without_domain(&*tx, tenant).await?;
        // In the order in which all lock the people of a tenant; the records come last.
        waiting.sort_by_key(|member| member.user);
        let mut entries = Vec::new();
        for member in waiting {
            let Some(mailbox) = member.mailbox.clone() else { continue };
            let mailbox = Mailbox { domain: Some(domain.clone()), ..mailbox };
            let address = mailbox.address().unwrap_or_default();
            if reconcile::is_taken(&*tx, MAILBOX, &address, &desired::owner(member.id)).await? {
                tracing::info!(member = %member.id, "the mailbox that had the address before is not gone yet");
                continue;
            }
            let after = Member { mailbox: Some(mailbox), version: member.version + 1, ..member.clone() };
            match claim_mailbox(&tx, clock, &after).await {
                Err(Error::AddressTaken(why)) => {
                    tracing::warn!(member = %after.id, %why, "a mailbox that waits for a domain stays without");
                    continue;
                }
                claimed => claimed?,
            }
            store::update(&tx, &after).await?;
            apply::write(&tx, clock, &reference, &after).await?;
            self.tell_changed(&tx, &after).await?;
            entries.push(Entry::done(Action::MemberMailbox, target(&after)).after(audited(&after)));
        }
        let Some(last) = entries.pop() else { return Ok(()) };
        let (context, chain) = (Context::system("members", clock), Chain::Tenant(tenant));
        for entry in entries {
            audit::append(&tx, &context, chain, entry).await?;
        }
        Ok(audit::commit(tx, &context, chain, last).await?)
    }
}

/// True while a mailbox of that address, which nobody has any more, is not gone yet: there can't be a second one.
async fn is_leaving(tx: &Tx, mailbox: Option<&Mailbox>) -> Result<bool, Error> {
    let Some(address) = mailbox.and_then(Mailbox::address) else { return Ok(false) };
    let found = reconcile::named(&**tx, MAILBOX, &address).await?;
    Ok(found.is_some_and(|found| found.spec.is_none()))
}

/// True when nothing has the address of a mailbox, nor is it promised.
async fn is_free(tx: &Tx, tenant: TenantId, mailbox: &Mailbox) -> Result<bool, Error> {
    let Some(address) = mailbox.address() else { return Ok(false) };
    if reconcile::named(&**tx, MAILBOX, &address).await?.is_some() {
        return Ok(false);
    }
    let Ok(address) = address.parse() else { return Ok(false) };
    match addresses::check_free(tx, tenant, &address, "").await {
        Ok(()) => Ok(true),
        Err(addresses::Error::Taken(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Makes generated passwords worthless that nobody replaced in time [E1].
struct EndPasswords(Members);

#[async_trait]
impl Run for EndPasswords {
    async fn run(&self) -> Result<(), String> {
        self.0.end_passwords().await.map_err(|error| error.to_string())
    }
}

impl Members {
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
        if store::password_due_since(&*tx, user).await? != Some(since) {
            return Ok(());
        }
        password_ends::ask(&tx, user, since, clock.now()).await?;
        let mut memberships = store::of_user(&*tx, user).await?;
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
        if store::password_due_since(db.read(), user).await? == Some(end.since) {
            let memberships = store::of_user(db.read(), user).await?;
            // Nobody knows this one, so it opens nothing.
            credentials = Some(self.set_everywhere(user, &memberships, &otp::generate()).await?);
        }
        let tx = db.begin().await?;
        people::lock(&tx, user).await?;
        let is_due = store::password_due_since(&*tx, user).await? == Some(end.since);
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

//! What happens to members by itself: they follow their tenant and their person, get their mailbox once there is a
//! domain, and are gone when nothing of them is left upstream.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::{Follower, TenantRef, directory, people};
use async_trait::async_trait;
use audit::{Action, Chain, Context, Entry, Target};
use db::{Db, Tx};
use jobs::{Run, Schedule};
use kernel::id::random;
use kernel::{Clock, MemberId, TenantId, Timestamp, UserId};
use reconcile::{Observer, Owner};
use serde_json::json;
use tenants::primary;

use crate::actions::{audited, claim_mailbox, target};
use crate::credentials::Credential;
use crate::error::Error;
use crate::model::{Mailbox, Member};
use crate::service::Members;
use crate::store::password_ends;
use crate::wants::{FILES_QUOTA, FILES_USER, MAILBOX, MEMBERSHIP, USER};
use crate::{actions, addresses, otp, sign_outs, store, want, wants};

/// People who are made members at a time.
const ADOPTED: u64 = 100;
/// Passwords that are ended at a time.
const ENDED: u64 = 50;
/// The longest that ending those may take before another instance does it again.
const LEASE: Duration = Duration::from_mins(10);

/// The slice's recurring work.
pub fn schedules(members: &Members) -> Vec<Schedule> {
    let every = members.0.settings.look;
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

/// Told by other slices of changes of tenants and people.
pub fn follower(clock: Clock) -> Arc<dyn Follower> {
    Arc::new(Following(clock))
}

/// Told by the reconciler of every change of what members and people have upstream.
pub fn observer() -> Arc<dyn Observer> {
    Arc::new(Progress)
}

struct Following(Clock);

fn database(error: Error) -> db::Error {
    match error {
        Error::Db(error) => error,
        other => db::Error::damaged("members", other.to_string()),
    }
}

async fn tenant_ref(tx: &Tx, id: TenantId) -> Result<TenantRef, Error> {
    directory::tenants_by_ids(&**tx, &[id]).await?.pop().ok_or(Error::NotFound)
}

#[async_trait]
impl Follower for Following {
    async fn person_changed(&self, tx: &Tx, user: UserId) -> Result<(), db::Error> {
        let Some(person) = people::by_ids(&**tx, &[user]).await?.pop() else { return Ok(()) };
        want::renamed(tx, &self.0, user, &person.name).await.map_err(database)
    }

    async fn tenant_changed(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        let tenant = tenant_ref(tx, tenant).await.map_err(database)?;
        let mut members = store::of_tenant(&**tx, tenant.id).await?;
        // Two tenants that change at once lock their people in one order.
        members.sort_by_key(|member| member.user);
        for member in members {
            want::write(tx, &self.0, &tenant, &member).await.map_err(database)?;
            // What their sign-ins say of the tenant must not outlive it [E3].
            if !tenant.status.is_open() && member.removed_at.is_none() && !member.own_account {
                store::ask_sign_out(tx, member.user, self.0.now()).await?;
            }
        }
        Ok(())
    }

    async fn tenant_purged(&self, tx: &Tx, tenant: TenantId) -> Result<(), db::Error> {
        let mut members = store::of_tenant(&**tx, tenant).await?;
        members.retain(|member| member.removed_at.is_none());
        // Two tenants that go at once lock their people in one order.
        members.sort_by_key(|member| member.user);
        let mut gone = Vec::new();
        for before in members {
            let removed =
                Member { removed_at: Some(self.0.now()), version: before.version + 1, ..before.clone() };
            let is_last = actions::let_go(tx, &self.0, &removed).await.map_err(database)?;
            gone.push((before, is_last));
        }
        let context = Context::system("members", &self.0);
        for (before, is_last) in gone {
            let entry = Entry::done(Action::MemberRemove, target(&before))
                .before(audited(&before))
                .after(json!({"accountRemoved": is_last}));
            audit::append(tx, &context, Chain::Tenant(tenant), entry).await?;
        }
        Ok(())
    }

    async fn owners_in(&self, db: &Db, tenant: TenantId) -> Result<Vec<String>, db::Error> {
        Ok(store::of_tenant(db.read(), tenant).await?.iter().flat_map(owners_of).collect())
    }
}

/// What a membership and its person own.
fn owners_of(member: &Member) -> [String; 2] {
    [wants::owner(member.id), member.user.to_string()]
}

struct Progress;

#[async_trait]
impl Observer for Progress {
    /// The memberships of the person, whichever of them it is about; and themself before what they have.
    async fn lock(&self, tx: &Tx, owner: &str) -> Result<(), db::Error> {
        if let Ok(user) = owner.parse::<UserId>() {
            store::lock_of_user(tx, user).await?;
            people::lock(tx, user).await?;
        }
        if let Ok(member) = owner.parse::<MemberId>()
            && let Some(member) = store::by_id(&**tx, member).await?
        {
            store::lock_of_user(tx, member.user).await?;
        }
        Ok(())
    }

    async fn resource_changed(&self, tx: &Tx, clock: &Clock, owner: &str) -> Result<(), db::Error> {
        if let Ok(user) = owner.parse::<UserId>() {
            return person_moved(tx, clock, user).await;
        }
        if let Ok(member) = owner.parse::<MemberId>() {
            return member_moved(tx, clock, member).await;
        }
        Ok(())
    }

    /// A person is of every tenant that they are a member of.
    async fn owners(&self, db: &Db, owners: &[String]) -> Result<BTreeMap<String, Owner>, db::Error> {
        let mut known: BTreeMap<String, Owner> = BTreeMap::new();
        for member in store::of_owners(db.read(), owners).await? {
            for owner in owners_of(&member).into_iter().filter(|owner| owners.contains(owner)) {
                let entry = known.entry(owner).or_default();
                entry.tenants.push(member.tenant);
                entry.tenants.sort_unstable();
                entry.name = Some(member.name.clone());
            }
        }
        Ok(known)
    }
}

/// Notes the account's id once it is known, and lets go of what a removed person has. An account that was made anew has
/// another id, which its groups and the name of its files go by.
async fn person_moved(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), db::Error> {
    let Some(account) = access::account::by_id(&**tx, user).await? else { return Ok(()) };
    if account.removed {
        return let_account_go(tx, clock, user).await;
    }
    let owner = user.to_string();
    let resource = reconcile::named(&**tx, USER, &owner).await?;
    match resource.and_then(|resource| resource.upstream_id) {
        Some(id) if account.person.sub.as_ref() != Some(&id) && !account.person.own_account => {
            people::link(tx, user, &id).await?;
            for member in store::of_user(&**tx, user).await? {
                reconcile::look_again(tx, clock, &wants::owner(member.id), MEMBERSHIP).await?;
            }
            reconcile::look_again(tx, clock, &owner, FILES_USER).await
        }
        _ => Ok(()),
    }
}

/// Lets a removed person's account go, in the order of off-boarding (ocis, section 13): after their memberships the
/// files, then the account, and when all is gone upstream the members here.
async fn let_account_go(tx: &Tx, clock: &Clock, user: UserId) -> Result<(), db::Error> {
    let memberships = store::of_user(&**tx, user).await?;
    for member in &memberships {
        if !reconcile::of_owner(&**tx, &wants::owner(member.id)).await?.is_empty() {
            return Ok(());
        }
    }
    let owner = user.to_string();
    for kind in [FILES_QUOTA, FILES_USER, USER] {
        if let Some(resource) = reconcile::named(&**tx, kind, &owner).await? {
            if resource.spec.is_some() {
                reconcile::destroy(tx, clock, &owner, kind, clock.now()).await?;
            }
            return Ok(());
        }
    }
    for member in memberships {
        store::delete(tx, member.id).await?;
    }
    Ok(())
}

/// Forgets a removed member of whom nothing is left; who has no workspace any more needs no files.
async fn member_moved(tx: &Tx, clock: &Clock, id: MemberId) -> Result<(), db::Error> {
    let Some(member) = store::by_id(&**tx, id).await?.filter(|member| member.removed_at.is_some()) else {
        return Ok(());
    };
    if !reconcile::of_owner(&**tx, &wants::owner(id)).await?.is_empty() {
        return Ok(());
    }
    let account = access::account::by_id(&**tx, member.user).await?;
    if account.is_some_and(|account| account.removed) {
        return let_account_go(tx, clock, member.user).await;
    }
    store::delete(tx, id).await?;
    if store::of_user(&**tx, member.user).await?.is_empty() {
        // An own account is no longer looked at.
        let unneeded = Some(USER).filter(|_| member.own_account);
        for kind in [FILES_QUOTA, FILES_USER].into_iter().chain(unneeded) {
            reconcile::destroy(tx, clock, &member.user.to_string(), kind, clock.now()).await?;
        }
    }
    Ok(())
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
        let db = self.0.db.read();
        let mut last = None;
        loop {
            let holders = store::role_holders(db, last, ADOPTED).await?;
            let Some(next) = holders.last().copied() else { break };
            // What is wrong with one of them holds up nobody else.
            for (tenant, user) in holders {
                if let Err(error) = self.adopt(tenant, user).await {
                    tracing::warn!(%tenant, %user, %error, "somebody with a role was not made a member; tried again");
                }
            }
            last = Some(next);
        }
        let waiting = store::tenants_without_domain(db).await?;
        for tenant in primary::with_domain(&self.0.db, &waiting).await? {
            if let Err(error) = self.give_domain(tenant).await {
                tracing::warn!(%tenant, %error, "mailboxes were not given their domain; tried again");
            }
        }
        Ok(())
    }

    /// A role that was given elsewhere makes a member: by a group's claim, or before there were members. Their mailbox
    /// is the proven address that they have on the tenant's own domain.
    async fn adopt(&self, tenant: TenantId, user: UserId) -> Result<(), Error> {
        let clock = &self.0.clock;
        let tx = self.0.db.begin().await?;
        primary::lock_holder(&tx, tenant).await?;
        let known = store::by_user(&*tx, tenant, user).await?.is_some();
        let Some(person) = people::by_ids(&*tx, &[user]).await?.pop().filter(|_| !known) else {
            return Ok(());
        };
        let own = want::own_domains(&*tx, tenant).await?;
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
        want::write(&tx, clock, &tenant_ref(&tx, tenant).await?, &member).await?;
        let entry = Entry::done(Action::MemberAdopt, target(&member)).after(audited(&member));
        audit::append(&tx, &Context::system("members", clock), Chain::Tenant(tenant), entry).await?;
        tx.commit().await?;
        self.0.reconciler.nudge();
        Ok(())
    }

    /// Gives the mailboxes that wait for a domain the tenant's primary one.
    async fn give_domain(&self, tenant: TenantId) -> Result<(), Error> {
        let clock = &self.0.clock;
        let tx = self.0.db.begin().await?;
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
            if reconcile::is_taken(&*tx, MAILBOX, &address, &wants::owner(member.id)).await? {
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
            want::write(&tx, clock, &reference, &after).await?;
            self.tell_changed(&tx, &after).await?;
            entries.push(Entry::done(Action::MemberMailbox, target(&after)).after(audited(&after)));
        }
        for entry in entries {
            audit::append(&tx, &Context::system("members", clock), Chain::Tenant(tenant), entry).await?;
        }
        tx.commit().await?;
        self.0.reconciler.nudge();
        Ok(())
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
        Err(Error::AddressTaken(_)) => Ok(false),
        Err(error) => Err(error),
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
        let clock = &self.0.clock;
        let before = clock.now().before(self.0.settings.password_lasts);
        for (user, since) in password_ends::due(self.0.db.read(), before, ENDED).await? {
            if let Err(error) = self.begin_ending(user, since).await {
                tracing::warn!(%user, %error, "the end of a generated password that is too old was not noted");
            }
        }
        let tx = self.0.db.begin().await?;
        let now = clock.now();
        let due = password_ends::claim(&tx, now, now.after(LEASE), ENDED).await?;
        tx.commit().await?;
        for end in due {
            if let Err(error) = self.end_password(&end).await {
                tracing::warn!(user = %end.user, %error, "a generated password that is too old was not ended");
            }
        }
        Ok(())
    }

    /// Notes and records that a password is to be ended, before anything is done: once, however often it is tried.
    async fn begin_ending(&self, user: UserId, since: Timestamp) -> Result<(), Error> {
        let clock = &self.0.clock;
        let tx = self.0.db.begin().await?;
        people::lock(&tx, user).await?;
        if store::password_due_since(&*tx, user).await? != Some(since) {
            return Ok(());
        }
        password_ends::ask(&tx, user, since, clock.now()).await?;
        let mut memberships = store::of_user(&*tx, user).await?;
        memberships.sort_by_key(|member| member.tenant);
        let context = Context::system("members", clock);
        for member in &memberships {
            let entry = Entry::done(Action::MemberEndPassword, target(member));
            audit::append(&tx, &context, Chain::Tenant(member.tenant), entry).await?;
        }
        if memberships.is_empty() {
            let target = Target::thing("user", &user, &user);
            let entry = Entry::done(Action::UserEndPassword, target);
            audit::append(&tx, &context, Chain::Platform, entry).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends the password that was generated at a moment, unless there is another one since.
    async fn end_password(&self, end: &password_ends::PasswordEnd) -> Result<(), Error> {
        let (db, clock, user) = (&self.0.db, &self.0.clock, end.user);
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
            return Ok(tx.commit().await?);
        };
        if credentials.any_failed() {
            tracing::warn!(%user, "a generated password that is too old could not be ended everywhere");
            let failures = u32::try_from(end.attempts.saturating_add(1)).unwrap_or(u32::MAX);
            let wait = self.0.settings.backoff.wait(failures, u32::from_be_bytes(random()));
            password_ends::failed(&tx, end, clock.now().after(wait)).await?;
        } else {
            people::password_ended(&tx, user, end.since, clock.now()).await?;
            password_ends::forget(&tx, end).await?;
        }
        // Whoever came in with the old one goes, though a mailbox may still take it.
        if credentials.sign_in == Credential::Set || !credentials.any_failed() {
            self.ask_sign_out(&tx, user).await?;
        }
        Ok(tx.commit().await?)
    }
}

//! What can be done with a member. Each action is one transaction: the rows, what is wanted upstream, the audit record;
//! passwords are set after it, since they are never stored.

mod lifecycle;

pub use lifecycle::SignOut;
pub(crate) use lifecycle::let_go;

use access::allowances::{self, Purse};
use access::{Granted, ManageMembers, TenantRole, people, roles};
use addresses::{AddressKind, LocalPart, Mailbox};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{Clock, Coded as _, Expected, UserId};
use secrecy::SecretString;
use serde_json::{Value, json};
use tenants::primary::{self, Holder};

use crate::credentials::Credentials;
use crate::error::Error;
use crate::model::{Member, MemberChange, NewMember, Status, needs_owner};
use crate::recorded::Action;
use crate::service::Members;
use crate::{apply, desired, make, otp, store};

/// A member with the password that was just made for them.
#[derive(Debug)]
pub struct Made {
    /// The member.
    pub member: Member,
    /// Shown once, and nowhere kept.
    pub password: SecretString,
    /// Where it was set.
    pub credentials: Credentials,
}

/// A member, as the audit log names them.
pub fn target(member: &Member) -> Target {
    // An address that is only claimed names nobody.
    let email = if member.email_verified { member.email.as_str() } else { "" };
    Target::person("member", &member.user, &member.name, email)
}

/// What the audit log says of a member; ids instead of personal data.
pub fn audited(member: &Member) -> Value {
    json!({
        "role": member.role.as_str(), "status": member.status().as_str(),
        "hasMailbox": member.mailbox.is_some(), "mailQuota": member.mail_quota,
        "storageQuota": member.storage_quota,
    })
}

/// The tenant, locked: whatever is done to its members is done one after another.
pub async fn live_holder(tx: &Tx, by: &Granted<ManageMembers>) -> Result<Holder, Error> {
    let holder = primary::lock_holder(tx, by.tenant()).await?.ok_or(Error::NotFound)?;
    if holder.status.is_live() { Ok(holder) } else { Err(Error::WrongState(holder.status.as_str())) }
}

/// Only owners and operators touch owners.
pub fn may_touch(by: &Granted<ManageMembers>, role: TenantRole) -> Result<(), Error> {
    let own = by.actor().rights.in_tenant(&by.scope().slug).map(|rights| rights.role);
    let may = by.actor().is_operator() || own == Some(TenantRole::Owner) || !needs_owner(role);
    if may { Ok(()) } else { Err(Error::OwnersOnly) }
}

/// A member that is not being removed, in a locked tenant. All memberships of the person are locked with it: they come
/// before the person's own row, which other tenants' actions and the reconciler take after them.
pub async fn member_of(tx: &Tx, by: &Granted<ManageMembers>, user: UserId) -> Result<Member, Error> {
    store::lock_of_user(tx, user).await?;
    let member = store::by_user(&**tx, by.tenant(), user).await?.ok_or(Error::NotFound)?;
    if member.status() == Status::Removing { Err(Error::Removing) } else { Ok(member) }
}

/// Refuses what nobody does to themself, and what would leave the workspace without an owner [E6].
pub async fn guard(tx: &Tx, by: &Granted<ManageMembers>, member: &Member) -> Result<(), Error> {
    may_touch(by, member.role)?;
    if by.actor().person.id == member.user {
        return Err(Error::Oneself);
    }
    let is_owner = member.role == TenantRole::Owner && member.status() == Status::Active;
    if is_owner && store::other_owners(tx, member.tenant, member.user).await? == 0 {
        return Err(Error::LastOwner);
    }
    Ok(())
}

impl Members {
    /// Makes a member with an account, a mailbox and files, and a password that is shown once [E1].
    pub async fn create(&self, by: &Granted<ManageMembers>, new: NewMember) -> Result<Made, Error> {
        let own = addresses::own_domains(self.platform.db.read(), by.tenant()).await?;
        let is_outside = !own.contains(new.email.domain());
        if is_outside {
            self.may_ask(by).await?;
        }
        let made = self.make(by, new).await;
        if let (true, Err(error @ (Error::HasAccount(_) | Error::ForeignDomain(_)))) = (is_outside, &made) {
            self.told(by, error.code()).await?;
        }
        made
    }

    /// Whether the caller may ask who has an account outside their workspace.
    pub async fn may_ask(&self, by: &Granted<ManageMembers>) -> Result<(), Error> {
        let most = &self.platform.deployment.allowances;
        allowances::may_ask(&self.platform.db, by.actor(), most).await?.map_err(Error::AskedTooOften)
    }

    /// Notes that the caller is told of an account outside their workspace.
    async fn told(&self, by: &Granted<ManageMembers>, answer: &str) -> Result<(), Error> {
        let tenant = by.scope();
        let about = Target::thing("tenant", &tenant.id, &tenant.slug);
        let (chain, most) = (Chain::Tenant(tenant.id), &self.platform.deployment.allowances);
        let told = allowances::told(&self.platform.db, by.actor(), chain, about, answer, most).await?;
        told.map_err(Error::AskedTooOften)
    }

    /// Spends on so many look-ups as there are left, of so many that are wanted; gives how many those are.
    pub async fn look_up(&self, tx: &Tx, by: &Granted<ManageMembers>, wanted: usize) -> Result<usize, Error> {
        if by.actor().is_operator() {
            return Ok(wanted);
        }
        let purse = Purse::LookUps(by.actor().person.id);
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        let most = &self.platform.deployment.allowances;
        let left = allowances::spend_up_to(tx, by.clock(), &purse, wanted, most).await?;
        Ok(usize::try_from(left.map_err(Error::AskedTooOften)?).unwrap_or(usize::MAX))
    }

    /// Whether somebody who isn't there, since the clock works for them, may still be told who has an account.
    pub async fn may_ask_for(&self, user: UserId) -> Result<(), Error> {
        let (purse, most) = (Purse::LookUps(user), &self.platform.deployment.allowances);
        let left = allowances::check(&self.platform.db, &self.platform.clock, &purse, most).await?;
        left.map_err(Error::AskedTooOften)
    }

    /// Spends a look-up of theirs, on what the transaction tells them.
    pub async fn look_up_for(&self, tx: &Tx, user: UserId) -> Result<(), Error> {
        let (purse, most) = (Purse::LookUps(user), &self.platform.deployment.allowances);
        allowances::spend(tx, &self.platform.clock, &purse, most).await?.map_err(Error::AskedTooOften)
    }

    async fn make(&self, by: &Granted<ManageMembers>, new: NewMember) -> Result<Made, Error> {
        let clock = &self.platform.clock;
        may_touch(by, new.role)?;
        let room = self.room_for(&new.email, None).await;
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        let member = make::member(&tx, clock, by.scope(), &holder, &room, &new).await?;
        let entry = Entry::done(Action::MemberCreate, target(&member)).after(audited(&member));
        audit::commit(tx, by.context(), Chain::Tenant(member.tenant), entry).await?;
        let password = otp::generate();
        let ((), credentials) =
            tokio::try_join!(self.settle(&member), self.set_once_made(&member, &password))?;
        Ok(Made { member, password, credentials })
    }

    /// Sets a password as soon as what it opens is there: nothing else of the membership needs to be.
    async fn set_once_made(&self, member: &Member, password: &SecretString) -> Result<Credentials, Error> {
        let (person, membership) = (member.user.to_string(), desired::owner(member.id));
        let (reconciler, patience) = (&self.platform.reconciler, self.platform.pace.settle);
        tokio::try_join!(
            reconciler.settle_kind(&person, desired::USER, patience),
            reconciler.settle_kind(&membership, addresses::MAILBOX, patience),
        )?;
        self.set_on_credentials(std::slice::from_ref(member), password).await
    }

    /// Changes a member's name or role, or gives them a mailbox. `expected` is the version that the caller read, if they said.
    pub async fn update(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        change: MemberChange,
        expected: impl Into<Expected>,
    ) -> Result<Member, Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        let before = member_of(&tx, by, user).await?;
        if !expected.into().fits(before.version) {
            return Err(Error::Stale);
        }
        may_touch(by, before.role)?;
        let role = change.role.unwrap_or(before.role);
        let name = change.name.unwrap_or_else(|| before.name.clone());
        let mailbox = match change.mailbox {
            Some(local) => Some(given_mailbox(&tx, &holder, &before, local).await?),
            None => before.mailbox.clone(),
        };
        if (role, &name, &mailbox) == (before.role, &before.name, &before.mailbox) {
            // Said again: what somebody changed upstream is put right.
            reconcile::look_again_at_all(&tx, clock, &desired::owner(before.id)).await?;
            if by.actor().is_operator() || !self.is_shared(&*tx, &before).await? {
                reconcile::look_again_at_all(&tx, clock, &user.to_string()).await?;
            }
            let entry = Entry::done(Action::MemberUpdate, target(&before)).after(json!({"unchanged": true}));
            audit::commit(tx, by.context(), Chain::Tenant(before.tenant), entry).await?;
            self.settle(&before).await?;
            return Ok(before);
        }
        may_touch(by, role)?;
        if role != before.role {
            guard(&tx, by, &before).await?;
            // An admin who knows the password, or holds the link that chooses it, would be an owner with them.
            if needs_owner(role) && before.password_due_since.is_some() {
                return Err(Error::NoOwnPassword);
            }
            roles::set_tenant_role(&tx, clock, before.tenant, user, role).await?;
        }
        if name != before.name {
            if before.own_account {
                return Err(Error::OwnAccount);
            }
            self.may_rename(&tx, by, &before).await?;
            people::rename(&tx, user, &name).await?;
        }
        let after = Member { role, name, mailbox, version: before.version + 1, ..before.clone() };
        store::update(&tx, &after).await?;
        if after.mailbox != before.mailbox {
            claim_mailbox(&tx, clock, &after).await?;
        }
        apply::write(&tx, clock, by.scope(), &after).await?;
        if after.name != before.name {
            apply::renamed(&tx, clock, user, &after.name).await?;
        }
        if after.mailbox != before.mailbox {
            self.tell_changed(&tx, &after).await?;
        }
        let mut said = audited(&after);
        said["nameChanged"] = json!(after.name != before.name);
        let entry = Entry::done(Action::MemberUpdate, target(&after)).before(audited(&before)).after(said);
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        self.settle(&after).await?;
        Ok(after)
    }

    /// The name is the person's, in all their workspaces.
    async fn may_rename(&self, tx: &Tx, by: &Granted<ManageMembers>, member: &Member) -> Result<(), Error> {
        if by.actor().is_operator() || by.actor().person.id == member.user {
            return Ok(());
        }
        if self.is_shared(&**tx, member).await? { Err(Error::SharedName) } else { Ok(()) }
    }

    /// True when the person is more than a member of this one workspace: what is theirs everywhere is then not an
    /// admin's of one place to change.
    pub(crate) async fn is_shared(&self, on: &impl db::Connection, member: &Member) -> Result<bool, Error> {
        let elsewhere = store::of_user(on, member.user).await?.iter().any(|it| it.tenant != member.tenant);
        Ok(elsewhere || roles::has_any_besides(on, member.user, member.tenant).await?)
    }

    /// Waits a moment for the upstreams, so that most answers show the finished state.
    pub async fn settle(&self, member: &Member) -> Result<(), Error> {
        let (person, membership) = (member.user.to_string(), desired::owner(member.id));
        let reconciler = &self.platform.reconciler;
        let patience = self.platform.pace.settle;
        tokio::try_join!(reconciler.settle(&person, patience), reconciler.settle(&membership, patience))?;
        Ok(())
    }
}

/// The mailbox that a member gets, on the primary domain; who has one keeps it.
async fn given_mailbox(
    tx: &Tx,
    holder: &Holder,
    member: &Member,
    local: LocalPart,
) -> Result<Mailbox, Error> {
    match &member.mailbox {
        Some(mailbox) if mailbox.local == local => Ok(mailbox.clone()),
        Some(mailbox) => {
            let name = mailbox.address().unwrap_or_else(|| mailbox.local.as_str().to_owned());
            Err(Error::HasMailbox(name))
        }
        None => {
            let mailbox = Mailbox { local, domain: holder.primary_domain.clone() };
            make::check_mailbox(tx, member.tenant, &mailbox).await?;
            Ok(mailbox)
        }
    }
}

/// Takes the address of a member's mailbox, once it has one.
pub(crate) async fn claim_mailbox(tx: &Tx, clock: &Clock, member: &Member) -> Result<(), Error> {
    let address = member.mailbox.as_ref().and_then(Mailbox::address).and_then(|text| text.parse().ok());
    match address {
        Some(address) => {
            let owner = member.id.to_string();
            Ok(addresses::claim(tx, clock, member.tenant, &address, AddressKind::Mailbox, &owner).await?)
        }
        None => Ok(()),
    }
}

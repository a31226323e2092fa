//! What can be done with a member. Each action is one transaction: the rows, what is wanted upstream, the audit record;
//! passwords are set after it, since they are never stored.

mod lifecycle;

use ::people::{Credentials, otp};
use access::{Granted, ManageMembers, people, roles};
use addresses::{LocalPart, MAILBOX, Mailbox};
use audit::{Chain, Entry};
use db::Tx;
use kernel::{Coded as _, Expected, UserId};
use memberships::make::{self, needs_owner};
use memberships::{
    Error, Member, MemberChange, NewMember, USER, apply, audited, guard, live_holder, may_touch, member_of,
    owner, rows, target,
};
use secrecy::SecretString;
use serde_json::json;
use tenants::primary::Holder;

use crate::recorded::Action;
use crate::service::Members;

/// A member with the password that was just made for them.
#[derive(Debug)]
pub struct Made {
    pub member: Member,
    /// Shown once, and nowhere kept.
    pub password: SecretString,
    /// Where it was set.
    pub credentials: Credentials,
}

impl Members {
    /// Makes a member with an account, a mailbox and files, and a password that is shown once [E1].
    pub async fn create(&self, by: &Granted<ManageMembers>, new: NewMember) -> Result<Made, Error> {
        let own = addresses::own_domains(self.platform.db.read(), by.tenant()).await?;
        let is_outside = !own.contains(new.email.domain());
        if is_outside {
            self.memberships.may_ask(by).await?;
        }
        let made = self.make(by, new).await;
        if let (true, Err(error @ (Error::HasAccount(_) | Error::ForeignDomain(_)))) = (is_outside, &made) {
            self.memberships.told(by, error.code()).await?;
        }
        made
    }

    async fn make(&self, by: &Granted<ManageMembers>, new: NewMember) -> Result<Made, Error> {
        let clock = &self.platform.clock;
        may_touch(by, new.role)?;
        let room = self.memberships.room_for(&new.email, None).await;
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        let member = make::member(&tx, clock, by.scope(), &holder, &room, &new).await?;
        let entry = Entry::done(memberships::Action::MemberCreate, target(&member)).after(audited(&member));
        audit::commit(tx, by.context(), Chain::Tenant(member.tenant), entry).await?;
        let password = otp::generate();
        let ((), credentials) =
            tokio::try_join!(self.memberships.settle(&member), self.set_once_made(&member, &password))?;
        Ok(Made { member, password, credentials })
    }

    /// Sets a password as soon as what it opens is there: nothing else of the membership needs to be.
    async fn set_once_made(&self, member: &Member, password: &SecretString) -> Result<Credentials, Error> {
        let (person, membership) = (member.user.to_string(), owner(member.id));
        let (reconciler, patience) = (&self.platform.reconciler, self.platform.pace.settle);
        tokio::try_join!(
            reconciler.settle_kind(&person, USER, patience),
            reconciler.settle_kind(&membership, MAILBOX, patience),
        )?;
        self.people.set_on_credentials(std::slice::from_ref(member), password).await
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
            reconcile::look_again_at_all(&tx, clock, &owner(before.id)).await?;
            if by.actor().is_operator() || !self.memberships.is_shared(&*tx, &before).await? {
                reconcile::look_again_at_all(&tx, clock, &user.to_string()).await?;
            }
            let entry = Entry::done(Action::MemberUpdate, target(&before)).after(json!({"unchanged": true}));
            audit::commit(tx, by.context(), Chain::Tenant(before.tenant), entry).await?;
            self.memberships.settle(&before).await?;
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
        rows::update(&tx, &after).await?;
        if after.mailbox != before.mailbox {
            make::claim_mailbox(&tx, clock, &after).await?;
        }
        apply::write(&tx, clock, by.scope(), &after).await?;
        if after.name != before.name {
            apply::renamed(&tx, clock, user, &after.name).await?;
        }
        if after.mailbox != before.mailbox {
            self.memberships.tell_changed(&tx, &after).await?;
        }
        let mut said = audited(&after);
        said["nameChanged"] = json!(after.name != before.name);
        let entry = Entry::done(Action::MemberUpdate, target(&after)).before(audited(&before)).after(said);
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        self.memberships.settle(&after).await?;
        Ok(after)
    }

    /// The name is the person's, in all their workspaces.
    async fn may_rename(&self, tx: &Tx, by: &Granted<ManageMembers>, member: &Member) -> Result<(), Error> {
        if by.actor().is_operator() || by.actor().person.id == member.user {
            return Ok(());
        }
        if self.memberships.is_shared(&**tx, member).await? { Err(Error::SharedName) } else { Ok(()) }
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

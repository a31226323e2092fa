//! A member's access: suspend, resume, sign out everywhere, a new password, remove.

use ::people::{Extent, SignOut, of_closing, otp};
use access::{Granted, ManageMembers, TenantRef, invitations, people, roles};
use addresses::Fate;
use audit::{Chain, Entry};
use db::Tx;
use kernel::{EmailAddress, Timestamp, UserId};
use memberships::{
    Error, Member, Status, audited, guard, let_go, live_holder, may_touch, member_of, owner, rows, target,
    with_mailbox,
};
use serde_json::json;

use crate::actions::Made;
use crate::recorded::Action;
use crate::service::Members;

/// What signing somebody out came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOut {
    pub sign_ins: SignOut,
    /// How far it reached.
    pub extent: Extent,
    /// What was to become of the passwords of their mail programs.
    pub app_passwords: Fate,
    /// False while some of those are yet to end; it is tried again by itself.
    pub are_ended: bool,
}

impl Members {
    /// Suspends a membership: access to this tenant, and the person's sign-ins. Mail keeps arriving [E3].
    pub async fn suspend(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Member, Error> {
        self.turn(by, user, Action::MemberSuspend, Some(self.platform.clock.now())).await
    }

    /// Opens a closed membership again, exactly as it was.
    pub async fn resume(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Member, Error> {
        self.turn(by, user, Action::MemberResume, None).await
    }

    async fn turn(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        action: Action,
        suspended_at: Option<Timestamp>,
    ) -> Result<Member, Error> {
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let before = member_of(&tx, by, user).await?;
        if before.suspended_at.is_some() == suspended_at.is_some() {
            return Ok(before);
        }
        let extent = of_closing(&before);
        if suspended_at.is_some() {
            guard(&tx, by, &before).await?;
            self.people.ask_sign_out_of(&tx, by.scope(), &before, extent).await?;
        } else {
            may_touch(by, before.role)?;
        }
        roles::suspend_in_tenant(&tx, before.tenant, user, suspended_at).await?;
        let turned = Member { suspended_at, version: before.version + 1, ..before.clone() };
        let after =
            if suspended_at.is_none() { self.take_back(&tx, by.scope(), turned).await? } else { turned };
        self.memberships.write(&tx, by.scope(), &after).await?;
        let entry = Entry::done(action, target(&after)).before(audited(&before)).after(audited(&after));
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        if suspended_at.is_some() {
            self.people.sign_out_of_now(&after, extent).await?;
        }
        self.memberships.settle(&after).await?;
        Ok(after)
    }

    /// Has others take back what they gave away of a membership that opens again.
    async fn take_back(&self, tx: &Tx, tenant: &TenantRef, turned: Member) -> Result<Member, Error> {
        rows::update(tx, &turned).await?;
        self.platform.events.member_resumed(tx, tenant, turned.id).await?.map_err(Error::AddressTaken)?;
        rows::by_id(&**tx, turned.id).await?.ok_or(Error::NotFound)
    }

    /// Ends every sign-in of a person, and nobody else's [E4]. Of somebody who works elsewhere too, or came with an account
    /// of their own, what this workspace gave. Passwords of mail programs end with it, unless they are to be kept.
    pub async fn force_logout(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        app_passwords: Fate,
    ) -> Result<SignedOut, Error> {
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let member = member_of(&tx, by, user).await?;
        may_touch(by, member.role)?;
        if by.actor().person.id == user {
            return Err(Error::Oneself);
        }
        let extent = self.people.extent(&tx, by, &member).await?;
        let ended = self.people.ask_sign_out_of(&tx, by.scope(), &member, extent).await?;
        let memberships = self.people.memberships_in(&tx, &member, extent).await?;
        self.people.app_passwords().ask_end(&tx, &with_mailbox(&memberships), app_passwords).await?;
        let after = json!({
            "sessions": ended, "extent": extent.as_str(), "appPasswords": app_passwords.as_str(),
        });
        let entry = Entry::done(Action::MemberForceLogout, target(&member)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(member.tenant), entry).await?;
        let are_ended =
            self.people.app_passwords().end_now(&with_mailbox(&memberships), app_passwords).await?;
        let sign_ins = self.people.sign_out_of_now(&member, extent).await?;
        Ok(SignedOut { sign_ins, extent, app_passwords, are_ended })
    }

    /// Makes a new password, shown once, and ends every sign-in [E5]. One's own is changed elsewhere, and that of a
    /// person who works in other places too is not one workspace's to set: its admins could go there in their name.
    /// Nor is that of somebody who came with an account of their own. Passwords of mail programs end with it, unless they
    /// are to be kept.
    pub async fn reset_password(
        &self,
        by: &Granted<ManageMembers>,
        user: UserId,
        app_passwords: Fate,
    ) -> Result<Made, Error> {
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let member = member_of(&tx, by, user).await?;
        may_touch(by, member.role)?;
        if by.actor().person.id == user {
            return Err(Error::Oneself);
        }
        if member.own_account {
            return Err(Error::OwnAccount);
        }
        if !by.actor().is_operator() && self.memberships.is_shared(&*tx, &member).await? {
            return Err(Error::Shared);
        }
        let now = self.platform.clock.now();
        people::set_password_due(&tx, user, Some(now)).await?;
        self.people.ask_sign_out(&tx, user).await?;
        // A link that still chooses a password would undo this one.
        invitations::revoke_of_person(&tx, member.tenant, user, now).await?;
        let memberships = self.people.memberships_in(&tx, &member, Extent::Everything).await?;
        self.people.app_passwords().ask_end(&tx, &with_mailbox(&memberships), app_passwords).await?;
        let after = json!({"appPasswords": app_passwords.as_str()});
        let entry = Entry::done(Action::MemberResetPassword, target(&member)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(member.tenant), entry).await?;
        let password = otp::generate();
        let credentials = self.people.set_on_credentials(&memberships, &password).await?;
        self.people.app_passwords().end_now(&with_mailbox(&memberships), app_passwords).await?;
        // Whoever signed in with the old one meanwhile goes too.
        self.people.sign_out_now(user).await?;
        let member = Member { password_due_since: Some(now), password_ended: false, ..member };
        Ok(Made { member, password, credentials })
    }

    /// Removes a member: the mailbox and its mail, the rights, and with the last membership the account [E5].
    pub async fn remove(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Member, Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        rows::lock_of_user(&tx, user).await?;
        let before = rows::by_user(&*tx, by.tenant(), user).await?.ok_or(Error::NotFound)?;
        if before.status() == Status::Removing {
            return Ok(before);
        }
        guard(&tx, by, &before).await?;
        let extent = of_closing(&before);
        self.people.ask_sign_out_of(&tx, by.scope(), &before, extent).await?;
        let after = Member { removed_at: Some(clock.now()), version: before.version + 1, ..before.clone() };
        let gone = addresses::of_object(&*tx, &before.id.to_string()).await?;
        reconcile::order(&tx, clock, &[owner(before.id)]).await?;
        let is_last = let_go(&tx, clock, &after).await?;
        let gone: Vec<EmailAddress> = gone.into_iter().map(|entry| entry.address).collect();
        self.platform.events.addresses_gone(&tx, before.tenant, &gone).await?;
        self.memberships.tell_changed(&tx, &after).await?;
        let entry = Entry::done(memberships::Action::MemberRemove, target(&after))
            .before(audited(&before))
            .after(json!({"accountRemoved": is_last}));
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        self.people.sign_out_of_now(&after, extent).await?;
        self.memberships.settle(&after).await?;
        Ok(after)
    }
}

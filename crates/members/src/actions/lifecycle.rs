//! A member's access: suspend, resume, sign out everywhere, a new password, remove.

use access::{Granted, ManageMembers, TenantRef, invitations, people, roles, sessions};
use addresses::{Fate, mailboxes};
use audit::{Chain, Entry};
use db::Tx;
use kernel::{EmailAddress, Timestamp, UserId};
use reconcile::destroy;
use serde_json::json;

use crate::actions::{Made, audited, guard, live_holder, may_touch, member_of, target};
use crate::desired::{self, FILES_QUOTA, FILES_USER, OF_MEMBER, USER};
use crate::error::Error;
use crate::extent::{self, Extent};
use crate::model::{Member, Status, with_mailbox};
use crate::recorded::Action;
use crate::service::Members;
use crate::{apply, otp, store};

/// What ending a person's sign-ins came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOut {
    /// All have ended.
    Done,
    /// The identity provider did not do it yet; it is tried again by itself.
    Pending(String),
}

/// What signing somebody out came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOut {
    /// Their sign-ins.
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
        let extent = extent::of_closing(&before);
        if suspended_at.is_some() {
            guard(&tx, by, &before).await?;
            self.ask_sign_out_of(&tx, by.scope(), &before, extent).await?;
        } else {
            may_touch(by, before.role)?;
        }
        roles::suspend_in_tenant(&tx, before.tenant, user, suspended_at).await?;
        let turned = Member { suspended_at, version: before.version + 1, ..before.clone() };
        let after =
            if suspended_at.is_none() { self.take_back(&tx, by.scope(), turned).await? } else { turned };
        self.write(&tx, by.scope(), &after).await?;
        let entry = Entry::done(action, target(&after)).before(audited(&before)).after(audited(&after));
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        if suspended_at.is_some() {
            self.sign_out_of_now(&after, extent).await?;
        }
        self.settle(&after).await?;
        Ok(after)
    }

    /// Has others take back what they gave away of a membership that opens again.
    async fn take_back(&self, tx: &Tx, tenant: &TenantRef, turned: Member) -> Result<Member, Error> {
        store::update(tx, &turned).await?;
        self.platform.events.member_resumed(tx, tenant, turned.id).await?.map_err(Error::AddressTaken)?;
        store::by_id(&**tx, turned.id).await?.ok_or(Error::NotFound)
    }

    /// Writes a member that changed, what is wanted of it upstream, and tells those who follow.
    pub async fn write(&self, tx: &Tx, tenant: &TenantRef, after: &Member) -> Result<(), Error> {
        store::update(tx, after).await?;
        apply::write(tx, &self.platform.clock, tenant, after).await?;
        Ok(self.tell_changed(tx, after).await?)
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
        let extent = self.extent(&tx, by, &member).await?;
        let ended = self.ask_sign_out_of(&tx, by.scope(), &member, extent).await?;
        let memberships = self.memberships_in(&tx, &member, extent).await?;
        self.app_passwords.ask_end(&tx, &with_mailbox(&memberships), app_passwords).await?;
        let after = json!({
            "sessions": ended, "extent": extent.as_str(), "appPasswords": app_passwords.as_str(),
        });
        let entry = Entry::done(Action::MemberForceLogout, target(&member)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(member.tenant), entry).await?;
        let are_ended = self.app_passwords.end_now(&with_mailbox(&memberships), app_passwords).await?;
        let sign_ins = self.sign_out_of_now(&member, extent).await?;
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
        if !by.actor().is_operator() && self.is_shared(&*tx, &member).await? {
            return Err(Error::Shared);
        }
        let now = self.platform.clock.now();
        people::set_password_due(&tx, user, Some(now)).await?;
        self.ask_sign_out(&tx, user).await?;
        // A link that still chooses a password would undo this one.
        invitations::revoke_of_person(&tx, member.tenant, user, now).await?;
        let memberships = self.memberships_in(&tx, &member, Extent::Everything).await?;
        self.app_passwords.ask_end(&tx, &with_mailbox(&memberships), app_passwords).await?;
        let after = json!({"appPasswords": app_passwords.as_str()});
        let entry = Entry::done(Action::MemberResetPassword, target(&member)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(member.tenant), entry).await?;
        let password = otp::generate();
        let credentials = self.set_on_credentials(&memberships, &password).await?;
        self.app_passwords.end_now(&with_mailbox(&memberships), app_passwords).await?;
        // Whoever signed in with the old one meanwhile goes too.
        self.sign_out_now(user).await?;
        let member = Member { password_due_since: Some(now), password_ended: false, ..member };
        Ok(Made { member, password, credentials })
    }

    /// Removes a member: the mailbox and its mail, the rights, and with the last membership the account [E5].
    pub async fn remove(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<Member, Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        store::lock_of_user(&tx, user).await?;
        let before = store::by_user(&*tx, by.tenant(), user).await?.ok_or(Error::NotFound)?;
        if before.status() == Status::Removing {
            return Ok(before);
        }
        guard(&tx, by, &before).await?;
        let extent = extent::of_closing(&before);
        self.ask_sign_out_of(&tx, by.scope(), &before, extent).await?;
        let after = Member { removed_at: Some(clock.now()), version: before.version + 1, ..before.clone() };
        let gone = addresses::of_object(&*tx, &before.id.to_string()).await?;
        reconcile::order(&tx, clock, &[desired::owner(before.id)]).await?;
        let is_last = let_go(&tx, clock, &after).await?;
        let gone: Vec<EmailAddress> = gone.into_iter().map(|entry| entry.address).collect();
        self.platform.events.addresses_gone(&tx, before.tenant, &gone).await?;
        self.tell_changed(&tx, &after).await?;
        let entry = Entry::done(Action::MemberRemove, target(&after))
            .before(audited(&before))
            .after(json!({"accountRemoved": is_last}));
        audit::commit(tx, by.context(), Chain::Tenant(after.tenant), entry).await?;
        self.sign_out_of_now(&after, extent).await?;
        self.settle(&after).await?;
        Ok(after)
    }

    /// Ends the person's sessions here, and asks for the end of those at the identity provider.
    pub async fn ask_sign_out(&self, tx: &Tx, user: UserId) -> Result<usize, Error> {
        let now = self.platform.clock.now();
        let ended = sessions::end_all(tx, user, now).await?;
        store::ask_sign_out(tx, user, now).await?;
        Ok(ended)
    }
}

/// Takes a member's role and lets go of what they have in the tenant; true when that was the last that the person had.
/// The account goes once nothing depends on it any more (`events.rs`).
pub(crate) async fn let_go(tx: &Tx, clock: &kernel::Clock, removed: &Member) -> Result<bool, Error> {
    let (user, now) = (removed.user, clock.now());
    roles::take_tenant_role(tx, removed.tenant, user).await?;
    invitations::revoke_of_person(tx, removed.tenant, user, now).await?;
    store::update(tx, removed).await?;
    mailboxes::let_go(tx, removed.id).await?;
    for kind in OF_MEMBER {
        destroy(tx, clock, &desired::owner(removed.id), kind, now).await?;
    }
    people::lock(tx, user).await?;
    let is_member = store::of_user(&**tx, user).await?.iter().any(|member| member.removed_at.is_none());
    let is_last = !is_member && !roles::has_any_besides(&**tx, user, removed.tenant).await?;
    // Who has an account of their own stays somebody: another workspace may have them [A16].
    let is_last = is_last && !removed.own_account;
    if is_last {
        people::remove(tx, user, now).await?;
    } else {
        people::let_go_by(tx, removed.tenant, user).await?;
    }
    if !is_member && reconcile::is_ordered(&**tx, &desired::owner(removed.id)).await? {
        order_person(tx, clock, user, is_last).await?;
    }
    apply::person(tx, clock, user).await?;
    Ok(is_last)
}

/// What goes with the last membership of somebody was ordered with it.
async fn order_person(tx: &Tx, clock: &kernel::Clock, user: UserId, with_account: bool) -> Result<(), Error> {
    let owner = user.to_string();
    for kind in [FILES_QUOTA, FILES_USER] {
        reconcile::order_kind(tx, clock, &owner, kind).await?;
    }
    if with_account {
        reconcile::order_kind(tx, clock, &owner, USER).await?;
    }
    Ok(())
}

//! Inviting: who is asked to come, asked again, or no longer asked. The mail is written in the transaction of the action.

use access::invitations::{self, Invitation, State};
use access::{Granted, ManageMembers, TenantRef, addressed};
use addresses::own_domains;
use audit::{Chain, Entry};
use db::Tx;
use kernel::{InvitationId, TenantId};
use memberships::mails::{links_lead_into, of, told};
use memberships::{Error as Refusal, NewMember, live_holder, make, may_touch, rows};
use tenants::{primary, seats};

use crate::error::Error;
use crate::recorded::Action;
use crate::service::Invitations;

impl Invitations {
    /// Invites somebody by mail. Their seat is theirs until they accept, or the time is over.
    pub async fn invite(&self, by: &Granted<ManageMembers>, new: NewMember) -> Result<Invitation, Error> {
        let clock = &self.platform.clock;
        may_touch(by, new.role)?;
        let tx = self.platform.db.begin().await?;
        let holder = live_holder(&tx, by).await?;
        links_lead_into(holder.status)?;
        let room = self.memberships.room(None);
        make::check_seats(&tx, clock, by.tenant(), &holder, &room).await?;
        self.check_invited(&tx, by, &new).await?;
        make::free_mailbox(&tx, by.tenant(), &holder, &new).await?;
        check_readable(&tx, by.tenant(), &new).await?;
        let invited_by = Some(by.actor().person.id).filter(|_| !by.actor().is_operator());
        let invitation = Invitation {
            name: new.name,
            mailbox: new.mailbox.map(|local| local.as_str().to_owned()),
            ..Invitation::new(clock, by.tenant(), new.email, new.role, invited_by)
        };
        self.send(&tx, by.scope(), &invitation).await?;
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), created(&invitation)).await?;
        self.invitation(by, invitation.id).await
    }

    /// Writes an invitation and the mail with its link, in a locked tenant. What it is recorded as is for whoever sends it:
    /// the link of an account that was just made goes with the record of that.
    pub async fn send(&self, tx: &Tx, tenant: &TenantRef, invitation: &Invitation) -> Result<(), Refusal> {
        invitations::insert(tx, invitation).await?;
        self.memberships.send_link(tx, tenant, invitation).await
    }

    /// An address with an account elsewhere may be invited: whoever has it must sign in to accept.
    async fn check_invited(
        &self,
        tx: &Tx,
        by: &Granted<ManageMembers>,
        new: &NewMember,
    ) -> Result<(), Error> {
        let email = new.email.to_string();
        if invitations::waiting_for(&**tx, by.tenant(), &new.email, self.platform.clock.now())
            .await?
            .is_some()
        {
            return Err(Refusal::Invited(email).into());
        }
        let Some(user) = addressed::holder(&**tx, &new.email).await? else { return Ok(()) };
        let is_member = rows::by_user(&**tx, by.tenant(), user).await?.is_some();
        if is_member { Err(Refusal::Known(email).into()) } else { Ok(()) }
    }

    /// Sends an invitation again, with a new link; the old one is dead.
    pub async fn resend(&self, by: &Granted<ManageMembers>, id: InvitationId) -> Result<Invitation, Error> {
        Ok(self.memberships.resend(by, id).await?)
    }

    /// Withdraws an invitation: its link is dead, its seat is free.
    pub async fn revoke(&self, by: &Granted<ManageMembers>, id: InvitationId) -> Result<Invitation, Error> {
        let (clock, tx) = (&self.platform.clock, self.platform.db.begin().await?);
        primary::lock_holder(&tx, by.tenant()).await?;
        let invitation = invitations::by_id(&*tx, by.tenant(), id).await?.ok_or(Refusal::NoInvitation)?;
        may_touch(by, invitation.role)?;
        match invitation.state(clock.now()) {
            State::Revoked => return Ok(invitation),
            State::Accepted => return Err(Refusal::InvitationOver(State::Accepted.as_str()).into()),
            State::Waiting | State::Expired => {}
        }
        invitations::revoke(&tx, id, clock.now()).await?;
        seats::note(&tx, clock, by.tenant()).await?;
        let entry = Entry::done(Action::InvitationRevoke, of(&invitation)).before(told(&invitation));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        self.invitation(by, id).await
    }
}

/// That somebody is invited, for the log.
pub fn created(invitation: &Invitation) -> Entry {
    Entry::done(Action::InvitationCreate, of(invitation)).after(told(invitation))
}

/// Refuses an address on the workspace's own domain that nobody reads yet: its mailbox opens by the link in the mail.
async fn check_readable(tx: &Tx, tenant: TenantId, new: &NewMember) -> Result<(), Error> {
    let is_own = own_domains(&**tx, tenant).await?.contains(new.email.domain());
    let email = new.email.to_string();
    if is_own && addresses::find(&**tx, tenant, &email).await?.is_none() {
        return Err(Refusal::LockedMailbox(email).into());
    }
    Ok(())
}

//! The mail of an invitation, sent and sent again. Its link is in no other place.

use access::allowances::{self, Purse};
use access::invitations::{self, Invitation, State};
use access::{Granted, ManageMembers, TenantRef, TenantStatus, people};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{EmailAddress, InvitationId, UserId};
use mailer::{Fill, Mail, Template};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::error::{Error, NotDone};
use crate::guard::{live_holder, may_touch};
use crate::recorded::Action;
use crate::service::Memberships;
use crate::{make, store};

/// What the audit log says of an invitation; no personal data.
pub fn told(invitation: &Invitation) -> Value {
    json!({"role": invitation.role.as_str(), "hasMailbox": invitation.mailbox.is_some(), "user": invitation.user})
}

/// An invitation, as the audit log names it.
pub fn of(invitation: &Invitation) -> Target {
    let email = invitation.email.to_string();
    let name = if invitation.name.is_empty() { &email } else { &invitation.name };
    Target::person("invitation", &invitation.id, name, &email)
}

/// Refuses what would send a link that is refused when it is followed.
pub fn links_lead_into(workspace: TenantStatus) -> Result<(), Error> {
    if invitations::leads_into(workspace) { Ok(()) } else { Err(Error::LinkClosed(workspace.as_str())) }
}

impl Memberships {
    /// Gives an invitation a new link and writes the mail that it goes with.
    pub async fn send_link(&self, tx: &Tx, tenant: &TenantRef, invitation: &Invitation) -> Result<(), Error> {
        let Some(portal) = &self.platform.deployment.portal else {
            return Err(Error::NotDone(NotDone::NoPortal));
        };
        let clock = &self.platform.clock;
        let inviter = match invitation.invited_by {
            Some(user) => people::by_ids(&**tx, &[user]).await?.pop().map(|person| person.name),
            None => None,
        };
        let secret = invitations::give_link(tx, clock, invitation.id).await?;
        let link = SecretString::from(format!("{portal}/invitation/{}", secret.expose_secret()));
        let key = format!("{} {}", invitation.id, clock.now().micros());
        let template = if invitation.user.is_some() { &FIRST_PASSWORD } else { &INVITATION };
        let fills = [
            ("workspace", Fill::Data(&tenant.name)),
            ("name", Fill::Data(&invitation.name)),
            ("inviter", Fill::Data(inviter.as_deref().unwrap_or_default())),
            ("link", Fill::Link(&link)),
        ];
        let mail = template.mail(invitation.email.clone(), key, &fills);
        self.post(tx, tenant, &invitation.email, &mail).await
    }

    /// Puts a mail that somebody asked for into the outbox: so many for a workspace within an hour, and so many to an
    /// address from all of them. In a locked tenant.
    pub async fn post(
        &self,
        tx: &Tx,
        tenant: &TenantRef,
        to: &EmailAddress,
        mail: &Mail,
    ) -> Result<(), Error> {
        let (clock, most) = (&self.platform.clock, &self.platform.deployment.allowances);
        allowances::spend(tx, clock, &Purse::MailsOf(tenant.id), most).await?.map_err(Error::TooManyMails)?;
        let to_one = allowances::spend(tx, clock, &Purse::MailsTo(to), most).await?;
        to_one.map_err(|spent| Error::TooManyMailsTo { address: to.to_string(), spent })?;
        Ok(mailer::enqueue(tx, clock, mail).await?)
    }

    /// Whether there is an address that links can lead to.
    pub fn can_send_links(&self) -> bool {
        self.platform.deployment.portal.is_some()
    }

    /// Sends an invitation again, with a new link; the old one is dead.
    pub async fn resend(&self, by: &Granted<ManageMembers>, id: InvitationId) -> Result<Invitation, Error> {
        let (clock, tx) = (&self.platform.clock, self.platform.db.begin().await?);
        let holder = live_holder(&tx, by).await?;
        links_lead_into(holder.status)?;
        let invitation = invitations::by_id(&*tx, by.tenant(), id).await?.ok_or(Error::NoInvitation)?;
        may_touch(by, invitation.role)?;
        let state = invitation.state(clock.now());
        if matches!(state, State::Accepted | State::Revoked) {
            return Err(Error::InvitationOver(state.as_str()));
        }
        // One that had run out held no seat any more.
        if state == State::Expired && invitation.user.is_none() {
            let room = self.room(Some(id));
            make::check_seats(&tx, clock, by.tenant(), &holder, &room).await?;
            let email = &invitation.email;
            if invitations::waiting_for(&*tx, by.tenant(), email, clock.now()).await?.is_some() {
                return Err(Error::Invited(email.to_string()));
            }
        }
        // Whoever sends it stands for it, so that it outlives the leave of whoever sent it first.
        let invited_by = Some(by.actor().person.id).filter(|_| !by.actor().is_operator());
        invitations::stand_for(&tx, id, invited_by).await?;
        let invitation = Invitation { invited_by, ..invitation };
        self.send_link(&tx, by.scope(), &invitation).await?;
        let entry = Entry::done(Action::InvitationResend, of(&invitation)).after(told(&invitation));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        invitations::by_id(self.platform.db.read(), by.tenant(), id).await?.ok_or(Error::NoInvitation)
    }

    /// Sends the link again to somebody whose account is there and whose password is yet to be chosen; false when there
    /// is no such link.
    pub async fn remind(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<bool, Error> {
        let db = self.platform.db.read();
        let member = store::by_user(db, by.tenant(), user).await?.ok_or(Error::NotFound)?;
        let open = invitations::open_of_person(db, by.tenant(), user).await?;
        match open.filter(|_| member.last_sign_in_at.is_none() && member.removed_at.is_none()) {
            Some(open) => self.resend(by, open.id).await.map(|_| true),
            None => Ok(false),
        }
    }

    /// How many invitations of the tenant wait for an answer.
    pub async fn waiting_invitations(&self, by: &Granted<ManageMembers>) -> Result<u64, Error> {
        Ok(invitations::count_waiting(self.platform.db.read(), by.tenant(), self.now()).await?)
    }
}

/// All mails of the slice.
pub const MAILS: [&Template; 2] = [&INVITATION, &FIRST_PASSWORD];

const INVITATION: Template =
    Template { name: "invitation", words: include_str!("../text/mails/invitation.en.txt") };

const FIRST_PASSWORD: Template =
    Template { name: "first password", words: include_str!("../text/mails/first-password.en.txt") };

//! The mail of an invitation, sent and sent again. Its link is in no other place.

use access::invitations::{self, Invitation, State};
use access::{Granted, ManageMembers, TenantRef, people};
use audit::{Action, Chain, Entry, Target};
use db::Tx;
use kernel::{InvitationId, UserId};
use mailer::Mail;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::actions::{live_holder, may_touch};
use crate::error::Error;
use crate::service::Members;
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

impl Members {
    /// Gives an invitation a new link and writes the mail that it goes with.
    pub async fn send_link(&self, tx: &Tx, tenant: &TenantRef, invitation: &Invitation) -> Result<(), Error> {
        let Some(portal) = &self.0.settings.portal else {
            return Err(Error::NotDone("the portal has no address, so there is no link to send".to_owned()));
        };
        let clock = &self.0.clock;
        let inviter = match invitation.invited_by {
            Some(user) => people::by_ids(&**tx, &[user]).await?.pop().map(|person| person.name),
            None => None,
        };
        let secret = invitations::give_link(tx, clock, invitation.id).await?;
        let link = SecretString::from(format!("{portal}/invitation/{}", secret.expose_secret()));
        let (subject, text) = said(invitation, &tenant.name, inviter.as_deref(), &link);
        let key = format!("{} {}", invitation.id, clock.now().micros());
        let mail = Mail { to: invitation.email.clone(), subject, text, html: None, key };
        Ok(mailer::enqueue(tx, clock, &mail).await?)
    }

    /// Whether there is an address that links can lead to.
    pub fn can_send_links(&self) -> bool {
        self.0.settings.portal.is_some()
    }

    /// Sends an invitation again, with a new link; the old one is dead.
    pub async fn resend(&self, by: &Granted<ManageMembers>, id: InvitationId) -> Result<Invitation, Error> {
        let (clock, tx) = (&self.0.clock, self.0.db.begin().await?);
        let holder = live_holder(&tx, by).await?;
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
        audit::append(&tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        tx.commit().await?;
        invitations::by_id(self.0.db.read(), by.tenant(), id).await?.ok_or(Error::NoInvitation)
    }

    /// Sends the link again to somebody whose account is there and whose password is yet to be chosen; false when there
    /// is no such link.
    pub async fn remind(&self, by: &Granted<ManageMembers>, user: UserId) -> Result<bool, Error> {
        let db = self.0.db.read();
        let member = store::by_user(db, by.tenant(), user).await?.ok_or(Error::NotFound)?;
        let open = invitations::open_of_person(db, by.tenant(), user).await?;
        match open.filter(|_| member.last_sign_in_at.is_none() && member.removed_at.is_none()) {
            Some(open) => self.resend(by, open.id).await.map(|_| true),
            None => Ok(false),
        }
    }

    /// How many invitations of the tenant wait for an answer.
    pub async fn waiting_invitations(&self, by: &Granted<ManageMembers>) -> Result<u64, Error> {
        Ok(invitations::count_waiting(self.0.db.read(), by.tenant(), self.now()).await?)
    }
}

fn said(
    invitation: &Invitation,
    workspace: &str,
    inviter: Option<&str>,
    link: &SecretString,
) -> (String, String) {
    let hello =
        if invitation.name.is_empty() { String::new() } else { format!("Hello {},\n\n", invitation.name) };
    let (subject, what, how) = if invitation.user.is_some() {
        let what = format!("there is an account for you at {workspace}.");
        (format!("Your account at {workspace}"), what, "Choose its password here:")
    } else {
        let who = inviter.map_or_else(|| "you are invited".to_owned(), |name| format!("{name} invites you"));
        let what = format!("{who} to work in {workspace}.");
        (format!("Invitation to {workspace}"), what, "Accept here:")
    };
    let what = if hello.is_empty() { capital(&what) } else { what };
    let text = format!(
        "{hello}{what}\n\n{how}\n\n{}\n\nThe link is good for seven days, and once. It is for you alone: whoever has it \
         gets in as you. If you did not expect this, do nothing.\n",
        link.expose_secret()
    );
    (subject, text)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}", letters.as_str())
}

//! Who is asked to be of the staff, asked again, or no longer asked. An address leads to a link and never to a right,
//! whoever holds it [A2].

use access::staff_invitations::{self as invitations, NewStaffInvitation, StaffInvitation};
use access::{Granted, ManagePartner, PartnerStatus, addressed, roles};
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{EmailAddress, InvitationId};
use serde_json::Value;

use partners::{Error as Refusal, Partner, live, locked};

use super::staff;
use crate::error::Error;
use crate::model::{MOST_STAFF, NewStaff};
use crate::recorded::Action;
use crate::service::PartnerStaff;

/// An invitation, as the log names it.
fn of(invitation: &StaffInvitation) -> Target {
    let email = invitation.email.to_string();
    let name = if invitation.name.is_empty() { &email } else { &invitation.name };
    Target::person("staff_invitation", &format!("{}/{}", invitation.partner, invitation.id), name, &email)
}

fn told(partner: &Partner, invitation: &StaffInvitation) -> Value {
    staff::audited(partner, invitation.role, &invitation.customers)
}

/// Links of a partner that is closed lead nowhere, so none is sent.
fn open(partner: &Partner) -> Result<(), Error> {
    match partner.status {
        PartnerStatus::Active => Ok(()),
        closed => Err(Refusal::WrongState { state: closed.as_str() }.into()),
    }
}

impl PartnerStaff {
    /// Invites somebody by mail.
    pub async fn invite(&self, by: &Granted<ManagePartner>, new: NewStaff) -> Result<StaffInvitation, Error> {
        let (clock, tx) = (&self.platform.clock, self.platform.db.begin().await?);
        let customers = self.chosen(&tx, by.partner(), &new.customers).await?;
        let partner = live(&tx, by.partner()).await?;
        open(&partner)?;
        self.check_invited(&tx, &partner, &new.email).await?;
        let new = NewStaffInvitation { email: new.email, name: new.name, role: new.role, customers };
        let invited_by = Some(by.actor().person.id).filter(|_| !by.actor().is_operator());
        let invitation = invitations::insert(&tx, clock, partner.id, &new, invited_by).await?;
        self.send_link(&tx, &partner, &invitation).await?;
        let entry = Entry::done(Action::StaffInvite, of(&invitation)).after(told(&partner, &invitation));
        audit::commit(tx, by.context(), Chain::Platform, entry).await?;
        self.invitation(by, invitation.id).await
    }

    async fn check_invited(&self, tx: &Tx, partner: &Partner, email: &EmailAddress) -> Result<(), Error> {
        let staff = roles::staff(&**tx, partner.id).await?;
        let waiting = invitations::all_waiting(&**tx, partner.id, self.now()).await?;
        if waiting.iter().any(|one| one.email == *email) {
            return Err(Error::Invited(email.to_string()));
        }
        if staff.len() + waiting.len() >= MOST_STAFF {
            return Err(Error::TooManyStaff);
        }
        match addressed::holder(&**tx, email).await? {
            Some(user) if staff.iter().any(|one| one.user == user) => Err(Error::Known(email.to_string())),
            _ => Ok(()),
        }
    }

    /// One invitation, as it is now.
    pub(crate) async fn invitation(
        &self,
        by: &Granted<ManagePartner>,
        id: InvitationId,
    ) -> Result<StaffInvitation, Error> {
        let found = invitations::by_id(self.platform.db.read(), by.partner(), id).await?;
        found.ok_or(Error::NoInvitation)
    }

    /// Sends an invitation again, with a new link; the old one is dead.
    pub async fn resend(
        &self,
        by: &Granted<ManagePartner>,
        id: InvitationId,
    ) -> Result<StaffInvitation, Error> {
        let tx = self.platform.db.begin().await?;
        let partner = live(&tx, by.partner()).await?;
        open(&partner)?;
        let invitation = self.unanswered(&tx, &partner, id).await?;
        if invitation.user.is_none() && invitation.expires_at <= self.now() {
            // One that had run out counted no more.
            self.check_invited(&tx, &partner, &invitation.email).await?;
        }
        // Whoever sends it stands for it from now on.
        let invited_by = Some(by.actor().person.id).filter(|_| !by.actor().is_operator());
        invitations::stand_for(&tx, id, invited_by).await?;
        let invitation = StaffInvitation { invited_by, ..invitation };
        self.send_link(&tx, &partner, &invitation).await?;
        let entry = Entry::done(Action::StaffResend, of(&invitation)).after(told(&partner, &invitation));
        audit::commit(tx, by.context(), Chain::Platform, entry).await?;
        self.invitation(by, id).await
    }

    /// Withdraws an invitation: its link is dead. Whose account was made for it, and who has yet to choose its password,
    /// goes with it.
    pub async fn revoke(
        &self,
        by: &Granted<ManagePartner>,
        id: InvitationId,
    ) -> Result<StaffInvitation, Error> {
        let tx = self.platform.db.begin().await?;
        let partner = locked(&tx, by.partner()).await?;
        let found = invitations::by_id(&*tx, partner.id, id).await?.ok_or(Error::NoInvitation)?;
        if found.revoked_at.is_some() && found.accepted_at.is_none() {
            return Ok(found);
        }
        let invitation = self.unanswered(&tx, &partner, id).await?;
        let known = roles::staff(&*tx, partner.id).await?;
        let made = known.iter().find(|one| Some(one.user) == invitation.user);
        let gone = match made {
            Some(one) => Some(staff::let_go(&tx, &self.platform.clock, &partner, one).await?),
            None => None,
        };
        invitations::revoke(&tx, id, self.now()).await?;
        if let Some(gone) = gone {
            audit::append(&tx, by.context(), Chain::Platform, gone).await?;
        }
        let entry = Entry::done(Action::StaffRevoke, of(&invitation)).before(told(&partner, &invitation));
        audit::commit(tx, by.context(), Chain::Platform, entry).await?;
        self.invitation(by, id).await
    }

    /// One that nobody has accepted or withdrawn.
    async fn unanswered(
        &self,
        tx: &Tx,
        partner: &Partner,
        id: InvitationId,
    ) -> Result<StaffInvitation, Error> {
        let found = invitations::by_id(&**tx, partner.id, id).await?.ok_or(Error::NoInvitation)?;
        if found.accepted_at.is_some() || found.revoked_at.is_some() {
            return Err(Error::InvitationOver(found.state(self.now()).as_str()));
        }
        Ok(found)
    }
}

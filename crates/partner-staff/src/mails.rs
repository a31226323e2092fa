//! The mail of an invitation to the staff. Its link is in no other place.

use access::allowances::{self, Purse};
use access::people;
use access::staff_invitations::{self, StaffInvitation};
use db::Tx;
use mailer::{Fill, Template};
use partners::Partner;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;
use crate::service::PartnerStaff;

/// All mails of the slice.
pub const MAILS: [&Template; 1] = [&INVITATION];

const INVITATION: Template =
    Template { name: "staff invitation", words: include_str!("../text/mails/staff-invitation.en.txt") };

impl PartnerStaff {
    /// Gives an invitation a new link and writes the mail that it goes with, in a locked partner.
    pub(crate) async fn send_link(
        &self,
        tx: &Tx,
        partner: &Partner,
        invitation: &StaffInvitation,
    ) -> Result<(), Error> {
        let deployment = &self.platform.deployment;
        let Some(portal) = &deployment.portal else { return Err(Error::NoPortal) };
        let clock = &self.platform.clock;
        let inviter = match invitation.invited_by {
            Some(user) => people::by_ids(&**tx, &[user]).await?.pop().map(|person| person.name),
            None => None,
        };
        let secret = staff_invitations::give_link(tx, clock, invitation.id).await?;
        let link = SecretString::from(format!("{portal}/staff-invitation/{}", secret.expose_secret()));
        let key = format!("{} {}", invitation.id, clock.now().micros());
        let fills = [
            ("partner", Fill::Data(&partner.name)),
            ("name", Fill::Data(&invitation.name)),
            ("inviter", Fill::Data(inviter.as_deref().unwrap_or_default())),
            ("link", Fill::Link(&link)),
        ];
        let mail = INVITATION.mail(invitation.email.clone(), key, &fills);
        let most = &deployment.allowances;
        let of_partner = Purse::MailsOfPartner(partner.id);
        allowances::spend(tx, clock, &of_partner, most).await?.map_err(Error::TooManyMails)?;
        let to_one = Purse::MailsTo(&invitation.email);
        allowances::spend(tx, clock, &to_one, most).await?.map_err(Error::TooManyMailsTo)?;
        Ok(mailer::enqueue(tx, clock, &mail).await?)
    }
}

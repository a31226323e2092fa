//! The link of an invitation to the staff. Opening it spends nothing, since programs open links in mails too; only accepting
//! does. Who has an account comes in by it; who has none gets one, and chooses its password.

use std::time::Duration;

use ::people::{Credential, own};
use access::account::{self, Account};
use access::staff_invitations::{self, StaffInvitation};
use access::{
    AcceptInvitation, Granted, Origin, PartnerRef, PartnerRole, PartnerStatus, Person, addressed, directory,
    people, roles,
};
use audit::{Chain, Context, Entry, Outcome};
use db::Tx;
use invitations::Dead;
use kernel::{Timestamp, UserId};
use memberships::{make, staff};
use partners::{Partner, apply, reach, rows};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::actions::target_of_staff;
use crate::error::Error;
use crate::recorded::Action;
use crate::service::PartnerStaff;

/// The longest that one may choose a password before somebody else may: the identity provider has answered by then.
const LEASE: Duration = Duration::from_mins(1);

/// An invitation whose link is good.
#[derive(Debug, Clone)]
pub struct Opened {
    pub invitation: StaffInvitation,
    /// Where to.
    pub partner: PartnerRef,
    /// Who invited, by name.
    pub inviter: Option<String>,
    /// Its address has an account, so that nobody gets a second one for it.
    pub has_account: bool,
}

/// What is typed by somebody who has no account.
pub struct Newcomer {
    /// Their name; none where it was given already.
    pub name: Option<String>,
    pub password: SecretString,
}

fn judged(invitation: &StaffInvitation, partner: &Partner, now: Timestamp) -> Result<(), Error> {
    use staff_invitations::State;
    match invitation.state(now) {
        State::Accepted => Err(Dead::Spent.into()),
        State::Revoked => Err(Dead::Revoked.into()),
        _ if !partner.is_live() => Err(Dead::Revoked.into()),
        State::Expired => Err(Dead::Expired.into()),
        State::Waiting if partner.status != PartnerStatus::Active => Err(Error::Closed),
        State::Waiting => Ok(()),
    }
}

/// Refuses a link that nobody stands for any more: whoever sent it might not send it today. Operators send as the platform,
/// which has no name here.
fn vouch(invitation: &StaffInvitation, by: &[Account]) -> Result<(), Error> {
    if invitation.invited_by.is_none() {
        return Ok(());
    }
    let own = by.first().filter(|account| !account.removed);
    let own = own.and_then(|by| by.rights.partners.iter().find(|own| own.partner.id == invitation.partner));
    match own.map(|own| own.role) {
        Some(PartnerRole::Owner) => Ok(()),
        Some(PartnerRole::Admin) if invitation.role != PartnerRole::Owner => Ok(()),
        _ => Err(Dead::Unvouched.into()),
    }
}

/// What a link leads to, in a locked partner.
struct Held {
    tx: Tx,
    partner: Partner,
    invitation: StaffInvitation,
}

impl PartnerStaff {
    /// What a link is about. Changes nothing.
    pub async fn open_link(&self, secret: &SecretString) -> Result<Opened, Error> {
        let db = self.platform.db.read();
        let invitation = staff_invitations::by_secret(db, secret).await?.ok_or(Dead::Unknown)?;
        let partner = rows::by_id(db, invitation.partner).await?.ok_or(Dead::Unknown)?;
        judged(&invitation, &partner, self.now())?;
        vouch(&invitation, &account::by_ids(db, invitation.invited_by.as_slice()).await?)?;
        let has_account = match invitation.user {
            Some(user) => {
                self.yet_to_choose(user).await?;
                false
            }
            None => addressed::holder(db, &invitation.email).await?.is_some(),
        };
        let inviter = match invitation.invited_by {
            Some(user) => people::by_ids(db, &[user]).await?.pop().map(|person| person.name),
            None => None,
        };
        Ok(Opened { partner: partner.reference(), invitation, inviter, has_account })
    }

    /// An account that was made for an invitation: its link chooses the first password, and none after that.
    async fn yet_to_choose(&self, user: UserId) -> Result<Person, Error> {
        let account = account::by_id(self.platform.db.read(), user).await?;
        let fresh = account.filter(|account| !account.removed && account.password_due);
        Ok(fresh.ok_or(Dead::Spent)?.person)
    }

    /// `taken` is until when this very attempt has the link to itself, once it has. Somebody stood for it as it was taken:
    /// what was begun then comes to its end.
    async fn hold(&self, secret: &SecretString, taken: Option<Timestamp>) -> Result<Held, Error> {
        let db = self.platform.db.read();
        let found = staff_invitations::by_secret(db, secret).await?.ok_or(Dead::Unknown)?;
        let tx = self.platform.db.begin().await?;
        // Chosen customers are locked before their partner.
        if let access::Customers::Chosen(ids) = &found.customers {
            directory::lock_customers(&tx, found.partner, ids).await?;
        }
        let partner = rows::lock(&tx, found.partner).await?.ok_or(Dead::Unknown)?;
        // The link may have died while it waited for its turn.
        let invitation = staff_invitations::by_secret(&*tx, secret).await?.ok_or(Dead::Unknown)?;
        judged(&invitation, &partner, self.now())?;
        let is_own = taken.is_some() && invitation.taken_until == taken;
        if !is_own {
            vouch(&invitation, &account::by_ids(&*tx, invitation.invited_by.as_slice()).await?)?;
        }
        Ok(Held { tx, partner, invitation })
    }

    /// Accepts as the person who is signed in, whatever their address.
    pub async fn join(
        &self,
        by: &Granted<AcceptInvitation>,
        secret: &SecretString,
    ) -> Result<PartnerRef, Error> {
        let Held { tx, partner, invitation } = self.hold(secret, None).await?;
        if invitation.user.is_some() {
            return Err(Dead::Spent.into());
        }
        let person = &by.actor().person;
        let known = roles::staff(&*tx, partner.id).await?;
        if known.iter().any(|one| one.user == person.id) {
            return Err(Error::StaffAlready(partner.name));
        }
        self.give_role(&tx, &partner, &invitation, person.id).await?;
        staff_invitations::accept(&tx, invitation.id, person.id, self.now()).await?;
        let entry =
            Entry::done(Action::StaffJoin, target_of_staff(&partner, person)).after(told(&invitation));
        audit::commit(tx, by.context(), Chain::Platform, entry).await?;
        Ok(partner.reference())
    }

    /// The role and the customers of an invitation, as far as they are still the partner's.
    async fn give_role(
        &self,
        tx: &Tx,
        partner: &Partner,
        invitation: &StaffInvitation,
        user: UserId,
    ) -> Result<(), Error> {
        let customers = match &invitation.customers {
            access::Customers::All => access::Customers::All,
            access::Customers::Chosen(ids) => {
                let own = directory::lock_customers(tx, partner.id, ids).await?;
                access::Customers::Chosen(own.into_iter().map(|tenant| tenant.id).collect())
            }
        };
        // Whoever is removed meanwhile is nobody's staff.
        if !staff::lock(tx, user).await? {
            return Err(access::Error::from(access::Denial::NotFound).into());
        }
        roles::set_partner_role(tx, &self.platform.clock, partner.id, user, invitation.role).await?;
        roles::set_customers(tx, partner.id, user, &customers).await?;
        Ok(apply::join(tx, &self.platform.clock, partner, user).await?)
    }

    /// Makes the account of somebody who has none, with the password that they chose. The link stays good until that is
    /// set, so that whoever is cut off in between opens it again.
    pub async fn accept(
        &self,
        secret: &SecretString,
        newcomer: &Newcomer,
        origin: &Origin,
    ) -> Result<(), Error> {
        let opened = self.open_link(secret).await?;
        let known = match opened.invitation.user {
            Some(user) => Some(self.yet_to_choose(user).await?),
            None => None,
        };
        let typed = newcomer.name.clone().unwrap_or_else(|| opened.invitation.name.clone());
        let name = known.as_ref().map_or(typed, |person| person.name.clone());
        let email = opened.invitation.email.to_string();
        own::judge(newcomer.password.expose_secret(), &name, &email).map_err(Error::WeakPassword)?;
        let person = match known {
            Some(person) => person,
            None if opened.has_account => return Err(Error::SignInFirst),
            None => {
                let room = self.memberships.room_for(&opened.invitation.email, Some(opened.invitation.id));
                self.make_invited(secret, &name, &room.await, origin).await?
            }
        };
        self.platform.reconciler.settle(&person.id.to_string(), self.platform.pace.settle).await?;
        let taken = self.take(secret, &person, origin).await?;
        let done = self.choose(person.id, &newcomer.password).await;
        let outcome = if done.is_ok() { Outcome::Ok } else { Outcome::Failed };
        self.finish(secret, &person, (taken, outcome), origin).await?;
        done
    }

    async fn choose(&self, user: UserId, password: &SecretString) -> Result<(), Error> {
        let credentials = self.people.set_everywhere(user, &[], password).await?;
        if credentials.sign_in == Credential::Set { Ok(()) } else { Err(Error::AccountPending) }
    }

    async fn make_invited(
        &self,
        secret: &SecretString,
        name: &str,
        room: &make::Room,
        origin: &Origin,
    ) -> Result<Person, Error> {
        let Held { tx, partner, invitation } = self.hold(secret, None).await?;
        if let Some(user) = invitation.user {
            // The same form came twice.
            return self.yet_to_choose(user).await;
        }
        let clock = &self.platform.clock;
        let made = staff::make(&tx, clock, room, &invitation.email, name).await;
        let person = made.map_err(|error| match error {
            memberships::Error::HasAccount(_) => Error::SignInFirst,
            other => other.into(),
        })?;
        staff_invitations::give_person(&tx, invitation.id, person.id).await?;
        self.give_role(&tx, &partner, &invitation, person.id).await?;
        let entry =
            Entry::done(Action::StaffAdd, target_of_staff(&partner, &person)).after(told(&invitation));
        audit::commit(tx, &self.as_invited(&person, origin), Chain::Platform, entry).await?;
        Ok(person)
    }

    /// Takes the link for a while, so that nobody else chooses its password meanwhile, and writes down what is about to
    /// happen: it may take effect and die before that could be done.
    async fn take(
        &self,
        secret: &SecretString,
        person: &Person,
        origin: &Origin,
    ) -> Result<Timestamp, Error> {
        let Held { tx, invitation, .. } = self.hold(secret, None).await?;
        if invitation.taken_until.is_some_and(|until| until > self.now()) {
            return Err(Dead::Taken.into());
        }
        let until = self.now().after(LEASE);
        staff_invitations::take(&tx, invitation.id, Some(until)).await?;
        let entry = chosen(&invitation, person);
        audit::commit(tx, &self.as_invited(person, origin), Chain::Platform, entry).await?;
        Ok(until)
    }

    /// Spends the link once the password is set; else leaves it to be followed again at once.
    async fn finish(
        &self,
        secret: &SecretString,
        person: &Person,
        (taken, outcome): (Timestamp, Outcome),
        origin: &Origin,
    ) -> Result<(), Error> {
        let Held { tx, partner, invitation } = self.hold(secret, Some(taken)).await?;
        // It took too long, and somebody else has it: the password may be theirs by now.
        if invitation.taken_until != Some(taken) {
            return Err(Dead::Taken.into());
        }
        let entry = if matches!(outcome, Outcome::Ok) {
            staff_invitations::accept(&tx, invitation.id, person.id, self.now()).await?;
            people::set_password_due(&tx, person.id, None).await?;
            Entry::done(Action::StaffJoin, target_of_staff(&partner, person)).after(told(&invitation))
        } else {
            staff_invitations::take(&tx, invitation.id, None).await?;
            chosen(&invitation, person).outcome(outcome)
        };
        Ok(audit::commit(tx, &self.as_invited(person, origin), Chain::Platform, entry).await?)
    }

    /// Whoever holds the link acts as the person whose account it makes, known to the log as that person is.
    fn as_invited(&self, person: &Person, origin: &Origin) -> Context {
        Context {
            actor: person.as_actor(),
            on_behalf_of: None,
            address: origin.address.clone(),
            user_agent: origin.user_agent.clone(),
            request_id: Some(origin.request_id),
            clock: self.platform.clock.clone(),
        }
    }
}

fn told(invitation: &StaffInvitation) -> serde_json::Value {
    json!({"role": invitation.role.as_str(), "reach": reach(&invitation.customers), "invitation": invitation.id})
}

fn chosen(invitation: &StaffInvitation, person: &Person) -> Entry {
    Entry::done(::people::Action::UserSetPassword, person.target())
        .after(json!({"invitation": invitation.id}))
}

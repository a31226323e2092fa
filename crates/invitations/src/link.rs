//! The link of an invitation. Opening it spends nothing, since programs open links in mails too; only accepting does.
//! Who has an account comes in by it; who has none gets one, and chooses its password.

use std::time::Duration;

use ::people::{Credential, Credentials, own};
use access::account::{self, Account};
use access::invitations::{self, Invitation, State};
use access::{AcceptInvitation, Granted, Origin, TenantRef, addressed, directory, people};
use addresses::LocalPart;
use audit::{Chain, Context, Entry, Outcome, Target};
use db::Tx;
use kernel::{Coded, Message, Timestamp};
use memberships::mails::of;
use memberships::make::{self, is_vouched_for};
use memberships::{Error as Refusal, Member, NewMember, NotDone, Status, audited, rows, target};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tenants::primary::{self, Holder};

use crate::error::Error;
use crate::recorded::Action;
use crate::service::Invitations;

/// The longest that one may choose a password before somebody else may: all upstreams have answered by then.
const LEASE: Duration = Duration::from_mins(1);

/// Why a link lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Coded)]
pub enum Dead {
    /// No invitation has it.
    #[coded(NotFound, "link-unknown")]
    Unknown,
    /// Somebody accepted.
    #[coded(Conflict, "link-spent")]
    Spent,
    /// It was withdrawn, or its workspace is gone.
    #[coded(Conflict, "link-revoked")]
    Revoked,
    /// Nobody accepted in time.
    #[coded(Conflict, "link-expired")]
    Expired,
    /// Its workspace is suspended.
    #[coded(Conflict, "link-closed")]
    Closed,
    /// The membership that was made for it is suspended.
    #[coded(Conflict, "link-suspended")]
    Suspended,
    /// Whoever sent it could not send it today.
    #[coded(Conflict, "link-unvouched")]
    Unvouched,
    /// Two follow it at once.
    #[coded(Conflict, "link-taken")]
    Taken,
}

/// An invitation whose link is good.
#[derive(Debug, Clone)]
pub struct Opened {
    pub invitation: Invitation,
    /// Where to.
    pub tenant: TenantRef,
    /// Who invited, by name.
    pub inviter: Option<String>,
    /// The address with which they will sign in; the mail may have gone to another one.
    pub account: String,
    /// Its address has an account, so that nobody gets a second one for it.
    pub has_account: bool,
}

/// What is typed by somebody who has no account.
pub struct Newcomer {
    /// Their name; none where it was given already.
    pub name: Option<String>,
    /// The password that they chose.
    pub password: SecretString,
}

fn judged(invitation: &Invitation, tenant: &TenantRef, now: Timestamp) -> Result<(), Dead> {
    match invitation.state(now) {
        State::Accepted => Err(Dead::Spent),
        State::Revoked => Err(Dead::Revoked),
        _ if !tenant.status.is_live() => Err(Dead::Revoked),
        State::Expired => Err(Dead::Expired),
        State::Waiting if !invitations::leads_into(tenant.status) => Err(Dead::Closed),
        State::Waiting => Ok(()),
    }
}

/// Refuses a link that nobody stands for any more: `by` is who sent it, `member` whose account was made for it.
fn vouch(invitation: &Invitation, tenant: &TenantRef, by: &[Account], member: &[Member]) -> Result<(), Dead> {
    let role = member.first().map_or(invitation.role, |member| member.role);
    let is_good = is_vouched_for(invitation, role, by.first(), tenant);
    if is_good { Ok(()) } else { Err(Dead::Unvouched) }
}

/// Whoever accepts can say nothing of a mailbox, so the nearest name will do.
fn as_new(invitation: &Invitation, name: &str) -> NewMember {
    let local = invitation.email.local();
    let nearest = || if local.parse::<LocalPart>().is_ok() { None } else { LocalPart::propose(local) };
    NewMember {
        name: name.to_owned(),
        email: invitation.email.clone(),
        role: invitation.role,
        mailbox: invitation.mailbox.as_deref().and_then(|local| local.parse().ok()).or_else(nearest),
    }
}

/// What a link leads to, in a locked tenant.
struct Held {
    tx: Tx,
    tenant: TenantRef,
    holder: Holder,
    invitation: Invitation,
}

impl Invitations {
    /// What a link is about. Changes nothing.
    pub async fn open_link(&self, secret: &SecretString) -> Result<Opened, Error> {
        let db = self.platform.db.read();
        let invitation = invitations::by_secret(db, secret).await?.ok_or(Dead::Unknown)?;
        let tenant = directory::tenants_by_ids(db, &[invitation.tenant]).await?.pop();
        let tenant = tenant.ok_or(Dead::Unknown)?;
        judged(&invitation, &tenant, self.platform.clock.now())?;
        let by = account::by_ids(db, invitation.invited_by.as_slice()).await?;
        let member = rows::of_users(db, tenant.id, invitation.user.as_slice()).await?;
        vouch(&invitation, &tenant, &by, &member)?;
        let email = invitation.email.to_string();
        let (account, has_account) = if let Some(user) = invitation.user {
            (self.yet_to_choose(&invitation, user).await?.email, false)
        } else {
            let has_account = addressed::holder(db, &invitation.email).await?.is_some();
            (email, has_account)
        };
        let inviter = match invitation.invited_by {
            Some(user) => people::by_ids(db, &[user]).await?.pop().map(|person| person.name),
            None => None,
        };
        Ok(Opened { invitation, tenant, inviter, account, has_account })
    }

    /// Where the person of an accepted invitation belongs by it: they open its link again, and learn that they are in.
    pub async fn joined(
        &self,
        secret: &SecretString,
        person: kernel::UserId,
    ) -> Result<Option<TenantRef>, Error> {
        let db = self.platform.db.read();
        let found = invitations::by_secret(db, secret).await?;
        let Some(own) = found.filter(|one| one.accepted_at.is_some() && one.user == Some(person)) else {
            return Ok(None);
        };
        let is_member =
            rows::by_user(db, own.tenant, person).await?.is_some_and(|it| it.removed_at.is_none());
        let tenant = directory::tenants_by_ids(db, &[own.tenant]).await?.pop();
        Ok(tenant.filter(|tenant| is_member && tenant.status.is_live()))
    }

    /// An account that was made for an invitation: its link chooses the first password, and none after that.
    async fn yet_to_choose(&self, invitation: &Invitation, user: kernel::UserId) -> Result<Member, Error> {
        let member = rows::by_user(self.platform.db.read(), invitation.tenant, user).await?;
        let fresh = member.filter(|member| member.last_sign_in_at.is_none()).ok_or(Dead::Spent)?;
        match fresh.status() {
            Status::Active => Ok(fresh),
            Status::Suspended => Err(Dead::Suspended.into()),
            Status::Removing => Err(Dead::Revoked.into()),
        }
    }

    /// `taken` is until when this very attempt has the link to itself, once it has. Somebody stood for it as it was taken:
    /// what was begun then comes to its end, and its record with it.
    async fn hold(&self, secret: &SecretString, taken: Option<Timestamp>) -> Result<Held, Error> {
        let found = invitations::by_secret(self.platform.db.read(), secret).await?.ok_or(Dead::Unknown)?;
        let tx = self.platform.db.begin().await?;
        let holder = primary::lock_holder(&tx, found.tenant).await?.ok_or(Dead::Unknown)?;
        // The link may have died while it waited for its turn.
        let invitation = invitations::by_secret(&*tx, secret).await?.ok_or(Dead::Unknown)?;
        let tenant = directory::tenants_by_ids(&*tx, &[invitation.tenant]).await?.pop();
        let tenant = tenant.ok_or(Dead::Unknown)?;
        judged(&invitation, &tenant, self.platform.clock.now())?;
        let is_own = taken.is_some() && invitation.taken_until == taken;
        if !is_own {
            let by = account::by_ids(&*tx, invitation.invited_by.as_slice()).await?;
            let member = rows::of_users(&*tx, tenant.id, invitation.user.as_slice()).await?;
            vouch(&invitation, &tenant, &by, &member)?;
        }
        Ok(Held { tx, tenant, holder, invitation })
    }

    /// Accepts as the person who is signed in, whatever their address: this is how one joins a second workspace.
    pub async fn join(
        &self,
        by: &Granted<AcceptInvitation>,
        secret: &SecretString,
    ) -> Result<(TenantRef, Member), Error> {
        let clock = &self.platform.clock;
        let Held { tx, tenant, holder, invitation } = self.hold(secret, None).await?;
        if invitation.user.is_some() {
            return Err(Dead::Spent.into());
        }
        let person = by.actor().person.clone();
        let new = as_new(&invitation, &person.name);
        let room = self.memberships.room(Some(invitation.id));
        let member = make::membership(&tx, clock, &tenant, &holder, &room, person, &new).await?;
        invitations::accept(&tx, invitation.id, member.user, clock.now()).await?;
        let entry = Entry::done(Action::InvitationAccept, of(&invitation)).after(audited(&member));
        audit::commit(tx, by.context(), Chain::Tenant(tenant.id), entry).await?;
        self.memberships.settle(&member).await?;
        Ok((tenant, member))
    }

    /// Makes the account of somebody who has none, with the password that they chose. The link stays good until that is
    /// set, so that whoever is cut off in between opens it again.
    pub async fn accept(
        &self,
        secret: &SecretString,
        newcomer: &Newcomer,
        origin: &Origin,
    ) -> Result<Credentials, Error> {
        let opened = self.open_link(secret).await?;
        let known = match opened.invitation.user {
            Some(user) => Some(self.yet_to_choose(&opened.invitation, user).await?),
            None => None,
        };
        let typed = newcomer.name.clone().unwrap_or_else(|| opened.invitation.name.clone());
        let name = known.as_ref().map_or(typed, |member| member.name.clone());
        own::judge(newcomer.password.expose_secret(), &name, &opened.account)
            .map_err(Refusal::WeakPassword)?;
        let member = match known {
            Some(member) => member,
            None if opened.has_account => return Err(Error::SignInFirst),
            None => {
                let room = self.memberships.room_for(&opened.invitation.email, Some(opened.invitation.id));
                self.make_invited(secret, &name, &room.await, origin).await?
            }
        };
        self.memberships.settle(&member).await?;
        let taken = self.take(secret, &member, origin).await?;
        let done = self.choose(&member, &newcomer.password).await;
        match done {
            Ok(credentials) => {
                self.seal(secret, &member, taken, origin).await?;
                Ok(credentials)
            }
            Err(error) => {
                self.let_go_of(secret, &member, taken, origin).await?;
                Err(error)
            }
        }
    }

    /// Takes the link for a while, so that nobody else chooses its password meanwhile, and writes down what is about to
    /// happen: it may take effect and die before that could be done.
    async fn take(
        &self,
        secret: &SecretString,
        member: &Member,
        origin: &Origin,
    ) -> Result<Timestamp, Error> {
        let Held { tx, tenant, invitation, .. } = self.hold(secret, None).await?;
        let now = self.platform.clock.now();
        if invitation.taken_until.is_some_and(|until| until > now) {
            return Err(Dead::Taken.into());
        }
        let until = now.after(LEASE);
        invitations::take(&tx, invitation.id, Some(until)).await?;
        let entry = chosen(&invitation, member);
        let context = self.as_invited(&tx, member, origin).await?;
        audit::commit(tx, &context, Chain::Tenant(tenant.id), entry).await?;
        Ok(until)
    }

    /// Leaves the link to be followed again at once.
    async fn let_go_of(
        &self,
        secret: &SecretString,
        member: &Member,
        taken: Timestamp,
        origin: &Origin,
    ) -> Result<(), Error> {
        let Held { tx, tenant, invitation, .. } = self.hold(secret, Some(taken)).await?;
        if invitation.taken_until == Some(taken) {
            invitations::take(&tx, invitation.id, None).await?;
        }
        let entry = chosen(&invitation, member).outcome(Outcome::Failed);
        let context = self.as_invited(&tx, member, origin).await?;
        Ok(audit::commit(tx, &context, Chain::Tenant(tenant.id), entry).await?)
    }

    async fn choose(&self, member: &Member, password: &SecretString) -> Result<Credentials, Error> {
        let credentials = self.people.set_on_credentials(std::slice::from_ref(member), password).await?;
        if let Some(why) = credentials.mailboxes.iter().find_map(|(_, credential)| match credential {
            Credential::Refused(why) => Some(why.clone()),
            _ => None,
        }) {
            return Err(Refusal::WeakPassword(Message::quoted(&why)).into());
        }
        // What a credential may still take leaves the link to be opened again.
        if credentials.sign_in != Credential::Set || credentials.any_failed() {
            return Err(Refusal::NotDone(NotDone::AccountPending).into());
        }
        Ok(credentials)
    }

    async fn make_invited(
        &self,
        secret: &SecretString,
        name: &str,
        room: &make::Room,
        origin: &Origin,
    ) -> Result<Member, Error> {
        let clock = &self.platform.clock;
        let Held { tx, tenant, holder, invitation } = self.hold(secret, None).await?;
        if let Some(user) = invitation.user {
            // The same form came twice.
            return self.yet_to_choose(&invitation, user).await;
        }
        let new = as_new(&invitation, name);
        let member =
            make::member(&tx, clock, &tenant, &holder, room, &new).await.map_err(|error| match error {
                Refusal::HasAccount(_) | Refusal::Known(_) => Error::SignInFirst,
                other => other.into(),
            })?;
        invitations::give_person(&tx, invitation.id, member.user).await?;
        let entry = Entry::done(memberships::Action::MemberCreate, target(&member)).after(audited(&member));
        let context = self.as_invited(&tx, &member, origin).await?;
        audit::commit(tx, &context, Chain::Tenant(tenant.id), entry).await?;
        Ok(member)
    }

    /// Spends the link: the password is theirs from now on.
    async fn seal(
        &self,
        secret: &SecretString,
        member: &Member,
        taken: Timestamp,
        origin: &Origin,
    ) -> Result<(), Error> {
        let Held { tx, tenant, invitation, .. } = self.hold(secret, Some(taken)).await?;
        // It took too long, and somebody else has it: the password may be theirs by now.
        if invitation.taken_until != Some(taken) {
            return Err(Dead::Taken.into());
        }
        invitations::accept(&tx, invitation.id, member.user, self.platform.clock.now()).await?;
        people::set_password_due(&tx, member.user, None).await?;
        let entry = Entry::done(Action::InvitationAccept, of(&invitation)).after(audited(member));
        let context = self.as_invited(&tx, member, origin).await?;
        Ok(audit::commit(tx, &context, Chain::Tenant(tenant.id), entry).await?)
    }

    /// Whoever holds the link acts as the person whose account it makes, known to the log as that person is: that somebody
    /// gave them an address shows nobody that it is theirs.
    async fn as_invited(&self, tx: &Tx, member: &Member, origin: &Origin) -> Result<Context, Error> {
        let person = people::by_ids(&**tx, &[member.user]).await?.pop();
        let person = person.ok_or_else(|| db::Error::damaged("users", "a member is nobody"))?;
        Ok(Context {
            actor: person.as_actor(),
            on_behalf_of: None,
            address: origin.address.clone(),
            user_agent: origin.user_agent.clone(),
            request_id: Some(origin.request_id),
            clock: self.platform.clock.clone(),
        })
    }
}

fn chosen(invitation: &Invitation, member: &Member) -> Entry {
    // An address that is only claimed names nobody.
    let email = if member.email_verified { member.email.as_str() } else { "" };
    let target = Target::person("user", &member.user, &member.name, email);
    Entry::done(::people::Action::UserSetPassword, target).after(json!({"invitation": invitation.id}))
}

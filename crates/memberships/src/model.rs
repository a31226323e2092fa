//! What a member is, and the rules that need nothing but what they are given. No I/O.

use access::{Person, TenantRole, TenantStatus};
use addresses::{LocalPart, MAILBOX, Mailbox};
use kernel::{Clock, DomainName, EmailAddress, Explain, MemberId, Message, TenantId, Timestamp, UserId};
use reconcile::Resource;

/// A person's membership in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Member {
    /// Its id, also the owner of what it needs upstream.
    pub id: MemberId,
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    pub name: String,
    /// Their address, with which they sign in.
    pub email: String,
    /// The UUID of their account at the identity provider, once it is known.
    pub account: Option<String>,
    /// True where Dezky did not make that account: it stays its owner's, and a workspace has no say over it [A16].
    pub own_account: bool,
    /// True where their address is more than what that account says.
    pub email_verified: bool,
    pub role: TenantRole,
    /// Since when the membership is closed.
    pub suspended_at: Option<Timestamp>,
    /// Their mailbox, as far as it is known.
    pub mailbox: Option<Mailbox>,
    /// Which mailbox, by the mail server's id, took a password of theirs. One that is made later has none.
    pub mailbox_key: Option<Key>,
    /// Which account, by its UUID, took one. One that is made later has none.
    pub sign_in_key: Option<Key>,
    /// When any of what opens with their password took one last.
    pub last_password_at: Option<Timestamp>,
    /// True where Dezky made the account; the password of any other is its owner's.
    pub has_made_account: bool,
    /// How much mail they may keep, in bytes; none leaves it to the mail server.
    pub mail_quota: Option<i64>,
    /// How many files they may keep, in bytes; none leaves it to the plan.
    pub storage_quota: Option<i64>,
    /// Since when their password is a generated one.
    pub password_due_since: Option<Timestamp>,
    /// True when that one opens nothing any more, since nobody replaced it in time.
    pub password_ended: bool,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i64,
    /// Since when they are a member.
    pub created_at: Timestamp,
    /// Since when they are being removed.
    pub removed_at: Option<Timestamp>,
}

/// That a credential upstream took a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The id upstream of what took it.
    pub holder: String,
    /// When that password was set.
    pub at: Timestamp,
}

/// Whether a credential opens with its person's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordState {
    /// What it opens is still being made.
    Waiting,
    /// It never took one: it was made later, or did not answer when the password was set.
    NoPassword,
    /// It took one, but not the one that was set last.
    Earlier,
    /// It took the one that was set last.
    Ready,
}

impl PasswordState {
    /// Of what has the id `made` upstream, once it is there.
    fn of(made: Option<&str>, key: Option<&Key>, last: Option<Timestamp>) -> Self {
        match (made, key) {
            (None, _) => Self::Waiting,
            (Some(id), Some(key)) if key.holder == id => {
                if last.is_some_and(|last| last > key.at) {
                    Self::Earlier
                } else {
                    Self::Ready
                }
            }
            (Some(_), _) => Self::NoPassword,
        }
    }

    /// Of a member's mailbox; `resources` are those of the member.
    pub fn of_mailbox(member: &Member, resources: &[Resource]) -> Self {
        let own = |resource: &&Resource| {
            resource.kind == MAILBOX && resource.owner == member.id.to_string() && resource.spec.is_some()
        };
        let made = resources.iter().find(own).and_then(|resource| resource.upstream_id.as_deref());
        Self::of(made, member.mailbox_key.as_ref(), member.last_password_at)
    }

    /// The word on the wire; none while there is nothing to open.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Waiting => None,
            Self::NoPassword => Some("none"),
            Self::Earlier => Some("earlier"),
            Self::Ready => Some("set"),
        }
    }
}

/// Where a membership stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It gives what its role gives.
    Active,
    /// Closed; nothing is lost.
    Suspended,
    /// Being removed.
    Removing,
}

impl Status {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removing => "removing",
        }
    }
}

impl Member {
    /// Somebody new, with the least role.
    pub(crate) fn new(clock: &Clock, tenant: TenantId, person: &Person, mailbox: Option<Mailbox>) -> Self {
        Self {
            id: MemberId::new(clock),
            tenant,
            user: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            account: person.sub.clone(),
            own_account: person.own_account,
            email_verified: person.email_verified,
            role: TenantRole::Member,
            suspended_at: None,
            mailbox,
            mailbox_key: None,
            sign_in_key: None,
            last_password_at: None,
            has_made_account: false,
            mail_quota: None,
            storage_quota: None,
            password_due_since: None,
            password_ended: false,
            last_sign_in_at: None,
            version: 1,
            created_at: clock.now(),
            removed_at: None,
        }
    }

    /// Where it stands. The tenant's own state plays no part.
    pub fn status(&self) -> Status {
        match (self.removed_at, self.suspended_at) {
            (Some(_), _) => Status::Removing,
            (None, Some(_)) => Status::Suspended,
            (None, None) => Status::Active,
        }
    }

    /// Whether their password signs them in; none where the account is their own.
    pub fn sign_in_state(&self) -> Option<PasswordState> {
        let state =
            || PasswordState::of(self.account.as_deref(), self.sign_in_key.as_ref(), self.last_password_at);
        self.has_made_account.then(state)
    }

    /// True where no password signs them in, though there is an account: it took none, or its time is over.
    pub fn lacks_password(&self) -> bool {
        self.sign_in_state() == Some(PasswordState::NoPassword) || self.password_ended
    }

    /// Whether the tenant lets the member in: effects are computed from both states, never copied
    /// from one to the other [E3].
    pub fn is_let_in(&self, tenant: TenantStatus) -> bool {
        tenant.is_open() && self.status() == Status::Active
    }
}

/// Somebody to be made a member.
#[derive(Debug, Clone)]
pub struct NewMember {
    pub name: String,
    /// The address with which they sign in.
    pub email: EmailAddress,
    pub role: TenantRole,
    /// What their mailbox is called; none takes it from the address.
    pub mailbox: Option<LocalPart>,
}

/// What can be changed of a member.
#[derive(Debug, Clone, Default)]
pub struct MemberChange {
    pub name: Option<String>,
    pub role: Option<TenantRole>,
    /// What the mailbox is called that they get; who has one keeps it.
    pub mailbox: Option<LocalPart>,
}

/// Those of these memberships that have a mailbox.
pub fn with_mailbox(memberships: &[Member]) -> Vec<MemberId> {
    memberships.iter().filter(|member| member.mailbox.is_some()).map(|member| member.id).collect()
}

/// The roles whose holders only owners may touch: else an admin could become one by resetting an owner's password.
pub fn needs_owner(role: TenantRole) -> bool {
    role == TenantRole::Owner
}

/// No mailbox can be called what stands before the `@` of an address, and nobody said what else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// What it can't be called.
    pub local: String,
    /// What it could be called.
    pub proposed: Option<LocalPart>,
}

impl Explain for Unnamed {
    fn message(&self) -> Message {
        match &self.proposed {
            Some(proposed) => Message::new("mailbox-unnamed-but").with("proposed", proposed.as_str()),
            None => Message::new("mailbox-unnamed"),
        }
        .with("local", &self.local)
    }
}

/// The mailbox of a new member: on the domain of their address if that is the tenant's, else on its primary one. What
/// can be no name there is put to whoever adds them where it is their own address, or mail to it would reach nobody;
/// where that lies elsewhere, the nearest name will do.
pub fn mailbox(
    new: &NewMember,
    own: &[DomainName],
    primary: Option<&DomainName>,
) -> Result<Mailbox, Unnamed> {
    let of_address = own.iter().find(|domain| *domain == new.email.domain());
    let unnamed = |local: &str| Unnamed { local: local.to_owned(), proposed: LocalPart::propose(local) };
    let local = match (&new.mailbox, new.email.local()) {
        (Some(local), _) => local.clone(),
        (None, local) => match (local.parse(), of_address) {
            (Ok(local), _) => local,
            (Err(_), Some(_)) => return Err(unnamed(local)),
            (Err(_), None) => LocalPart::propose(local).ok_or_else(|| unnamed(local))?,
        },
    };
    Ok(Mailbox { local, domain: of_address.or(primary).cloned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_on_the_addresss_own_domain_or_on_the_primary_one() {
        let domain = |text: &str| text.parse::<DomainName>().unwrap();
        let new = |email: &str| NewMember {
            name: "Anna".into(),
            email: email.parse().unwrap(),
            role: TenantRole::Member,
            mailbox: None,
        };
        let own = [domain("acme.test"), domain("acme.example")];
        let address =
            |email: &str| mailbox(&new(email), &own, Some(&own[0])).ok().and_then(|it| it.address());
        assert_eq!(address("anna@acme.example").as_deref(), Some("anna@acme.example"));
        assert_eq!(address("anna@elsewhere.test").as_deref(), Some("anna@acme.test"));
        assert_eq!(mailbox(&new("anna@elsewhere.test"), &[], None).unwrap().address(), None);
    }

    #[test]
    fn nobody_is_left_without_a_mailbox_without_a_word() {
        let own = ["acme.test".parse::<DomainName>().unwrap()];
        for (local, proposed) in
            [("o'brien", "obrien"), ("r&d", "r.d"), ("anna+x", "anna.x"), ("_svc", "svc"), ("x--", "x")]
        {
            let new = |domain: &str| NewMember {
                name: "Anna".into(),
                email: format!("{local}@{domain}").parse().unwrap(),
                role: TenantRole::Member,
                mailbox: None,
            };
            let asked = mailbox(&new("acme.test"), &own, Some(&own[0])).unwrap_err();
            assert_eq!(asked.proposed.as_ref().map(LocalPart::as_str), Some(proposed), "{local}");
            assert_eq!(asked.message().key(), Some("mailbox-unnamed-but"));
            let elsewhere = mailbox(&new("elsewhere.test"), &own, Some(&own[0])).unwrap();
            assert_eq!(elsewhere.address(), Some(format!("{proposed}@acme.test")));
        }
    }
}

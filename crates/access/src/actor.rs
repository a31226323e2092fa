//! The caller of a request, known and with rights.

use audit::{Context, Target};
use db::{Db, Error};
use kernel::id::RequestId;
use kernel::{Clock, Timestamp, UserId};

use crate::account::{self, Account};
use crate::directory::{PersonStatus, TenantRef};
use crate::rights::Rights;
use crate::role::Surface;
use crate::tables::users;

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their subject at the identity provider; none until they first sign in.
    pub sub: Option<String>,
    /// Their address, as far as anybody says.
    pub email: String,
    /// True on a domain that the tenant which made the account has proven, or where the identity provider vouches for the
    /// address; else it is only a claim.
    pub email_verified: bool,
    /// The address that the audit log knows them by: no claim of theirs changes it.
    pub known_as: Option<String>,
    /// True where Dezky did not make their account: it is theirs alone [A16].
    pub own_account: bool,
    /// Their name.
    pub name: String,
}

impl Person {
    /// The person, as the audit log names them.
    pub fn target(&self) -> Target {
        Target::person("user", &self.id, &self.name, self.known_as.as_deref().unwrap_or_default())
    }

    /// The person as the audit log names them: by who they are, never by an address that they can change.
    pub fn as_actor(&self) -> audit::Actor {
        audit::Actor::User {
            id: self.id,
            email: self.known_as.clone(),
            is_verified: self.email_verified && self.known_as.as_ref() == Some(&self.email),
            name: self.name.clone(),
        }
    }
}

pub(crate) fn person(row: &users::Model) -> Result<Person, Error> {
    Ok(Person {
        id: row.id.parse().map_err(|e: kernel::id::BadId| Error::damaged("users", e))?,
        sub: row.sub.clone(),
        email: row.email.clone(),
        email_verified: row.email_verified,
        known_as: row.known_as.clone(),
        own_account: !row.account_made && row.username.is_none(),
        name: row.name.clone(),
    })
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The caller's network address.
    pub address: Option<String>,
    /// The caller's program.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: RequestId,
}

/// Who calls: a person on a surface, with the rights that the database gives at this moment.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person.
    pub person: Person,
    /// The surface whose token or session they came with.
    pub surface: Surface,
    /// True while their password is a generated one: until they choose their own, they may do nothing else.
    pub password_due: bool,
    /// Their rights.
    pub rights: Rights,
    /// When their sign-in began, where that is known.
    pub(crate) began_at: Option<Timestamp>,
    /// Tenants of theirs that ended it.
    pub(crate) ended_in: Vec<TenantRef>,
    pub(crate) context: Context,
}

impl Actor {
    /// The actor of a person who has proven who they are; none when the account is gone.
    pub async fn load(
        db: &Db,
        user: UserId,
        surface: Surface,
        origin: &Origin,
        clock: &Clock,
    ) -> Result<Option<Self>, Error> {
        let account = account::by_id(db.read(), user).await?.filter(|account| !account.removed);
        Ok(account.map(|account| Self::of(account, surface, origin, clock)))
    }

    /// The actor of an account that is not removed, whose owner has proven who they are.
    pub fn of(account: Account, surface: Surface, origin: &Origin, clock: &Clock) -> Self {
        let Account { person, rights, password_due, .. } = account;
        let context = Context {
            actor: person.as_actor(),
            on_behalf_of: None,
            address: origin.address.clone(),
            user_agent: origin.user_agent.clone(),
            request_id: Some(origin.request_id),
            clock: clock.clone(),
        };
        Self { person, surface, password_due, rights, began_at: None, ended_in: Vec::new(), context }
    }

    /// The actor of a sign-in that began then: a tenant that ended it meanwhile gives nothing.
    pub fn signed_in_at(mut self, began: Timestamp) -> Self {
        self.began_at = Some(began);
        self.ended_in = self.rights.without_ended(began);
        self
    }

    /// True when tenants ended the sign-in and nothing else is left of it.
    pub fn is_signed_out(&self) -> bool {
        !self.ended_in.is_empty() && !self.rights.is_any()
    }

    /// The command line as an actor: whoever may run the binary with its configuration may do what an operator may. It
    /// has no account; the log names it `cli`.
    pub fn of_shell(clock: &Clock) -> Self {
        let person = Person {
            id: UserId::new(clock),
            sub: None,
            email: String::new(),
            email_verified: false,
            known_as: None,
            own_account: true,
            name: "Command line".to_owned(),
        };
        Self {
            person,
            surface: Surface::Operator,
            password_due: false,
            rights: Rights { platform_admin: true, ..Rights::default() },
            began_at: None,
            ended_in: Vec::new(),
            context: Context::system("cli", clock),
        }
    }

    /// The same person with the rights of this moment; none when the account is gone.
    pub(crate) async fn reload(&self, db: &Db) -> Result<Option<Self>, Error> {
        let account = account::by_id(db.read(), self.person.id).await?.filter(|account| !account.removed);
        let now = |account: Account| Self {
            password_due: account.password_due,
            rights: account.rights,
            ..self.clone()
        };
        let actor = account.map(now);
        Ok(match self.began_at {
            Some(began) => actor.map(|actor| actor.signed_in_at(began)),
            None => actor,
        })
    }

    /// Where the account is in its life; nobody acts with a removed one.
    pub fn status(&self) -> PersonStatus {
        if self.password_due { PersonStatus::PasswordDue } else { PersonStatus::Active }
    }

    /// True for a platform admin on the operator's surface.
    pub fn is_operator(&self) -> bool {
        self.surface == Surface::Operator && self.rights.platform_admin
    }

    /// What the audit log says of this caller.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

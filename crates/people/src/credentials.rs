//! The credentials of a person: sign-in and mailboxes. Passwords are set on them directly, with an audit record of the action
//! that asked for it; they never become desired state, since they are never stored.

use addresses::MAILBOX;
use kernel::{Timestamp, UserId};
use memberships::{Error, Key, Member, USER, keys};
use outbound::CallError;
use secrecy::SecretString;
use upstream_authentik::{Ended, User as Account};
use upstream_stalwart::PasswordSet;

use crate::service::People;

/// Where a password was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// At the identity provider: sign-in to everything but mail programs.
    pub sign_in: Credential,
    /// At the mailboxes, by their address.
    pub mailboxes: Vec<(String, Credential)>,
}

/// How a credential took a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// It is the password now.
    Set,
    /// It is not, since what it opens is not there yet; a new one can be made later.
    NotYet,
    /// It is not, for the upstream's reason.
    Refused(String),
    /// It may be or not: the upstream failed.
    Failed(String),
}

impl Credential {
    /// The word on the wire.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::NotYet => "not_yet",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }

    /// Why it isn't set, for people.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Set | Self::NotYet => None,
            Self::Refused(why) | Self::Failed(why) => Some(why),
        }
    }
}

impl Credentials {
    /// True when every credential took it.
    pub fn all_set(&self) -> bool {
        self.sign_in == Credential::Set
            && self.mailboxes.iter().all(|(_, credential)| *credential == Credential::Set)
    }

    /// True when one may still have the password of before.
    pub fn any_failed(&self) -> bool {
        let failed =
            |credential: &Credential| matches!(credential, Credential::Refused(_) | Credential::Failed(_));
        failed(&self.sign_in) || self.mailboxes.iter().any(|(_, credential)| failed(credential))
    }
}

impl People {
    /// Sets a password on the sign-in of a person and on the mailboxes of these memberships of theirs. The mailboxes
    /// come first: only the mail server judges passwords, and what it refuses is set nowhere.
    pub async fn set_on_credentials(
        &self,
        memberships: &[Member],
        password: &SecretString,
    ) -> Result<Credentials, Error> {
        let at = self.platform.clock.now();
        let mut credentials = Credentials { sign_in: Credential::NotYet, mailboxes: Vec::new() };
        for member in memberships {
            if let Some(address) = member.mailbox.as_ref().and_then(addresses::Mailbox::address) {
                let credential = self.set_on_mailbox(member, &address, password, at).await?;
                let is_refused = matches!(credential, Credential::Refused(_));
                credentials.mailboxes.push((address, credential));
                if is_refused {
                    return Ok(credentials);
                }
            }
        }
        if let Some(member) = memberships.first() {
            credentials.sign_in = self.set_on_sign_in(member.user, password, at).await?;
        }
        Ok(credentials)
    }

    /// The same for all that a person has: who is nobody's member signs in too.
    pub async fn set_everywhere(
        &self,
        user: UserId,
        memberships: &[Member],
        password: &SecretString,
    ) -> Result<Credentials, Error> {
        if memberships.is_empty() {
            let sign_in = self.set_on_sign_in(user, password, self.platform.clock.now()).await?;
            return Ok(Credentials { sign_in, mailboxes: Vec::new() });
        }
        self.set_on_credentials(memberships, password).await
    }

    async fn set_on_mailbox(
        &self,
        member: &Member,
        address: &str,
        password: &SecretString,
        at: Timestamp,
    ) -> Result<Credential, Error> {
        let (Some(stalwart), Some(id)) =
            (self.platform.upstreams.stalwart(), self.upstream_id(MAILBOX, address).await?)
        else {
            return Ok(Credential::NotYet);
        };
        Ok(match stalwart.set_password(&id, password).await {
            Ok(PasswordSet::Done) => {
                let tx = self.platform.db.begin().await?;
                keys::note_mailbox_key(&tx, member.user, member.id, &Key { holder: id, at }).await?;
                tx.commit_silently("which password was set is noted; who sets it records it").await?;
                Credential::Set
            }
            Ok(PasswordSet::Refused(why)) => Credential::Refused(why),
            Err(error) => failed("stalwart", &error),
        })
    }

    async fn set_on_sign_in(
        &self,
        user: UserId,
        password: &SecretString,
        at: Timestamp,
    ) -> Result<Credential, Error> {
        let Some(authentik) = self.platform.upstreams.authentik() else { return Ok(Credential::NotYet) };
        Ok(match self.whole_account(user).await? {
            Ok(Some(account)) => match authentik.set_password(account.id, password).await {
                Ok(()) => {
                    let tx = self.platform.db.begin().await?;
                    keys::note_sign_in_key(&tx, user, &Key { holder: account.uuid, at }).await?;
                    tx.commit_silently("which password was set is noted; who sets it records it").await?;
                    Credential::Set
                }
                Err(error) => failed("authentik", &error),
            },
            Ok(None) => Credential::NotYet,
            Err(error) => failed("authentik", &error),
        })
    }

    /// Ends every sign-in of a person at the identity provider [E4].
    pub(crate) async fn end_sign_ins(&self, user: UserId) -> Result<Result<Ended, CallError>, Error> {
        let Some(authentik) = self.platform.upstreams.authentik() else { return Ok(Ok(Ended::default())) };
        Ok(match self.account(user).await? {
            Ok(Some(id)) => authentik.end_everything(id).await,
            Ok(None) => Ok(Ended::default()),
            Err(error) => Err(error),
        })
    }

    /// The number of a person's account at the identity provider.
    pub async fn account(&self, user: UserId) -> Result<Result<Option<i64>, CallError>, Error> {
        Ok(self.whole_account(user).await?.map(|found| found.map(|account| account.id)))
    }

    async fn whole_account(&self, user: UserId) -> Result<Result<Option<Account>, CallError>, Error> {
        let Some(authentik) = self.platform.upstreams.authentik() else { return Ok(Ok(None)) };
        let sub = access::account::by_id(self.platform.db.read(), user).await?.and_then(|it| it.person.sub);
        let Some(uuid) = sub.or(self.upstream_id(USER, &user.to_string()).await?) else {
            return Ok(Ok(None));
        };
        Ok(authentik.user_of_uuid(&uuid).await)
    }

    /// The id upstream of something that is wanted, once it is known.
    pub async fn upstream_id(&self, kind: &str, name: &str) -> Result<Option<String>, Error> {
        let found = reconcile::named(self.platform.db.read(), kind, name).await?;
        Ok(found.filter(|found| found.spec.is_some()).and_then(|found| found.upstream_id))
    }
}

fn failed(upstream: &str, error: &CallError) -> Credential {
    tracing::warn!(upstream, %error, "a password was not set");
    Credential::Failed(error.to_string())
}

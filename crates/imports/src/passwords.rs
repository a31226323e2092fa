//! First passwords for those of an import to whom no link could go: made when somebody asks, given out once, in one
//! answer, and kept nowhere.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use access::{Granted, ManageMembers};
use addresses::{Fate, Mailbox};
use audit::{Chain, Entry};
use kernel::{ImportId, TenantId, Timestamp, UserId};
use memberships::{Member, live_holder};
use secrecy::SecretString;
use serde_json::json;

use crate::actions::of;
use crate::error::Error;
use crate::recorded::Action;
use crate::service::Imports;
use crate::store::{self, Unkeyed};

/// The most that are made at a time: each takes a few calls, and somebody waits for them.
const AT_ONCE: usize = 100;

/// Somebody, and their first password.
#[derive(Debug)]
pub struct Issued {
    /// Who.
    pub user: UserId,
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
    /// The address of their mailbox.
    pub mailbox: Option<String>,
    /// The password; none where not every way in took it.
    pub password: Option<SecretString>,
}

/// What somebody who asked for first passwords is given.
#[derive(Debug)]
pub struct Handed {
    /// Who, and what was made for them.
    pub people: Vec<Issued>,
    /// How many still have none.
    pub remaining: u32,
}

impl Imports {
    /// Makes first passwords, for at most a hundred people at a time; none that somebody was given before.
    pub async fn first_passwords(&self, by: &Granted<ManageMembers>, id: ImportId) -> Result<Handed, Error> {
        // Of those who ask at once one is given them.
        let Some(_turn) = Turn::take(&self.handing, (by.tenant(), id)) else {
            let remaining = self.unkeyed(by, id).await?.len();
            return Ok(Handed { people: Vec::new(), remaining: counted(remaining) });
        };
        let mut due = self.begin_passwords(by, id).await?;
        let mut remaining = due.len();
        due.truncate(AT_ONCE);
        let (mut people, at) = (Vec::new(), self.now());
        for (row, member) in due {
            // Each in a task of its own: whoever asked may go away, and nobody is left half way. Those who were not reached
            // are still due then.
            let (imports, by) = (self.clone(), by.clone());
            let making = async move { imports.first_password(&by, id, at, &row, member).await };
            let made = match self.making.spawn(telemetry::carried(making)).await {
                Ok(Ok(made)) => made,
                // What was made before is given out all the same.
                Ok(Err(error)) => {
                    tracing::warn!(import = %id, %error, "no more first passwords are made");
                    break;
                }
                Err(error) => {
                    tracing::error!(import = %id, %error, "making a first password came to no end");
                    break;
                }
            };
            if made.as_ref().is_none_or(|one| one.password.is_some()) {
                remaining = remaining.saturating_sub(1);
            }
            people.extend(made);
        }
        Ok(Handed { people, remaining: counted(remaining) })
    }

    /// Notes that first passwords are asked for, and gives all who are due.
    async fn begin_passwords(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<(Unkeyed, Member)>, Error> {
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        let import = store::by_id(&*tx, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        let due = store::without_password(&*tx, by.tenant(), id).await?;
        if due.is_empty() {
            return Ok(due);
        }
        let after = json!({"people": due.len().min(AT_ONCE)});
        let entry = Entry::done(Action::ImportPasswords, of(&import)).after(after);
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        Ok(due)
    }

    /// A first password for one of them; nothing where somebody else was given it meanwhile.
    async fn first_password(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
        at: Timestamp,
        row: &Unkeyed,
        member: Member,
    ) -> Result<Option<Issued>, Error> {
        let tx = self.platform.db.begin().await?;
        live_holder(&tx, by).await?;
        // Noted before it is done, so that it is given out once.
        if !store::note_password(&tx, id, row.number, by.actor().person.id, at).await? {
            return Ok(None);
        }
        tx.commit_silently("who gets a first password is noted before it is set").await?;
        let password = match self.members.reset_password(by, row.user, Fate::Ended).await {
            Ok(made) if made.credentials.all_set() => Some(made.password),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(user = %row.user, %error, "a first password was not made");
                None
            }
        };
        if password.is_none()
            && let Err(error) = self.note_unkeyed(id, row.number).await
        {
            tracing::error!(user = %row.user, %error, "somebody without a first password counts as given one");
        }
        Ok(Some(Issued {
            user: member.user,
            mailbox: member.mailbox.as_ref().and_then(Mailbox::address),
            name: member.name,
            email: member.email,
            password,
        }))
    }

    async fn note_unkeyed(&self, id: ImportId, line: i64) -> Result<(), Error> {
        let tx = self.platform.db.begin().await?;
        store::note_unkeyed(&tx, id, line, self.now()).await?;
        Ok(tx.commit_silently("a first password that was not set everywhere is noted").await?)
    }
}

/// Imports of which first passwords are being made.
pub type Handing = Mutex<HashSet<(TenantId, ImportId)>>;

/// The turn at an import's first passwords, which ends by itself.
struct Turn<'a> {
    handing: &'a Handing,
    import: (TenantId, ImportId),
}

impl<'a> Turn<'a> {
    /// The turn, if nobody has it.
    fn take(handing: &'a Handing, import: (TenantId, ImportId)) -> Option<Self> {
        let is_free = handing.lock().unwrap_or_else(PoisonError::into_inner).insert(import);
        // Only a turn that was taken may end.
        is_free.then(|| Self { handing, import })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.handing.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.import);
    }
}

fn counted(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use kernel::Clock;

    use super::*;

    #[test]
    fn the_turn_at_an_import_is_one_s_and_ends_with_them() {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let (handing, tenant) = (Handing::default(), TenantId::new(&clock));
        let [one, other] = [ImportId::new(&clock), ImportId::new(&clock)];
        let turn = Turn::take(&handing, (tenant, one));
        assert!(turn.is_some() && Turn::take(&handing, (tenant, one)).is_none());
        assert!(Turn::take(&handing, (tenant, other)).is_some(), "another import has its own");
        drop(turn);
        assert!(Turn::take(&handing, (tenant, one)).is_some());
    }
}

//! First passwords for those of an import to whom no link could go: made when somebody asks, given out once, in one
//! answer, and kept nowhere.

use access::{Granted, ManageMembers};
use audit::{Action, Chain, Entry};
use kernel::{ImportId, UserId};
use members::{AppPasswordFate, Mailbox, Member, live_holder, rows};
use secrecy::SecretString;
use serde_json::json;

use super::run::of;
use super::store::{self, Unkeyed};
use crate::error::Error;
use crate::service::Joining;

/// The most that are made at a time: each takes a few calls, and somebody waits for them.
const AT_ONCE: usize = 100;

/// Somebody, and their first password.
#[derive(Debug)]
pub struct Issued {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
    /// The address of their mailbox.
    pub mailbox: Option<String>,
    /// The password; none where not every way in took it.
    pub password: Option<SecretString>,
}

impl Joining {
    /// Those of an import who came by no password yet. Who signed in, or was given one on their page, did.
    pub(super) async fn unkeyed(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<(Unkeyed, Member)>, Error> {
        let db = self.0.db.read();
        let rows = store::unkeyed(db, id).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let members = rows::of_tenant(db, by.tenant()).await?;
        let waits = |row: Unkeyed| {
            let member = members.iter().find(|member| member.user == row.user)?;
            let is_due = member.password_due_since.is_some_and(|since| since <= row.made_at);
            let is_new = member.last_sign_in_at.is_none() && member.removed_at.is_none();
            (is_due && is_new).then(|| (row, member.clone()))
        };
        Ok(rows.into_iter().filter_map(waits).collect())
    }

    /// Makes first passwords, for at most a hundred people at a time.
    pub async fn first_passwords(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<Issued>, Error> {
        let import = store::by_id(self.0.db.read(), by.tenant(), id).await?.ok_or(Error::NoImport)?;
        let mut due = self.unkeyed(by, id).await?;
        due.truncate(AT_ONCE);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        // Said before it is done: two who ask at once don't undo each other's.
        let lines: Vec<i64> = due.iter().map(|(row, _)| row.number).collect();
        let tx = self.0.db.begin().await?;
        live_holder(&tx, by).await?;
        store::note_passwords(&tx, id, &lines, self.now()).await?;
        let entry = Entry::done(Action::ImportPasswords, of(&import)).after(json!({"people": lines.len()}));
        audit::append(&tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        tx.commit().await?;
        let mut issued = Vec::new();
        for (row, member) in due {
            issued.push(self.first_password(by, id, &row, member).await?);
        }
        Ok(issued)
    }

    async fn first_password(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
        row: &Unkeyed,
        member: Member,
    ) -> Result<Issued, Error> {
        let password = match self.0.members.reset_password(by, row.user, AppPasswordFate::Ended).await {
            Ok(made) if made.doors.all_set() => Some(made.password),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(user = %row.user, %error, "a first password was not made");
                None
            }
        };
        if password.is_none() {
            let tx = self.0.db.begin().await?;
            store::note_unkeyed(&tx, id, row.number, self.now()).await?;
            tx.commit().await?;
        }
        Ok(Issued {
            user: member.user,
            mailbox: member.mailbox.as_ref().and_then(Mailbox::address),
            name: member.name,
            email: member.email,
            password,
        })
    }
}

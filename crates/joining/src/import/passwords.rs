//! First passwords for those of an import to whom no link could go: made when somebody asks, given out once, in one
//! answer, and kept nowhere.

use std::collections::HashMap;

use access::{Granted, ManageMembers, people};
use audit::{Action, Chain, Entry};
use kernel::{ImportId, TenantId, UserId};
use members::{AppPasswordFate, Mailbox, Member, live_holder, rows};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde_json::json;

use super::run::of;
use super::store::{self, Handout, Unkeyed};
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
        unkeyed(self.0.db.read(), by.tenant(), id).await
    }

    /// When and to whom first passwords were given out, by their names.
    pub async fn handouts(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<(Handout, Option<String>)>, Error> {
        let db = self.0.db.read();
        store::by_id(db, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        let all = store::handouts(db, id).await?;
        let to: Vec<UserId> = all.iter().filter_map(|one| one.to).collect();
        let people = people::by_ids(db, &to).await?;
        let named = |one: Handout| {
            let person = people.iter().find(|person| Some(person.id) == one.to);
            (one, person.map(|person| person.name.clone()))
        };
        Ok(all.into_iter().map(named).collect())
    }

    /// Makes first passwords, for at most a hundred people at a time; none that somebody was given before.
    pub async fn first_passwords(
        &self,
        by: &Granted<ManageMembers>,
        id: ImportId,
    ) -> Result<Vec<Issued>, Error> {
        let tx = self.0.db.begin().await?;
        live_holder(&tx, by).await?;
        let import = store::by_id(&*tx, by.tenant(), id).await?.ok_or(Error::NoImport)?;
        // Read behind the lock, and noted before it is done: of those who ask at once one is given them.
        let mut due = unkeyed(&*tx, by.tenant(), id).await?;
        due.truncate(AT_ONCE);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let lines: Vec<i64> = due.iter().map(|(row, _)| row.number).collect();
        store::note_passwords(&tx, id, &lines, by.actor().person.id, self.now()).await?;
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

async fn unkeyed(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: ImportId,
) -> Result<Vec<(Unkeyed, Member)>, Error> {
    let rows = store::unkeyed(on, id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let members = rows::of_tenant(on, tenant).await?;
    let members: HashMap<UserId, Member> = members.into_iter().map(|member| (member.user, member)).collect();
    let waits = |row: Unkeyed| {
        let member = members.get(&row.user)?;
        let is_due = member.password_due_since.is_some_and(|since| since <= row.made_at);
        let is_new = member.last_sign_in_at.is_none() && member.removed_at.is_none();
        (is_due && is_new).then(|| (row, member.clone()))
    };
    Ok(rows.into_iter().filter_map(waits).collect())
}

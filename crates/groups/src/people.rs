//! Who is in a group: several people are added and taken out at once.

use access::{Granted, ManageGroups};
use audit::{Chain, Entry as Record};
use kernel::{GroupId, MemberId, UserId};
use memberships::roster::Entry;
use serde_json::json;

use crate::actions::{group_of, lock, target};
use crate::apply::{TenantContext, write};
use crate::error::Error;
use crate::model::{Group, MOST_PEOPLE};
use crate::recorded::Action;
use crate::service::Groups;
use crate::store;

/// The members that are meant, by the id of the person, their address or that of their mailbox; each once.
pub fn named(roster: &[Entry], named: &[String]) -> Result<Vec<MemberId>, Error> {
    let mut found: Vec<MemberId> = Vec::new();
    for text in named {
        let user = text.parse::<UserId>().ok();
        let is = |address: &str| address.eq_ignore_ascii_case(text);
        let is_meant = |entry: &&Entry| {
            let mailbox = entry.mailbox.as_ref().map(ToString::to_string);
            user == Some(entry.user) || is(&entry.email) || mailbox.is_some_and(|mailbox| is(&mailbox))
        };
        let entry = roster.iter().find(is_meant).ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            Error::NoSuchMember(shown)
        })?;
        if !found.contains(&entry.member) {
            found.push(entry.member);
        }
    }
    Ok(found)
}

fn users(roster: &[Entry], members: &[MemberId]) -> Vec<UserId> {
    roster.iter().filter(|entry| members.contains(&entry.member)).map(|entry| entry.user).collect()
}

impl Groups {
    /// Adds people to a group; who is in it already stays. Gives how many are new.
    pub async fn add(&self, by: &Granted<ManageGroups>, id: GroupId, who: &[String]) -> Result<usize, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = group_of(&tx, by, id, None).await?;
        let context = TenantContext::of(&tx, tenant).await?;
        let present = store::people_of(&*tx, id).await?;
        let mut new = named(&context.roster, who)?;
        new.retain(|member| !present.contains_key(member));
        if new.is_empty() {
            return Ok(0);
        }
        if present.len() + new.len() > MOST_PEOPLE {
            return Err(Error::TooManyPeople);
        }
        store::add_people(&tx, &before, &new, clock.now()).await?;
        let after = Group { version: before.version + 1, ..before };
        store::update(&tx, &after).await?;
        write(&tx, clock, &context, &after).await?;
        let said = json!({"members": users(&context.roster, &new)});
        let record = Record::done(Action::GroupAddMembers, target(&after)).after(said);
        audit::commit(tx, by.context(), Chain::Tenant(tenant), record).await?;
        self.settle(&after).await?;
        Ok(new.len())
    }

    /// Takes people out of a group; who is not in it stays out. Gives how many went.
    pub async fn take_out(
        &self,
        by: &Granted<ManageGroups>,
        id: GroupId,
        who: &[String],
    ) -> Result<usize, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = group_of(&tx, by, id, None).await?;
        let context = TenantContext::of(&tx, tenant).await?;
        let present = store::people_of(&*tx, id).await?;
        let mut gone = named(&context.roster, who)?;
        gone.retain(|member| present.contains_key(member));
        if gone.is_empty() {
            return Ok(0);
        }
        store::remove_people(&tx, id, &gone).await?;
        let after = Group { version: before.version + 1, ..before };
        store::update(&tx, &after).await?;
        write(&tx, clock, &context, &after).await?;
        let said = json!({"members": users(&context.roster, &gone)});
        let record = Record::done(Action::GroupRemoveMembers, target(&after)).before(said);
        audit::commit(tx, by.context(), Chain::Tenant(tenant), record).await?;
        self.settle(&after).await?;
        Ok(gone.len())
    }
}

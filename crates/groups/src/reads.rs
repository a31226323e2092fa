//! What is shown of groups.

use std::collections::BTreeMap;

use access::{Granted, ManageGroups};
use kernel::cursor::Page;
use kernel::name::search_key;
use kernel::{Cursor, GroupId, MemberId, Timestamp};
use memberships::roster::{self, Entry, Listed, Sought};
use memberships::{MEMBERSHIP, SPACE_MEMBERSHIP};
use provisioning::{DRIVE, GROUP};
use reconcile::{Resource, Status, StepError};

use crate::error::Error;
use crate::model::{Group, name_key};
use crate::service::Groups;
use crate::store;

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// The name.
    #[default]
    Name,
    /// How many people.
    People,
    /// When they were made.
    Made,
}

impl By {
    /// The word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::People => "people",
            Self::Made => "made",
        }
    }
}

/// An order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: By,
    /// Largest first.
    pub down: bool,
}

impl Order {
    /// From its word: `people`, or `-people` for the largest first.
    pub fn parse(word: &str) -> Option<Self> {
        let (name, down) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
        let by = [By::Name, By::People, By::Made].into_iter().find(|by| by.as_str() == name)?;
        Some(Self { by, down })
    }

    /// Its word.
    pub fn word(self) -> String {
        format!("{}{}", if self.down { "-" } else { "" }, self.by.as_str())
    }
}

/// A group in a list.
#[derive(Debug, Clone)]
pub struct Summary {
    pub group: Group,
    /// How many people it has.
    pub people: i64,
    /// What is under way or fails, if anything.
    pub undone: Option<Status>,
}

impl Summary {
    /// Where it stands in a list of this order.
    fn key(&self, by: By) -> Vec<String> {
        let first = match by {
            By::Name => name_key(&self.group.name),
            By::People => format!("{:08}", self.people),
            By::Made => format!("{:020}", self.group.created_at.micros()),
        };
        vec![first, self.group.id.to_string()]
    }
}

/// A person in a group.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub entry: Entry,
    /// Since when.
    pub added_at: Timestamp,
    /// Whether the ways in of the group are as they should be for them.
    pub status: Status,
}

/// What a group has upstream, or what its people have by it, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub kind: &'static str,
    /// The least good state of all.
    pub status: Status,
    /// Why that is.
    pub reason: Option<String>,
    /// What the last attempt ran into.
    pub error: Option<StepError>,
    /// How many attempts failed in a row.
    pub attempts: u32,
    /// When it was last tried.
    pub attempted_at: Option<Timestamp>,
    /// How many are done.
    pub done: usize,
    /// How many there are.
    pub all: usize,
}

impl Step {
    /// The upstream.
    pub fn upstream(&self) -> &'static str {
        self.kind.split('.').next().unwrap_or(self.kind)
    }
}

/// A group with what is known of it.
#[derive(Debug, Clone)]
pub struct Details {
    pub group: Group,
    /// Its people, by name.
    pub people: Vec<Person>,
    /// What it has upstream, in the order in which people read it.
    pub steps: Vec<Step>,
    /// Until when the files of a space that it no longer has are kept.
    pub files_until: Option<Timestamp>,
}

impl Details {
    /// Its people who get no mail to its address.
    pub fn without_mailbox(&self) -> impl Iterator<Item = &Entry> {
        let people = self.people.iter().filter(|_| self.group.address.is_some());
        people.map(|person| &person.entry).filter(|entry| entry.mailbox.is_none())
    }
}

/// The kinds of steps, in the order in which people read them.
const STEPS: [&str; 5] = [GROUP, MEMBERSHIP, mail::LIST, DRIVE, SPACE_MEMBERSHIP];

fn rank(status: Status) -> u8 {
    match status {
        Status::Error => 0,
        Status::Pending => 1,
        Status::Ok => 2,
        Status::Skipped => 3,
    }
}

fn steps(resources: &[Resource]) -> Vec<Step> {
    let step = |kind: &'static str| {
        let all: Vec<&Resource> =
            resources.iter().filter(|resource| resource.kind == kind && resource.spec.is_some()).collect();
        let worst = all.iter().min_by_key(|resource| rank(resource.status))?;
        Some(Step {
            kind,
            status: worst.status,
            reason: worst.reason.clone(),
            error: worst.error.clone(),
            attempts: worst.attempts,
            attempted_at: all.iter().filter_map(|resource| resource.attempted_at).max(),
            done: all.iter().filter(|resource| rank(resource.status) > 1).count(),
            all: all.len(),
        })
    };
    STEPS.into_iter().filter_map(step).collect()
}

/// The least good state of what somebody has by a group.
fn status_of(entry: &Entry, resources: &[Resource]) -> Status {
    let end = format!("/{}", entry.member);
    let own = resources.iter().filter(|resource| resource.spec.is_some() && resource.name.ends_with(&end));
    own.map(|resource| resource.status).min_by_key(|status| rank(*status)).unwrap_or(Status::Pending)
}

impl Groups {
    /// The groups of a tenant that are looked for.
    async fn sought(&self, by: &Granted<ManageGroups>, q: Option<&str>) -> Result<Vec<Group>, Error> {
        let mut groups = store::of_tenant(self.platform.db.read(), by.tenant()).await?;
        if let Some(q) = q.map(search_key) {
            let has = |text: &str| search_key(text).contains(&q);
            groups.retain(|group| {
                let address = group.address.as_ref().map(ToString::to_string);
                let texts = [Some(&group.name), group.description.as_ref(), address.as_ref()];
                texts.into_iter().flatten().any(|text| has(text)) || has(group.slug.as_str())
            });
        }
        Ok(groups)
    }

    /// A page of the groups of a tenant, and how many there are on all of them.
    pub async fn page(
        &self,
        by: &Granted<ManageGroups>,
        q: Option<&str>,
        order: Order,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<(Page<Summary>, u64), Error> {
        let db = self.platform.db.read();
        let groups = self.sought(by, q).await?;
        let count = u64::try_from(groups.len()).unwrap_or(u64::MAX);
        let counts = store::counts(db, by.tenant()).await?;
        let owners: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
        let mut undone: BTreeMap<String, Status> = BTreeMap::new();
        for (owner, status) in reconcile::undone(db, &owners).await? {
            let worst = undone.entry(owner).or_insert(status);
            *worst = (*worst).max(status);
        }
        let summary = |group: Group| {
            let id = group.id.to_string();
            let people = counts.get(&id).copied().unwrap_or_default();
            Summary { people, undone: undone.get(&id).copied(), group }
        };
        let mut all: Vec<Summary> = groups.into_iter().map(summary).collect();
        all.sort_by_cached_key(|summary| summary.key(order.by));
        if order.down {
            all.reverse();
        }
        let is_after = |summary: &Summary| {
            let key = summary.key(order.by);
            after.is_none_or(|after| if order.down { key < after.0 } else { key > after.0 })
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rest = all.into_iter().filter(is_after).take(limit.saturating_add(1)).collect();
        Ok((Page::from_overfull(rest, limit, |summary| summary.key(order.by)), count))
    }

    /// One group.
    pub async fn details(&self, by: &Granted<ManageGroups>, id: GroupId) -> Result<Details, Error> {
        let db = self.platform.db.read();
        let group = store::by_id(db, by.tenant(), id).await?.ok_or(Error::NotFound)?;
        let since = store::people_of(db, id).await?;
        let resources = reconcile::of_owner(db, &id.to_string()).await?;
        let person = |entry: Entry| {
            let added_at = *since.get(&entry.member)?;
            Some(Person { status: status_of(&entry, &resources), added_at, entry })
        };
        let ids: Vec<MemberId> = since.keys().copied().collect();
        let roster = roster::of_some(db, by.tenant(), &ids).await?;
        let former = resources.iter().find(|resource| resource.kind == DRIVE && resource.spec.is_none());
        Ok(Details {
            people: roster.into_iter().filter_map(person).collect(),
            steps: steps(&resources),
            files_until: former.and_then(|drive| drive.destroy_after),
            group,
        })
    }

    /// The first of those members who are not in a group, by name, and how many they are: those whom a text is part of
    /// the name or an address of.
    pub async fn others(
        &self,
        by: &Granted<ManageGroups>,
        id: GroupId,
        q: &str,
        most: u64,
    ) -> Result<Listed, Error> {
        let db = self.platform.db.read();
        let present: Vec<MemberId> = store::people_of(db, id).await?.into_keys().collect();
        Ok(roster::page(db, by.tenant(), Sought { q, without: &present }, None, most).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_said() {
        for word in ["name", "-name", "people", "-people", "made", "-made"] {
            assert_eq!(Order::parse(word).map(Order::word).as_deref(), Some(word));
        }
        for bad in ["", "-", "--name", "size"] {
            assert_eq!(Order::parse(bad), None, "{bad}");
        }
    }
}

//! Making, changing and removing groups. Each action is one transaction: the rows, what is wanted upstream, the audit
//! record.

use std::time::Duration;

use access::{Granted, ManageGroups, directory};
use addresses::AddressKind;
use audit::{Chain, Entry, Target};
use db::Tx;
use kernel::{EmailAddress, Expected, GroupId, Slug, TenantId, Timestamp};
use mail::OwnAddress;
use provisioning::DRIVE;
use serde_json::{Value, json};
use storage::spaces::{self, Space};

use crate::apply::{TenantContext, write_ordered};
use crate::error::Error;
use crate::model::{Group, GroupChange, MOST_GROUPS, NewGroup, name_key, slugs};
use crate::recorded::Action;
use crate::service::Groups;
use crate::{people, store};

pub(crate) fn target(group: &Group) -> Target {
    Target::thing("group", &group.id, &group.name)
}

fn audited(group: &Group) -> Value {
    json!({
        "name": group.name, "slug": group.slug, "description": group.description, "address": group.address,
        "spaceBytes": group.space,
    })
}

/// Locks the tenant: whatever is done to its groups is done one after another.
pub(crate) async fn lock(tx: &Tx, by: &Granted<ManageGroups>) -> Result<(), Error> {
    let tenant = directory::lock(tx, by.tenant()).await?.ok_or(Error::NotFound)?;
    if tenant.status.is_live() { Ok(()) } else { Err(Error::WrongState(tenant.status.as_str())) }
}

/// A group of a locked tenant, as the caller read it. `expected` is the version of that, if they said.
pub(crate) async fn group_of(
    tx: &Tx,
    by: &Granted<ManageGroups>,
    id: GroupId,
    expected: impl Into<Expected>,
) -> Result<Group, Error> {
    let group = store::by_id(&**tx, by.tenant(), id).await?.ok_or(Error::NotFound)?;
    if expected.into().fits(group.version) { Ok(group) } else { Err(Error::Stale) }
}

/// Refuses a name that another group has.
fn check_name(all: &[Group], name: &str, but: Option<GroupId>) -> Result<(), Error> {
    let is_other = |group: &&Group| group.removed_at.is_none() && Some(group.id) != but;
    let other = all.iter().filter(is_other).find(|group| name_key(&group.name) == name_key(name));
    other.map_or(Ok(()), |other| Err(Error::NameTaken(other.name.clone())))
}

/// The slug that was asked for, or the first free one of the name. That of a group of which something is left upstream
/// is not free.
fn free_slug(all: &[Group], new: &NewGroup) -> Result<Slug, Error> {
    let owner = |slug: &Slug| all.iter().find(|group| group.slug == *slug);
    let Some(slug) = &new.slug else {
        return slugs(&new.name).find(|slug| owner(slug).is_none()).ok_or(Error::TooMany);
    };
    match owner(slug) {
        None => Ok(slug.clone()),
        Some(group) if group.removed_at.is_some() => {
            Err(Error::SlugReserved { slug: slug.clone(), name: group.name.clone() })
        }
        Some(group) => Err(Error::SlugTaken { slug: slug.clone(), name: group.name.clone() }),
    }
}

async fn check_domain(tx: &Tx, tenant: TenantId, address: &OwnAddress) -> Result<(), Error> {
    let own = addresses::own_domains(&**tx, tenant).await?;
    if own.contains(address.domain()) { Ok(()) } else { Err(Error::foreign_domain(address.address())) }
}

fn share(group: &Group, bytes: i64) -> Space {
    Space { owner: group.id.to_string(), tenant: group.tenant, name: group.name.clone(), bytes }
}

/// What became of a group that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Until when the files of its space are kept, if it has any.
    pub files_until: Option<Timestamp>,
}

impl Groups {
    /// Makes a group, with its people.
    pub async fn create(&self, by: &Granted<ManageGroups>, new: NewGroup) -> Result<Group, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let all = store::all_of_tenant(&*tx, tenant).await?;
        if all.iter().filter(|group| group.removed_at.is_none()).count() >= MOST_GROUPS {
            return Err(Error::TooMany);
        }
        check_name(&all, &new.name, None)?;
        let slug = free_slug(&all, &new)?;
        let context = TenantContext::of(&tx, tenant).await?;
        let people = people::named(&context.roster, &new.people)?;
        let group = Group {
            id: GroupId::new(clock),
            tenant,
            slug,
            name: new.name,
            description: new.description,
            address: None,
            space: new.space,
            version: 1,
            created_at: clock.now(),
            removed_at: None,
        };
        let group = self.take_address(&tx, group, new.address.as_ref()).await?;
        if let Some(bytes) = group.space {
            spaces::claim(&tx, clock, &share(&group, bytes)).await?;
        }
        store::insert(&tx, &group).await?;
        store::add_people(&tx, &group, &people, clock.now()).await?;
        write_ordered(&tx, clock, &context, &group).await?;
        let mut said = audited(&group);
        said["members"] = json!(people.len());
        let entry = Entry::done(Action::GroupCreate, target(&group)).after(said);
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle(&group).await?;
        Ok(group)
    }

    /// Gives a group its address, or takes it; nobody gets mail to a former one.
    async fn take_address(
        &self,
        tx: &Tx,
        group: Group,
        address: Option<&OwnAddress>,
    ) -> Result<Group, Error> {
        let owner = group.id.to_string();
        let wanted = address.map(|own| own.address().clone());
        if wanted == group.address {
            return Ok(group);
        }
        if let Some(address) = address {
            check_domain(tx, group.tenant, address).await?;
        }
        addresses::release_all(tx, &owner).await?;
        let gone: Vec<EmailAddress> = group.address.iter().cloned().collect();
        self.platform.events.addresses_gone(tx, group.tenant, &gone).await?;
        if let Some(address) = &wanted {
            addresses::claim(tx, &self.platform.clock, group.tenant, address, AddressKind::Group, &owner)
                .await?;
            addresses::set_label(tx, &owner, &group.name).await?;
        }
        Ok(Group { address: wanted, ..group })
    }

    /// Changes a group. `expected` is the version that the caller read, if they said.
    pub async fn update(
        &self,
        by: &Granted<ManageGroups>,
        id: GroupId,
        change: GroupChange,
        expected: impl Into<Expected>,
    ) -> Result<Group, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = group_of(&tx, by, id, expected).await?;
        let mut after = before.clone();
        if let Some(name) = change.name {
            check_name(&store::all_of_tenant(&*tx, tenant).await?, &name, Some(id))?;
            after.name = name;
        }
        after.description = change.description.unwrap_or(after.description);
        after.space = change.space.unwrap_or(after.space);
        if let Some(address) = &change.address {
            after = self.take_address(&tx, after, address.as_ref()).await?;
        }
        let owner = id.to_string();
        if after == before {
            // Said again: what somebody changed upstream is put right.
            reconcile::look_again_at_all(&tx, clock, &owner).await?;
            let entry = Entry::done(Action::GroupUpdate, target(&before)).after(json!({"unchanged": true}));
            audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
            self.settle(&before).await?;
            return Ok(before);
        }
        after.version += 1;
        match after.space {
            Some(bytes) => spaces::claim(&tx, clock, &share(&after, bytes)).await?,
            None => spaces::release(&tx, &owner).await?,
        }
        addresses::set_label(&tx, &owner, &after.name).await?;
        store::update(&tx, &after).await?;
        write_ordered(&tx, clock, &TenantContext::of(&tx, tenant).await?, &after).await?;
        let entry =
            Entry::done(Action::GroupUpdate, target(&after)).before(audited(&before)).after(audited(&after));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle(&after).await?;
        Ok(after)
    }

    /// Removes a group: what it opened is closed at once, the files of its space are kept for a while.
    pub async fn remove(&self, by: &Granted<ManageGroups>, id: GroupId) -> Result<Removed, Error> {
        let (tenant, clock) = (by.tenant(), &self.platform.clock);
        let tx = self.platform.db.begin().await?;
        lock(&tx, by).await?;
        let before = group_of(&tx, by, id, None).await?;
        let people = store::people_of(&*tx, id).await?.len();
        let after = Group { removed_at: Some(clock.now()), version: before.version + 1, ..before.clone() };
        self.let_go(&tx, &after).await?;
        write_ordered(&tx, clock, &TenantContext::of(&tx, tenant).await?, &after).await?;
        let owner = id.to_string();
        let files_until = files_until(&tx, &owner).await?;
        let mut said = audited(&before);
        said["members"] = json!(people);
        let entry = Entry::done(Action::GroupRemove, target(&before))
            .before(said)
            .after(json!({"filesUntil": files_until}));
        audit::commit(tx, by.context(), Chain::Tenant(tenant), entry).await?;
        self.settle_removed(&owner).await?;
        Ok(Removed { files_until })
    }

    /// Lets a removed group go of its people, its address and its share of the storage.
    async fn let_go(&self, tx: &Tx, removed: &Group) -> Result<(), Error> {
        let owner = removed.id.to_string();
        store::update(tx, removed).await?;
        store::remove_everybody(tx, removed.id).await?;
        addresses::release_all(tx, &owner).await?;
        spaces::release(tx, &owner).await?;
        let gone: Vec<EmailAddress> = removed.address.iter().cloned().collect();
        Ok(self.platform.events.addresses_gone(tx, removed.tenant, &gone).await?)
    }

    /// Waits a moment for the upstreams, so that most answers show the finished state.
    pub(crate) async fn settle(&self, group: &Group) -> Result<(), Error> {
        self.platform.reconciler.settle(&group.id.to_string(), self.platform.pace.settle).await?;
        Ok(())
    }

    /// Waits a moment until all is gone that a group had, but for its files.
    async fn settle_removed(&self, owner: &str) -> Result<(), Error> {
        let deadline = tokio::time::Instant::now() + self.platform.pace.settle;
        loop {
            let left = reconcile::of_owner(self.platform.db.read(), owner).await?;
            let is_gone = left.iter().all(|resource| resource.destroy_after > Some(self.now()));
            if is_gone || tokio::time::Instant::now() >= deadline {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Until when the files of a space that is no longer wanted are kept.
async fn files_until(tx: &Tx, owner: &str) -> Result<Option<Timestamp>, Error> {
    let left = reconcile::of_owner(&**tx, owner).await?;
    Ok(left.into_iter().find(|resource| resource.kind == DRIVE).and_then(|drive| drive.destroy_after))
}

/// How often a request that waits for something to be gone looks.
const LOOK: Duration = Duration::from_millis(50);

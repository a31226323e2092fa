//! The service: what is used now, and what is given to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use access::{Granted, ManageStorage, TenantRef, ViewStorage};
use async_trait::async_trait;
use audit::{Chain, Entry, Target};
use db::{Db, Tx};
use kernel::cursor::Page;
use kernel::{Cursor, TenantId, UserId};
use memberships::quota::{self, Gifts, Given};
use memberships::roster::{self, Sought};
use platform::Platform;
use provisioning::DRIVE;
use reconcile::Outline;
use serde_json::json;
use tenants::storage::{self, NotKnown, Storage, UsageSource, Used};
use upstream_ocis::Usage;

use crate::error::Error;
use crate::model::{self, Drive, Found, Further, Overview, Share};
use crate::recorded::Action;
use crate::spaces;
use crate::usage::{Reader, Usages};

/// How long a page that has other things to say waits for the file service.
const PATIENCE: Duration = Duration::from_millis(800);

/// The storage of all tenants. Clones share it.
#[derive(Clone)]
pub struct Storages {
    pub(crate) platform: Platform,
    reader: Reader,
}

impl Storages {
    /// The service; `reader` asks the file service for everybody.
    pub fn new(platform: &Platform, reader: Reader) -> Self {
        Self { platform: platform.clone(), reader }
    }

    /// The storage of a tenant and who uses it.
    pub async fn overview(&self, by: &Granted<ViewStorage>) -> Result<Overview, Error> {
        self.of(by.tenant()).await?.ok_or(Error::NotFound)
    }

    async fn of(&self, tenant: TenantId) -> Result<Option<Overview>, Error> {
        let db = &self.platform.db;
        let Some(storage) = storage::of(db, tenant).await? else { return Ok(None) };
        let members = quota::of_tenant(db.read(), tenant).await?;
        let read = self.reader.read().await;
        let none = Usages::default();
        let usages = read.as_deref().unwrap_or(&none);
        let further = spaces::of_tenant(db.read(), tenant).await?;
        let spaces = further.iter().map(|space| space.owner.clone());
        let people = members.iter().map(|member| member.user);
        let resources = drives_of(db, tenant, spaces, people).await?;
        let known = Known::of(&resources);
        let gifts = quota::by_person(db, Some(tenant)).await?;
        let shares = members.into_iter().map(|member| share(member, &known, &gifts, usages)).collect();
        Ok(Some(Overview {
            space: known.space(&tenant.to_string(), usages),
            further: further
                .into_iter()
                .map(|space| Further { drive: known.space(&space.owner, usages), space })
                .collect(),
            shares,
            storage,
            read: read
                .as_ref()
                .map(|usages| usages.at.unwrap_or(self.platform.clock.now()))
                .map_err(Clone::clone),
        }))
    }

    /// A page of the members who have this in their name or an address, by name.
    pub async fn find<'a>(
        &self,
        overview: &'a Overview,
        q: &str,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Found<'a>, Error> {
        let (db, tenant) = (self.platform.db.read(), overview.storage.tenant);
        let listed = roster::page(db, tenant, Sought { q, without: &[] }, after, limit).await?;
        let shown: BTreeSet<UserId> = listed.page.items.iter().map(|entry| entry.user).collect();
        let shares = overview.shares.iter().filter(|share| shown.contains(&share.user));
        let shares: BTreeMap<UserId, &Share> = shares.map(|share| (share.user, share)).collect();
        let Page { items, next } = listed.page;
        let items = items.iter().filter_map(|entry| shares.get(&entry.user).copied()).collect();
        Ok(Found { page: Page { items, next }, all: listed.all })
    }

    /// Says what a member may keep; none is no limit of their own.
    pub async fn give(
        &self,
        by: &Granted<ManageStorage>,
        user: UserId,
        bytes: Option<i64>,
    ) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        let storage = locked(&tx, by.tenant()).await?;
        let all = quota::of_tenant(&*tx, by.tenant()).await?;
        let before = all.iter().find(|member| member.user == user).ok_or(Error::NoSuchMember)?;
        if before.bytes == bytes {
            return Ok(());
        }
        let room = spaces::room_in(&*tx, &storage).await?;
        room.check(before.bytes.unwrap_or(0), bytes.unwrap_or(0))?;
        let after = quota::set(&tx, clock, by.scope(), user, bytes).await?.ok_or(Error::NoSuchMember)?;
        spaces::note(&tx, clock, &storage).await?;
        let entry =
            Entry::done(Action::StorageGive, Target::person("member", &user, &after.name, &after.email))
                .before(json!({"storageQuota": before.bytes}))
                .after(json!({"storageQuota": after.bytes}));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        self.settle(&user.to_string()).await
    }

    /// Says what the space of a tenant may hold; none is its usual part of the storage.
    pub async fn give_space(&self, by: &Granted<ManageStorage>, bytes: Option<i64>) -> Result<(), Error> {
        let clock = &self.platform.clock;
        let tx = self.platform.db.begin().await?;
        let before = locked(&tx, by.tenant()).await?;
        let wanted = bytes.unwrap_or(before.space_by_default);
        if wanted == before.space && bytes.is_none() == before.space_follows {
            return Ok(());
        }
        spaces::room_in(&*tx, &before).await?.check(before.space, wanted)?;
        let after = storage::set_space(&tx, clock, by.tenant(), bytes).await?.ok_or(Error::NotFound)?;
        spaces::note(&tx, clock, &after).await?;
        let entry =
            Entry::done(Action::StorageGiveSpace, Target::thing("tenant", &by.tenant(), &by.scope().name))
                .before(json!({"spaceBytes": before.space}))
                .after(json!({"spaceBytes": after.space}));
        audit::commit(tx, by.context(), Chain::Tenant(by.tenant()), entry).await?;
        self.settle(&by.tenant().to_string()).await
    }

    /// Waits a moment for the file service, so that most answers show the new figures.
    async fn settle(&self, owner: &str) -> Result<(), Error> {
        self.platform.reconciler.settle(owner, self.platform.pace.settle).await?;
        self.reader.forget().await;
        Ok(())
    }

    /// What every open tenant uses, as far as it is known; none when the file service doesn't say.
    pub(crate) async fn of_all(&self) -> Result<Option<Vec<(Storage, model::Figures)>>, Error> {
        let db = &self.platform.db;
        let Ok(usages) = self.reader.read().await else { return Ok(None) };
        let tenants = storage::of_all(db).await?;
        let gifts = quota::by_person(db, None).await?;
        let mut people: BTreeMap<TenantId, Vec<UserId>> = BTreeMap::new();
        for (user, tenant) in gifts.iter().flat_map(|(user, by)| by.keys().map(move |tenant| (user, tenant)))
        {
            people.entry(*tenant).or_default().push(*user);
        }
        let mut further: BTreeMap<TenantId, Vec<String>> = BTreeMap::new();
        for space in spaces::everywhere(db.read()).await? {
            further.entry(space.tenant).or_default().push(space.owner);
        }
        let mut all = Vec::new();
        for storage in tenants {
            let users = people.remove(&storage.tenant).unwrap_or_default();
            let further = further.remove(&storage.tenant).unwrap_or_default();
            let figures = figures_of(db, &usages, storage.tenant, &users, &gifts, &further).await?;
            all.push((storage, figures));
        }
        Ok(Some(all))
    }
}

/// What the drives of a tenant, of its people and of further owners hold together.
async fn figures_of(
    db: &Db,
    usages: &Usages,
    tenant: TenantId,
    users: &[UserId],
    gifts: &Gifts,
    further: &[String],
) -> Result<model::Figures, db::Error> {
    let resources = drives_of(db, tenant, further.iter().cloned(), users.iter().copied()).await?;
    let known = Known::of(&resources);
    let space = known.space(&tenant.to_string(), usages);
    let further = further.iter().filter_map(|owner| known.space(owner, usages));
    let own = users.iter().filter_map(|user| known.part(*user, tenant, gifts, usages));
    let others: Vec<Drive> = further.chain(own).collect();
    Ok(model::figures(space.as_ref(), others.iter()))
}

async fn locked(tx: &Tx, tenant: TenantId) -> Result<Storage, Error> {
    let storage = storage::lock(tx, tenant).await?.ok_or(Error::NotFound)?;
    if storage.status.is_live() { Ok(storage) } else { Err(Error::WrongState(storage.status.as_str())) }
}

fn drive(usage: &Usage) -> Drive {
    Drive { id: usage.drive.clone(), name: usage.name.clone(), used: usage.used, total: usage.total }
}

fn share(member: Given, known: &Known<'_>, gifts: &Gifts, usages: &Usages) -> Share {
    Share {
        drive: known.part(member.user, member.tenant, gifts, usages),
        user: member.user,
        name: member.name,
        email: member.email,
        given: member.bytes,
    }
}

/// What says which drives in the file service are a tenant's and these people's. A person has further resources, which
/// are left out: there may be thousands of people.
async fn drives_of(
    db: &Db,
    tenant: TenantId,
    spaces: impl Iterator<Item = String>,
    people: impl Iterator<Item = UserId>,
) -> Result<Vec<Outline>, db::Error> {
    let people: Vec<String> = people.map(|user| user.to_string()).collect();
    let mut resources = reconcile::outlines_of(db.read(), &people, memberships::FILES_USER).await?;
    let spaces: Vec<String> = spaces.chain([tenant.to_string()]).collect();
    resources.extend(reconcile::outlines_of(db.read(), &spaces, DRIVE).await?);
    Ok(resources)
}

/// The ids that objects have in the file service, by their owners here.
struct Known<'a>(BTreeMap<String, &'a str>);

impl<'a> Known<'a> {
    fn of(resources: &'a [Outline]) -> Self {
        let ids = resources.iter().filter_map(|resource| {
            Some((format!("{} {}", resource.owner, resource.kind), resource.upstream_id.as_deref()?))
        });
        Self(ids.collect())
    }

    fn space(&self, owner: &str, usages: &Usages) -> Option<Drive> {
        let id = self.0.get(&format!("{owner} {DRIVE}"))?;
        usages.space(id).map(drive)
    }

    /// A person's own drive, as far as it counts in this tenant: what others give or keep is none of its business.
    fn part(&self, user: UserId, tenant: TenantId, gifts: &Gifts, usages: &Usages) -> Option<Drive> {
        let account = self.0.get(&format!("{user} {}", memberships::FILES_USER))?;
        let whole = usages.personal(account).map(drive)?;
        let Some(all) = gifts.get(&user).filter(|all| all.len() > 1) else { return Some(whole) };
        let here = all.get(&tenant).copied().flatten();
        let counted = whole.used.map(|bytes| model::part(bytes, here, all.values().copied()));
        Some(Drive { used: counted, total: here, ..whole })
    }
}

/// How full things are, for pages that have other things to say as well.
pub struct UsageOf(Db, Reader);

impl UsageOf {
    /// Reads through the same list.
    pub fn new(db: Db, reader: Reader) -> Self {
        Self(db, reader)
    }

    async fn usages(&self) -> Option<Arc<Usages>> {
        tokio::time::timeout(PATIENCE, self.1.read()).await.ok()?.ok()
    }
}

#[async_trait]
impl UsageSource for UsageOf {
    async fn of_tenant(&self, tenant: &TenantRef) -> Option<Used> {
        let usages = self.usages().await?;
        let storage = storage::of(&self.0, tenant.id).await.ok()??;
        let members = quota::of_tenant(self.0.read(), tenant.id).await.ok()?;
        let users: Vec<UserId> = members.iter().map(|member| member.user).collect();
        let gifts = quota::by_person(&self.0, Some(tenant.id)).await.ok()?;
        let further = spaces::of_tenant(self.0.read(), tenant.id).await.ok()?;
        let further: Vec<String> = further.into_iter().map(|space| space.owner).collect();
        let figures = figures_of(&self.0, &usages, tenant.id, &users, &gifts, &further).await.ok()?;
        figures.whole.then_some(Used { used: figures.used, total: storage.total })
    }

    async fn given_in(&self, tenant: TenantId) -> Result<i64, db::Error> {
        let Some(storage) = storage::of(&self.0, tenant).await? else { return Ok(0) };
        let room = spaces::room_in(self.0.read(), &storage).await?;
        Ok(model::sum([room.members, room.further].into_iter()))
    }

    async fn of_person(&self, user: UserId) -> Result<Option<Used>, NotKnown> {
        let account = reconcile::named(self.0.read(), memberships::FILES_USER, &user.to_string()).await;
        let account = account.map_err(|_| NotKnown)?.and_then(|account| account.upstream_id);
        let Some(account) = account else { return Ok(None) };
        let usages = self.usages().await.ok_or(NotKnown)?;
        let Some(own) = usages.personal(&account) else { return Ok(None) };
        match (own.used, own.total) {
            (Some(bytes), Some(total)) => Ok(Some(Used { used: bytes, total })),
            _ => Err(NotKnown),
        }
    }
}

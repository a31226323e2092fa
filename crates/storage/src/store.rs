//! What spaces beside a tenant's own take of its storage: whoever makes one claims its share here, so that all that is
//! given out stays within the plan.

use db::{Db, Tx};
use health::{OBJECT_STORAGE, PLAN, STORAGE_OVER};
use kernel::{Clock, TenantId};
use memberships::quota;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select};
use tenants::storage::{self, Storage};

use crate::error::Error;
use crate::model::{fits, sum};
use crate::tables::spaces;

/// A space beside the tenant's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Whose it is: the owner of its drive.
    pub owner: String,
    pub tenant: TenantId,
    /// What people call it.
    pub name: String,
    /// What it may hold, in bytes.
    pub bytes: i64,
}

/// What there is of a tenant's storage, and who has it, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What there is.
    pub total: i64,
    /// What the tenant's own space may hold.
    pub space: i64,
    /// What members are given together.
    pub members: i64,
    /// What further spaces take together.
    pub further: i64,
}

impl Room {
    /// What nobody has; negative when more was given than there is.
    pub fn free(&self) -> i64 {
        self.total - sum([self.space, self.members, self.further].into_iter())
    }

    /// Refuses to give one of these more than is left for it.
    pub(crate) fn check(&self, before: i64, after: i64) -> Result<(), Error> {
        let others = sum([self.space, self.members, self.further].into_iter()) - before;
        if fits(self.total, others, before, after) {
            return Ok(());
        }
        Err(Error::OverPlan { left: (self.total - others).max(0), room: *self })
    }
}

/// Who has a tenant's storage.
pub async fn room(db: &Db, tenant: TenantId) -> Result<Room, Error> {
    let storage = storage::of(db, tenant).await?.ok_or(Error::NotFound)?;
    Ok(room_in(db.read(), &storage).await?)
}

/// The same where the storage is known.
pub(crate) async fn room_in(on: &impl ConnectionTrait, storage: &Storage) -> Result<Room, db::Error> {
    let given = quota::of_tenant(on, storage.tenant).await?;
    let further = of_tenant(on, storage.tenant).await?;
    Ok(Room {
        total: storage.total,
        space: storage.space,
        members: sum(given.iter().filter_map(|given| given.bytes)),
        further: sum(further.iter().map(|space| space.bytes)),
    })
}

fn space(row: spaces::Model) -> Result<Space, db::Error> {
    let tenant = row.tenant_id.parse().map_err(|error| db::Error::damaged("further_spaces", error))?;
    Ok(Space { owner: row.owner, tenant, name: row.name, bytes: row.bytes })
}

async fn all(select: Select<spaces::Entity>, on: &impl ConnectionTrait) -> Result<Vec<Space>, db::Error> {
    let rows = select.order_by_asc(spaces::Column::Name).order_by_asc(spaces::Column::Owner).all(on).await?;
    rows.into_iter().map(space).collect()
}

/// The further spaces of a tenant, by name.
pub async fn of_tenant(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Space>, db::Error> {
    all(spaces::Entity::find().filter(spaces::Column::TenantId.eq(tenant.to_string())), on).await
}

/// Those of all tenants.
pub(crate) async fn everywhere(on: &impl ConnectionTrait) -> Result<Vec<Space>, db::Error> {
    all(spaces::Entity::find(), on).await
}

/// Takes a share of the storage for a space, or changes it; what is not left is refused. Locks the tenant.
pub async fn claim(tx: &Tx, clock: &Clock, wanted: &Space) -> Result<(), Error> {
    let storage = storage::lock(tx, wanted.tenant).await?.ok_or(Error::NotFound)?;
    let before = spaces::Entity::find_by_id(&wanted.owner).one(&**tx).await.map_err(db::Error::from)?;
    let before = before.map_or(0, |row| row.bytes);
    room_in(&**tx, &storage).await?.check(before, wanted.bytes)?;
    let row = spaces::Model {
        owner: wanted.owner.clone(),
        tenant_id: wanted.tenant.to_string(),
        name: wanted.name.clone(),
        bytes: wanted.bytes,
        created_at: clock.now().micros(),
    };
    let changed = [spaces::Column::Name, spaces::Column::Bytes];
    spaces::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(spaces::Column::Owner).update_columns(changed).to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(db::Error::from)?;
    Ok(note(tx, clock, &storage).await?)
}

/// Writes whether more is given out than there is, in a locked tenant [B6].
pub(crate) async fn note(tx: &Tx, clock: &Clock, storage: &Storage) -> Result<(), db::Error> {
    let code = (room_in(&**tx, storage).await?.free() < 0).then_some(STORAGE_OVER);
    findings::set(tx, clock.now(), storage.tenant, PLAN, OBJECT_STORAGE, code).await
}

/// Gives the share of a space back.
pub async fn release(tx: &Tx, owner: &str) -> Result<(), db::Error> {
    spaces::Entity::delete_by_id(owner).exec(&**tx).await?;
    Ok(())
}

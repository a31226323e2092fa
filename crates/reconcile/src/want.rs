//! Saying what should be, in the transaction of the action that decides it.

use db::{Error, Tx};
use kernel::{Clock, ResourceId, Timestamp};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::Value;

use crate::store::{Status, find};
use crate::tables::{history, resources};

/// One upstream object that should be there.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// Whose it is: a tenant's id, say.
    pub owner: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its name, unique in its kind.
    pub name: String,
    /// How it should be, without secrets: exactly the fields that Dezky owns.
    pub spec: Value,
}

/// Sets what should be. Says nothing new: does nothing. An [`Error::Duplicate`] means that another owner has it.
pub async fn want(tx: &Tx, clock: &Clock, want: &Want) -> Result<(), Error> {
    want_known(tx, clock, want, None).await
}

/// The same of an object that is there already and whose it is was proven otherwise: a person's account, by their
/// having signed in with it.
pub async fn want_known(tx: &Tx, clock: &Clock, want: &Want, upstream_id: Option<&str>) -> Result<(), Error> {
    tx.wake();
    let spec = want.spec.to_string();
    let now = clock.now().micros();
    let Some(row) = find(tx, &want.owner, want.kind, &want.name).await? else {
        let row =
            resources::Model { upstream_id: upstream_id.map(str::to_owned), ..first(clock, want, &spec) };
        let id = row.id.clone();
        resources::ActiveModel::from(row).insert_whole(tx).await?;
        return remember(tx, &id, 1, Some(spec), now).await;
    };
    if row.spec.as_deref() == Some(&spec) && row.destroy_after.is_none() {
        return Ok(());
    }
    let (id, version) = (row.id.clone(), row.spec_version + 1);
    let change = resources::ActiveModel {
        spec: Set(Some(spec.clone())),
        spec_version: Set(version),
        destroy_after: Set(None),
        ..if row.spec.is_none() { wanted_again(now) } else { due(now) }
    };
    update(tx, &id, change).await?;
    remember(tx, &id, version, Some(spec), now).await
}

/// Gives what is wanted another name; it stays the same object, which the new spec describes. An [`Error::Duplicate`]
/// means that another owner has the name.
pub async fn rename(tx: &Tx, owner: &str, kind: &str, from: &str, to: &str) -> Result<(), Error> {
    resources::Entity::update_many()
        .set(resources::ActiveModel { name: Set(to.to_owned()), ..Default::default() })
        .filter(resources::Column::Owner.eq(owner))
        .filter(resources::Column::Kind.eq(kind))
        .filter(resources::Column::Name.eq(from))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Says that all objects of a kind should be gone, and from when on they may be destroyed.
pub async fn destroy(tx: &Tx, clock: &Clock, owner: &str, kind: &str, after: Timestamp) -> Result<(), Error> {
    tx.wake();
    let rows = resources::Entity::find()
        .filter(resources::Column::Owner.eq(owner))
        .filter(resources::Column::Kind.eq(kind))
        .all(&**tx)
        .await?;
    let_go(tx, clock, rows, after).await
}

/// Says that one object should be gone, and from when on it may be destroyed.
pub async fn destroy_one(
    tx: &Tx,
    clock: &Clock,
    owner: &str,
    kind: &str,
    name: &str,
    after: Timestamp,
) -> Result<(), Error> {
    tx.wake();
    let row = find(tx, owner, kind, name).await?;
    let_go(tx, clock, row.into_iter().collect(), after).await
}

async fn let_go(tx: &Tx, clock: &Clock, rows: Vec<resources::Model>, after: Timestamp) -> Result<(), Error> {
    let now = clock.now().micros();
    for row in rows {
        if row.spec.is_none() {
            advance(tx, &row, after).await?;
            continue;
        }
        let version = row.spec_version + 1;
        let change = resources::ActiveModel {
            spec: Set(None),
            spec_version: Set(version),
            destroy_after: Set(Some(after.micros())),
            next_at: Set(after.micros()),
            ..due(now)
        };
        update(tx, &row.id, change).await?;
        remember(tx, &row.id, version, None, now).await?;
    }
    Ok(())
}

/// What goes already goes no later than is said now.
async fn advance(tx: &Tx, row: &resources::Model, after: Timestamp) -> Result<(), Error> {
    let after = after.micros();
    if row.destroy_after.is_none_or(|due| due <= after) {
        return Ok(());
    }
    let change =
        resources::ActiveModel { destroy_after: Set(Some(after)), next_at: Set(after), ..Default::default() };
    update(tx, &row.id, change).await
}

/// The same of one that was to go: nobody ordered its end any more, and it waits for nobody.
fn wanted_again(now: i64) -> resources::ActiveModel {
    resources::ActiveModel { ordered_at: Set(None), stopped_at: Set(None), stopped_in: Set(None), ..due(now) }
}

/// The change that makes a resource due at once, with a clean record.
fn due(now: i64) -> resources::ActiveModel {
    resources::ActiveModel {
        status: Set(Status::Pending.as_str().to_owned()),
        reason: Set(None),
        error: Set(None),
        obstacle: Set(None),
        attempts: Set(0),
        looks: Set(0),
        next_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

fn first(clock: &Clock, want: &Want, spec: &str) -> resources::Model {
    let now = clock.now().micros();
    resources::Model {
        id: ResourceId::new(clock).to_string(),
        owner: want.owner.clone(),
        kind: want.kind.to_owned(),
        name: want.name.clone(),
        spec: Some(spec.to_owned()),
        spec_version: 1,
        upstream_id: None,
        status: Status::Pending.as_str().to_owned(),
        reason: None,
        error: None,
        obstacle: None,
        attempts: 0,
        attempted_at: None,
        intent_at: None,
        next_at: now,
        lease_until: None,
        lease_holder: None,
        destroy_after: None,
        waits_for: None,
        looks: 0,
        turn: None,
        ordered_at: None,
        stopped_at: None,
        stopped_in: None,
        created_at: now,
        updated_at: now,
    }
}

async fn update(tx: &Tx, id: &str, change: resources::ActiveModel) -> Result<(), Error> {
    resources::Entity::update_many().set(change).filter(resources::Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

async fn remember(tx: &Tx, id: &str, version: i64, spec: Option<String>, now: i64) -> Result<(), Error> {
    let row = history::ActiveModel {
        resource_id: Set(id.to_owned()),
        spec_version: Set(version),
        spec: Set(spec),
        changed_at: Set(now),
    };
    row.insert(&**tx).await?;
    Ok(())
}

impl resources::ActiveModel {
    async fn insert_whole(self, tx: &Tx) -> Result<(), Error> {
        self.reset_all().insert(&**tx).await?;
        Ok(())
    }
}

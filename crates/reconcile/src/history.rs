//! What was wanted of objects, version by version.

use db::Error;
use kernel::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use crate::owned::of_owner;
use crate::tables::history;

/// What was wanted of an object from some moment on.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The kind of object.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Counts from 1.
    pub number: i64,
    /// How it should be; none when it should be gone.
    pub spec: Option<Value>,
    /// Since when.
    pub changed_at: Timestamp,
}

/// What was wanted of an owner's objects, the latest first.
pub async fn history(on: &impl ConnectionTrait, owner: &str) -> Result<Vec<Version>, Error> {
    let known = of_owner(on, owner).await?;
    let ids = known.iter().map(|resource| resource.id.as_str());
    let rows = history::Entity::find()
        .filter(history::Column::ResourceId.is_in(ids))
        .order_by_desc(history::Column::ChangedAt)
        .order_by_desc(history::Column::SpecVersion)
        .all(on)
        .await?;
    let version = |row: history::Model| {
        let resource = known.iter().find(|resource| resource.id == row.resource_id)?;
        let spec = row.spec.as_deref().map(serde_json::from_str).transpose();
        Some(spec.map_err(|error| Error::damaged("resource_history", error)).map(|spec| Version {
            kind: resource.kind.clone(),
            name: resource.name.clone(),
            number: row.spec_version,
            spec,
            changed_at: Timestamp::from_micros(row.changed_at),
        }))
    };
    rows.into_iter().filter_map(version).collect()
}

/// The last spec that was wanted of an object.
pub(crate) async fn last_spec(on: &impl ConnectionTrait, id: &str) -> Result<Option<Value>, Error> {
    let row = history::Entity::find()
        .filter(history::Column::ResourceId.eq(id))
        .filter(history::Column::Spec.is_not_null())
        .order_by_desc(history::Column::SpecVersion)
        .one(on)
        .await?;
    let spec = row.and_then(|row| row.spec).map(|spec| serde_json::from_str(&spec)).transpose();
    spec.map_err(|error| Error::damaged("resource_history", error))
}

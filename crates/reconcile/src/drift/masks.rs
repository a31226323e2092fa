//! What acceptances hide from plans, scans and steps.

use std::collections::BTreeMap;

use db::Error;
use kernel::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::{Acceptance, Difference, store};
use crate::kind::FieldChange;
use crate::tables::acceptances;

/// The acceptances of one object that count now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks(Vec<Acceptance>);

impl Masks {
    /// Nothing is hidden.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The acceptance of this difference between both sides.
    pub fn of_field(&self, change: &FieldChange) -> Option<&Acceptance> {
        self.0.iter().find(|acceptance| acceptance.subject.fields.contains(change))
    }

    /// Only the changes that nobody accepted.
    pub fn open(&self, changes: Vec<FieldChange>) -> Vec<FieldChange> {
        changes.into_iter().filter(|change| self.of_field(change).is_none()).collect()
    }

    /// The acceptance of a difference that concerns the object as a whole.
    pub fn of_whole(&self, difference: Difference) -> Option<&Acceptance> {
        self.0.iter().find(|acceptance| acceptance.subject.difference == difference)
    }
}

fn counting(now: Timestamp) -> Select<acceptances::Entity> {
    acceptances::Entity::find().filter(acceptances::Column::ExpiresAt.gt(now.micros()))
}

/// What hides differences of this object.
pub(crate) async fn of_object(
    on: &impl ConnectionTrait,
    now: Timestamp,
    object: &str,
) -> Result<Masks, Error> {
    let rows = counting(now).filter(acceptances::Column::Object.eq(object)).all(on).await?;
    rows.into_iter().map(store::read_acceptance).collect::<Result<_, _>>().map(Masks)
}

/// What hides differences, by object.
pub(crate) async fn of_owners(
    on: &impl ConnectionTrait,
    now: Timestamp,
    owners: &[String],
) -> Result<BTreeMap<String, Masks>, Error> {
    let rows = counting(now).filter(acceptances::Column::Owner.is_in(owners)).all(on).await?;
    by_object(rows)
}

/// What hides differences of objects of this kind, by object.
pub(super) async fn of_kind(
    on: &impl ConnectionTrait,
    now: Timestamp,
    kind: &str,
) -> Result<BTreeMap<String, Masks>, Error> {
    let rows = counting(now).filter(acceptances::Column::Kind.eq(kind)).all(on).await?;
    by_object(rows)
}

fn by_object(rows: Vec<acceptances::Model>) -> Result<BTreeMap<String, Masks>, Error> {
    let mut masks: BTreeMap<String, Masks> = BTreeMap::new();
    for row in rows {
        masks.entry(row.object.clone()).or_default().0.push(store::read_acceptance(row)?);
    }
    Ok(masks)
}

//! Sealing everything again with the first key. It may die anywhere and be repeated: a value is replaced only where it is
//! still the one that was read, in transactions of so many, the last of which records it.

use std::collections::BTreeMap;

use audit::{Chain, Context, Entry, Target};
use db::sealed::{self, Column, Resealed};
use db::{Db, Tx};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::error::Error;
use crate::recorded::Action;

/// What one transaction holds, so that it holds up nobody for long.
const BATCH: u64 = 200;

/// What came of a rotation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotated {
    /// How many values have the first key now, and had another.
    pub values: u64,
    /// How many can't be opened though their key is there.
    pub forged: u64,
    /// How many values each key seals now, by its fingerprint.
    pub keys: BTreeMap<String, u64>,
    /// How many of them are not sealed with the first.
    pub left: u64,
}

struct Rotation<'a> {
    db: &'a Db,
    columns: &'a [Column],
    by: &'a Context,
    /// How many values each key sealed before.
    before: BTreeMap<String, u64>,
    values: u64,
    forged: u64,
    is_recorded: bool,
}

/// Seals all values of these columns again with the first key of the database.
pub async fn rotate(db: &Db, columns: &[Column], by: &Context) -> Result<Rotated, Error> {
    let before = sealed::count(db.read(), columns).await?;
    let mut rotation = Rotation { db, columns, by, before, values: 0, forged: 0, is_recorded: false };
    for column in columns {
        let mut after = String::new();
        while let Some(last) = rotation.step(column, &after).await? {
            after = last;
        }
    }
    let keys = sealed::count(db.read(), columns).await?;
    let Rotation { values, forged, is_recorded, .. } = rotation;
    if values > 0 && !is_recorded {
        // Some can't be opened, or somebody else goes on sealing with an old key: none was seen to be the last.
        let tx = db.begin().await?;
        rotation.record(tx, &keys).await?;
    }
    let left = keys.iter().filter(|(id, _)| *id != db.keys().sealing()).map(|(_, many)| many).sum();
    Ok(Rotated { values, forged, keys, left })
}

impl Rotation<'_> {
    /// Seals some values of a column in a transaction; gives the last row that was looked at.
    async fn step(&mut self, column: &Column, after: &str) -> Result<Option<String>, Error> {
        let tx = self.db.begin().await?;
        let Resealed { values, forged, last, .. } = sealed::reseal(&tx, column, after, BATCH).await?;
        self.values += values;
        self.forged += forged;
        let Some(after) = last.as_deref().filter(|_| values > 0) else { return Ok(last) };
        let is_more = sealed::is_left(&*tx, tx.keys(), column, after).await?;
        let keys = if is_more || self.is_recorded { None } else { self.is_done(&*tx).await? };
        match keys {
            Some(keys) => {
                self.record(tx, &keys).await?;
                self.is_recorded = true;
            }
            None => tx.commit_silently("values are sealed again; the end of that is recorded").await?,
        }
        Ok(last)
    }

    /// How many values each key seals, where none is left that this can seal again.
    async fn is_done(&self, on: &impl ConnectionTrait) -> Result<Option<BTreeMap<String, u64>>, Error> {
        let keys = sealed::count(on, self.columns).await?;
        let old = self.db.keys().ids().skip(1);
        let left: u64 = old.filter_map(|id| keys.get(id)).sum();
        Ok((left <= self.forged).then_some(keys))
    }

    async fn record(&self, tx: Tx, keys: &BTreeMap<String, u64>) -> Result<(), Error> {
        let sealing = self.db.keys().sealing();
        let entry = Entry::done(Action::KeyRotate, Target::thing("key", &sealing, &sealing))
            .before(json!({"values": self.before}))
            .after(json!({"values": keys}));
        Ok(audit::commit(tx, self.by, Chain::Platform, entry).await?)
    }
}

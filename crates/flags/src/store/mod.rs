//! Every query on flags.

mod named;

use std::collections::{BTreeMap, BTreeSet};

use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Cursor, Needle, PartnerId, TenantId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Statement,
};
use tenants::Plan;

pub use named::{Named, Reached, partners_by_slugs, partners_of, reached, tenants_by_slugs, tenants_of};

use crate::model::{Flag, FlagId, Key, Kind, Rule};
use crate::tables::{flag_changes, flag_targets, flags};

/// The one row that counts the changes of all flags.
const ALL: &str = "all";
/// Rows that are named or written by one statement.
const AT_ONCE: usize = 1000;
const TENANT: &str = "tenant";
const PARTNER: &str = "partner";
const PLAN: &str = "plan";

type Targets = BTreeMap<String, Vec<flag_targets::Model>>;

fn flag(row: flags::Model, targets: Vec<flag_targets::Model>) -> Result<Flag, Error> {
    let damaged = |what: &str| Error::damaged("flags", format!("{what} of {}", row.id));
    let (mut tenants, mut partners, mut plans) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for target in targets {
        let is_read = match target.kind.as_str() {
            TENANT => target.target.parse::<TenantId>().map(|id| tenants.insert(id)).is_ok(),
            PARTNER => target.target.parse::<PartnerId>().map(|id| partners.insert(id)).is_ok(),
            PLAN => Plan::parse(&target.target).map(|plan| plans.insert(plan)).is_some(),
            _ => false,
        };
        if !is_read {
            return Err(damaged("target"));
        }
    }
    Ok(Flag {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        key: row.key.parse().map_err(|_| damaged("key"))?,
        rule: Rule {
            kind: Kind::parse(&row.kind).ok_or_else(|| damaged("kind"))?,
            share: row.share,
            tenants,
            partners,
            plans,
            starts_at: row.starts_at.map(Timestamp::from_micros),
            ends_at: row.ends_at.map(Timestamp::from_micros),
        },
        killed_at: row.killed_at.map(Timestamp::from_micros),
        version: row.version,
        created_at: Timestamp::from_micros(row.created_at),
        updated_at: Timestamp::from_micros(row.updated_at),
        updated_by: row.updated_by,
        description: row.description,
    })
}

fn row(flag: &Flag, change: i64, removed_at: Option<Timestamp>) -> flags::Model {
    let description = flag.description.as_deref().unwrap_or_default();
    flags::Model {
        id: flag.id.to_string(),
        key: flag.key.to_string(),
        find_key: find_key(&[flag.key.as_str(), description]),
        description: flag.description.clone(),
        kind: flag.rule.kind.as_str().to_owned(),
        share: flag.rule.share,
        starts_at: flag.rule.starts_at.map(Timestamp::micros),
        ends_at: flag.rule.ends_at.map(Timestamp::micros),
        killed_at: flag.killed_at.map(Timestamp::micros),
        version: flag.version,
        change,
        created_at: flag.created_at.micros(),
        updated_at: flag.updated_at.micros(),
        updated_by: flag.updated_by.clone(),
        removed_at: removed_at.map(Timestamp::micros),
    }
}

async fn targets(on: &impl ConnectionTrait, ids: &[String]) -> Result<Targets, Error> {
    let mut all = Targets::new();
    for ids in ids.chunks(AT_ONCE) {
        let named = flag_targets::Entity::find().filter(flag_targets::Column::FlagId.is_in(ids));
        for target in named.all(on).await? {
            all.entry(target.flag_id.clone()).or_default().push(target);
        }
    }
    Ok(all)
}

/// Flags with those that they name.
async fn whole(on: &impl ConnectionTrait, rows: Vec<flags::Model>) -> Result<Vec<Flag>, Error> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut targets = targets(on, &ids).await?;
    let with = |row: flags::Model| {
        let own = targets.remove(&row.id).unwrap_or_default();
        flag(row, own)
    };
    rows.into_iter().map(with).collect()
}

fn present() -> Select<flags::Entity> {
    flags::Entity::find().filter(flags::Column::RemovedAt.is_null())
}

/// What tells one state of all flags from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// When the database was last restored: numbers of before counted other changes.
    pub restored_at: Option<i64>,
    /// The number of the last change of any flag.
    pub change: i64,
}

/// How the database stands. It is asked each second, so it is one statement.
pub async fn mark(on: &impl ConnectionTrait) -> Result<Mark, Error> {
    let query = format!(
        "SELECT (SELECT change FROM flag_changes WHERE name = '{ALL}') AS change,
            (SELECT MAX(restored_at) FROM restores) AS restored_at"
    );
    let row = on.query_one_raw(Statement::from_string(on.get_database_backend(), query)).await?;
    let Some(row) = row else { return Ok(Mark { restored_at: None, change: 0 }) };
    let change: Option<i64> = row.try_get("", "change")?;
    Ok(Mark { restored_at: row.try_get("", "restored_at")?, change: change.unwrap_or(0) })
}

/// Takes the number of the next change: flags are changed one after another, so that none is passed over by whoever looks
/// for those since a number.
pub async fn next_change(tx: &Tx) -> Result<i64, Error> {
    let first = flag_changes::Model { name: ALL.to_owned(), change: 0 };
    let is_there =
        OnConflict::column(flag_changes::Column::Name).do_nothing_on([flag_changes::Column::Name]).to_owned();
    flag_changes::Entity::insert(first.clone().into_active_model())
        .on_conflict(is_there)
        .exec_without_returning(&**tx)
        .await?;
    let row = flag_changes::Entity::find_by_id(ALL).lock_exclusive().one(&**tx).await?.unwrap_or(first);
    let change = row.change + 1;
    flag_changes::Model { change, ..row }.into_active_model().reset_all().update(&**tx).await?;
    Ok(change)
}

/// What was changed after a change: the flags as they are now, and the ids of those that count as off: they were removed, or
/// hold what this program doesn't know, as a newer one may write it [A5].
pub async fn changed_since(
    on: &impl ConnectionTrait,
    change: i64,
) -> Result<(Vec<Flag>, Vec<FlagId>), Error> {
    let rows = flags::Entity::find().filter(flags::Column::Change.gt(change)).all(on).await?;
    let there = rows.iter().filter(|row| row.removed_at.is_none());
    let there: Vec<String> = there.map(|row| row.id.clone()).collect();
    let mut targets = targets(on, &there).await?;
    let (mut changed, mut off) = (Vec::new(), Vec::new());
    for row in rows {
        let (id, is_removed) = (row.id.clone(), row.removed_at.is_some());
        match flag(row, targets.remove(&id).unwrap_or_default()) {
            Ok(flag) if !is_removed => changed.push(flag),
            Ok(flag) => off.push(flag.id),
            Err(error) => {
                tracing::warn!(%error, flag = id, "a flag can't be read: it counts as off");
                off.extend(id.parse::<FlagId>().ok());
            }
        }
    }
    Ok((changed, off))
}

/// How many there are.
pub async fn count(on: &impl ConnectionTrait) -> Result<u64, Error> {
    Ok(present().count(on).await?)
}

/// The flag of a key.
pub async fn by_key(on: &impl ConnectionTrait, key: &Key) -> Result<Option<Flag>, Error> {
    let row = present().filter(flags::Column::Key.eq(key.as_str())).one(on).await?;
    Ok(whole(on, row.into_iter().collect()).await?.pop())
}

/// A page of flags, by key.
pub async fn page(
    on: &impl ConnectionTrait,
    q: Option<&Needle>,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Flag>, Error> {
    let mut select = present().order_by_asc(flags::Column::Key).limit(limit + 1);
    if let Some(key) = after.and_then(|cursor| cursor.0.first()) {
        select = select.filter(flags::Column::Key.gt(key));
    }
    for word in q.iter().flat_map(|needle| needle.words()) {
        let word = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = LikeExpr::new(format!("%{word}%")).escape('\\');
        select = select.filter(Expr::col(flags::Column::FindKey).like(like));
    }
    let rows = select.all(on).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let Page { items, next } = Page::from_overfull(rows, limit, |row| vec![row.key.clone()]);
    Ok(Page { items: whole(on, items).await?, next })
}

/// The flags that a needle finds, the best first.
pub async fn found(on: &impl ConnectionTrait, needle: &Needle, most: u64) -> Result<Vec<Flag>, Error> {
    let of = Condition::all().add(flags::Column::RemovedAt.is_null());
    let ids = find::best(on, Place { table: "flags", id: "id", of }, needle, most).await?;
    let rows = flags::Entity::find().filter(flags::Column::Id.is_in(ids.iter())).all(on).await?;
    Ok(find::in_order(&ids, whole(on, rows).await?, |flag| flag.id.to_string()))
}

pub async fn insert(tx: &Tx, new: &Flag, change: i64) -> Result<(), Error> {
    row(new, change, None).into_active_model().insert(&**tx).await?;
    let nobody = Rule::default();
    write_targets(tx, new.id, &nobody, &new.rule).await
}

pub async fn update(tx: &Tx, before: &Flag, after: &Flag, change: i64) -> Result<(), Error> {
    row(after, change, None).into_active_model().reset_all().update(&**tx).await?;
    write_targets(tx, after.id, &before.rule, &after.rule).await
}

/// Removes a flag. Its row stays, so that other instances learn of it.
pub async fn remove(tx: &Tx, gone: &Flag, change: i64, at: Timestamp) -> Result<(), Error> {
    row(gone, change, Some(at)).into_active_model().reset_all().update(&**tx).await?;
    let own = flag_targets::Column::FlagId.eq(gone.id.to_string());
    flag_targets::Entity::delete_many().filter(own).exec(&**tx).await?;
    Ok(())
}

/// Whom a rule names, as rows have it.
fn names(rule: &Rule) -> BTreeSet<(&'static str, String)> {
    let tenants = rule.tenants.iter().map(|id| (TENANT, id.to_string()));
    let partners = rule.partners.iter().map(|id| (PARTNER, id.to_string()));
    let plans = rule.plans.iter().map(|plan| (PLAN, plan.as_str().to_owned()));
    tenants.chain(partners).chain(plans).collect()
}

async fn write_targets(tx: &Tx, id: FlagId, before: &Rule, after: &Rule) -> Result<(), Error> {
    let (before, after, flag_id) = (names(before), names(after), id.to_string());
    for kind in [TENANT, PARTNER, PLAN] {
        let gone = before.difference(&after).filter(|(other, _)| *other == kind);
        let gone: Vec<&str> = gone.map(|(_, target)| target.as_str()).collect();
        for gone in gone.chunks(AT_ONCE) {
            flag_targets::Entity::delete_many()
                .filter(flag_targets::Column::FlagId.eq(&flag_id))
                .filter(flag_targets::Column::Kind.eq(kind))
                .filter(flag_targets::Column::Target.is_in(gone.iter().copied()))
                .exec(&**tx)
                .await?;
        }
    }
    let new = |(kind, target): &(&str, String)| flag_targets::Model {
        flag_id: flag_id.clone(),
        kind: (*kind).to_owned(),
        target: target.clone(),
    };
    let new: Vec<_> = after.difference(&before).map(new).collect();
    for new in new.chunks(AT_ONCE) {
        let rows = new.iter().cloned().map(|row| -> flag_targets::ActiveModel { row.into_active_model() });
        flag_targets::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

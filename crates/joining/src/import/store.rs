//! Every query on imports and their lines. The tenant comes from the proof of a right, save for work by the clock.

use access::Surface;
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::{Cursor, ImportId, TenantId, Timestamp, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::lines::{Line, Reason};
use super::tables::{import_rows, imports};
use super::{Counts, Fate, Import, Passwords};

/// Lines that are written by one statement.
const AT_ONCE: usize = 200;

fn import(row: imports::Model) -> Result<Import, Error> {
    let damaged = |what: &str| Error::damaged("imports", format!("{what} of {}", row.id));
    Ok(Import {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        started_by: row.started_by.parse().map_err(|_| damaged("starter"))?,
        // Those from before this was noted have the fewest rights.
        started_on: row.started_on.as_deref().and_then(Surface::parse).unwrap_or(Surface::Portal),
        passwords: Passwords::parse(Some(&row.passwords)),
        created_at: Timestamp::from_micros(row.created_at),
        cancelled_at: row.cancelled_at.map(Timestamp::from_micros),
        finished_at: row.finished_at.map(Timestamp::from_micros),
        stopped_by: row.stopped_by,
    })
}

fn line(row: import_rows::Model) -> Result<(Line, Fate), Error> {
    let damaged = || Error::damaged("import_rows", format!("line {} of {}", row.line, row.import_id));
    let fate = match row.state.as_str() {
        "waiting" => Fate::Waiting,
        "made" => Fate::Made(row.user_id.as_deref().and_then(|id| id.parse().ok()).ok_or_else(damaged)?),
        "left" => Fate::Left(Reason::of(row.reason.as_deref().unwrap_or_default())),
        _ => return Err(damaged()),
    };
    let line =
        Line { number: row.line, name: row.name, email: row.email, role: row.role, mailbox: row.mailbox };
    Ok((line, fate))
}

/// Writes an import with its lines.
pub async fn insert(tx: &Tx, new: &Import, lines: Vec<(Line, Fate)>) -> Result<(), Error> {
    let row = imports::Model {
        id: new.id.to_string(),
        tenant_id: new.tenant.to_string(),
        started_by: new.started_by.to_string(),
        started_on: Some(new.started_on.as_str().to_owned()),
        passwords: new.passwords.as_str().to_owned(),
        created_at: new.created_at.micros(),
        cancelled_at: None,
        finished_at: None,
        stopped_by: None,
    };
    row.into_active_model().insert(&**tx).await?;
    let row = |(line, fate): &(Line, Fate)| {
        import_rows::Model {
            import_id: new.id.to_string(),
            line: line.number,
            name: line.name.clone(),
            email: line.email.clone(),
            role: line.role.clone(),
            mailbox: line.mailbox.clone(),
            state: fate.as_str().to_owned(),
            reason: match fate {
                Fate::Left(reason) => Some(reason.0.to_owned()),
                Fate::Waiting | Fate::Made(_) => None,
            },
            user_id: None,
        }
        .into_active_model()
    };
    for some in lines.chunks(AT_ONCE) {
        import_rows::Entity::insert_many(some.iter().map(row)).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// One of a tenant.
pub async fn by_id(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: ImportId,
) -> Result<Option<Import>, Error> {
    let row = imports::Entity::find_by_id(id.to_string())
        .filter(imports::Column::TenantId.eq(tenant.to_string()))
        .one(on)
        .await?;
    row.map(import).transpose()
}

/// The last of a tenant, the newest first.
pub async fn latest(on: &impl ConnectionTrait, tenant: TenantId, most: u64) -> Result<Vec<Import>, Error> {
    let rows = imports::Entity::find()
        .filter(imports::Column::TenantId.eq(tenant.to_string()))
        .order_by_desc(imports::Column::Id)
        .limit(most)
        .all(on)
        .await?;
    rows.into_iter().map(import).collect()
}

/// Those that have something left to do.
pub async fn running(on: &impl ConnectionTrait) -> Result<Vec<Import>, Error> {
    let rows = imports::Entity::find()
        .filter(imports::Column::FinishedAt.is_null())
        .order_by_asc(imports::Column::Id)
        .all(on)
        .await?;
    rows.into_iter().map(import).collect()
}

/// Notes that nothing is left to do, and who stopped it if it was before its end.
pub async fn finish(tx: &Tx, id: ImportId, now: Timestamp, stopped_by: Option<&str>) -> Result<(), Error> {
    let change = imports::ActiveModel {
        finished_at: Set(Some(now.micros())),
        cancelled_at: Set(stopped_by.map(|_| now.micros())),
        stopped_by: Set(stopped_by.map(str::to_owned)),
        ..Default::default()
    };
    imports::Entity::update_many()
        .set(change)
        .filter(imports::Column::Id.eq(id.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn of(id: ImportId) -> sea_orm::Select<import_rows::Entity> {
    import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .order_by_asc(import_rows::Column::Line)
}

/// The numbers of lines of which nothing was made yet.
pub async fn waiting(on: &impl ConnectionTrait, id: ImportId, most: u64) -> Result<Vec<i64>, Error> {
    let rows = of(id).filter(import_rows::Column::State.eq("waiting")).limit(most).all(on).await?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}

/// One line.
pub async fn one(
    on: &impl ConnectionTrait,
    id: ImportId,
    number: i64,
) -> Result<Option<(Line, Fate)>, Error> {
    let row = import_rows::Entity::find_by_id((id.to_string(), number)).one(on).await?;
    row.map(line).transpose()
}

/// A page of lines; only those of which nobody was made, or all.
pub async fn page(
    on: &impl ConnectionTrait,
    id: ImportId,
    only_left: bool,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<(Line, Fate)>, Error> {
    let mut found = of(id).limit(limit + 1);
    if only_left {
        found = found.filter(import_rows::Column::State.eq("left"));
    }
    if let Some(number) = after.and_then(|cursor| cursor.0.first()?.parse::<i64>().ok()) {
        found = found.filter(import_rows::Column::Line.gt(number));
    }
    let rows = found.all(on).await?.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let key = |(line, _): &(Line, Fate)| vec![line.number.to_string()];
    Ok(Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// Writes what became of a line.
pub async fn settle(tx: &Tx, id: ImportId, number: i64, fate: &Fate) -> Result<(), Error> {
    let (reason, user) = match fate {
        Fate::Waiting => (None, None),
        Fate::Made(user) => (None, Some(user.to_string())),
        Fate::Left(reason) => (Some(reason.0.to_owned()), None),
    };
    let change = import_rows::ActiveModel {
        state: Set(fate.as_str().to_owned()),
        reason: Set(reason),
        user_id: Set(user),
        ..Default::default()
    };
    import_rows::Entity::update_many()
        .set(change)
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .filter(import_rows::Column::Line.eq(number))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// How many lines are how far, and who was made; what they have upstream is for others to say.
pub async fn counts(on: &impl ConnectionTrait, id: ImportId) -> Result<(Counts, Vec<UserId>), Error> {
    let rows: Vec<(String, Option<String>)> = import_rows::Entity::find()
        .select_only()
        .column(import_rows::Column::State)
        .column(import_rows::Column::UserId)
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .into_tuple()
        .all(on)
        .await?;
    let (mut counts, mut made) = (Counts::default(), Vec::new());
    for (state, user) in rows {
        match state.as_str() {
            "made" => counts.made += 1,
            "left" => counts.left += 1,
            _ => counts.waiting += 1,
        }
        made.extend(user.and_then(|id| id.parse::<UserId>().ok()));
    }
    Ok((counts, made))
}

/// Those that ended before then.
pub async fn ended_before(on: &impl ConnectionTrait, before: Timestamp) -> Result<Vec<ImportId>, Error> {
    let old = imports::Entity::find().filter(imports::Column::FinishedAt.lt(before.micros())).all(on).await?;
    Ok(old.iter().filter_map(|row| row.id.parse().ok()).collect())
}

/// Forgets imports: their lines hold names and addresses.
pub async fn forget(tx: &Tx, ids: &[ImportId]) -> Result<(), Error> {
    delete(tx, ids.iter().map(ToString::to_string).collect()).await
}

/// Forgets all of a tenant that is gone.
pub async fn forget_of_tenant(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    let all =
        imports::Entity::find().filter(imports::Column::TenantId.eq(tenant.to_string())).all(&**tx).await?;
    delete(tx, all.into_iter().map(|row| row.id).collect()).await
}

async fn delete(tx: &Tx, ids: Vec<String>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    import_rows::Entity::delete_many()
        .filter(import_rows::Column::ImportId.is_in(ids.clone()))
        .exec(&**tx)
        .await?;
    imports::Entity::delete_many().filter(imports::Column::Id.is_in(ids)).exec(&**tx).await?;
    Ok(())
}

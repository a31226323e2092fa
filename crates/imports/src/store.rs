//! Every query on imports and their lines. The tenant comes from the proof of a right, save for work by the clock.

use std::collections::HashMap;

use access::Surface;
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::{Cursor, ImportId, TenantId, Timestamp, UserId};
use memberships::{Member, rows};
use people_file::Line;
use people_file::heads::{Column, Said, is_lasting};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Order};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::lines::Reason;
use crate::model::{Counts, Fate, Import, Made, Passwords, Wait};
use crate::tables::{import_heads, import_rows, imports};

/// Lines that are written by one statement.
const AT_ONCE: usize = 200;
/// The most heads of which a workspace's people's word is remembered.
const MOST_HEADS: u64 = 200;
/// Imports that are forgotten at a time.
const MOST_FORGOTTEN: u64 = 20;

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
        waits: row.waits_for.map(|what| Wait::of(&what, row.waits_until.map(Timestamp::from_micros))),
    })
}

fn line(row: import_rows::Model) -> Result<(Line, Fate), Error> {
    let damaged = || Error::damaged("import_rows", format!("line {} of {}", row.line, row.import_id));
    let fate = match row.state.as_str() {
        "waiting" => Fate::Waiting,
        "made" => {
            let user = row.user_id.as_deref().and_then(|id| id.parse().ok()).ok_or_else(damaged)?;
            Fate::Made(Made { user, linked: row.linked != 0, has_password: row.password_at.is_some() })
        }
        "invited" => Fate::Invited(Reason::of(row.reason.as_deref().unwrap_or_default())),
        "left" => Fate::Left(Reason::of(row.reason.as_deref().unwrap_or_default())),
        _ => return Err(damaged()),
    };
    let line = Line {
        number: row.line,
        name: row.name,
        email: row.email,
        private: row.private,
        role: row.role,
        mailbox: row.mailbox,
    };
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
        waits_for: None,
        waits_until: None,
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
            private: line.private.clone(),
            state: fate.as_str().to_owned(),
            reason: match fate {
                Fate::Left(reason) | Fate::Invited(reason) => Some(reason.0.to_owned()),
                Fate::Waiting | Fate::Made(_) => None,
            },
            user_id: None,
            made_at: None,
            linked: 0,
            password_at: None,
            password_by: None,
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

/// How many of a tenant have something left to do.
pub async fn count_running(on: &impl ConnectionTrait, tenant: TenantId) -> Result<u64, Error> {
    let running = imports::Entity::find()
        .filter(imports::Column::TenantId.eq(tenant.to_string()))
        .filter(imports::Column::FinishedAt.is_null());
    Ok(running.count(on).await?)
}

/// Forgets the oldest of a tenant that are over, but for so many; gives how many that were.
pub async fn forget_but(tx: &Tx, tenant: TenantId, kept: u64) -> Result<usize, Error> {
    let over = imports::Entity::find()
        .filter(imports::Column::TenantId.eq(tenant.to_string()))
        .filter(imports::Column::FinishedAt.is_not_null())
        .order_by_desc(imports::Column::Id)
        .offset(kept)
        .limit(MOST_FORGOTTEN)
        .all(&**tx)
        .await?;
    let count = over.len();
    delete(tx, over.into_iter().map(|row| row.id).collect()).await?;
    Ok(count)
}

/// Notes what one waits for; none once it gets on. One that is over waits for nothing.
pub async fn note_wait(tx: &Tx, id: ImportId, wait: Option<Wait>) -> Result<(), Error> {
    let change = imports::ActiveModel {
        waits_for: Set(wait.map(|wait| wait.what.to_owned())),
        waits_until: Set(wait.and_then(|wait| wait.until).map(Timestamp::micros)),
        ..Default::default()
    };
    imports::Entity::update_many()
        .set(change)
        .filter(imports::Column::Id.eq(id.to_string()))
        .filter(imports::Column::FinishedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes that nothing is left to do, and who stopped it if it was before its end.
pub async fn finish(tx: &Tx, id: ImportId, now: Timestamp, stopped_by: Option<&str>) -> Result<(), Error> {
    let change = imports::ActiveModel {
        finished_at: Set(Some(now.micros())),
        cancelled_at: Set(stopped_by.map(|_| now.micros())),
        stopped_by: Set(stopped_by.map(str::to_owned)),
        waits_for: Set(None),
        waits_until: Set(None),
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

/// The numbers of lines behind one of which nothing was made yet.
pub async fn waiting(
    on: &impl ConnectionTrait,
    id: ImportId,
    after: i64,
    most: u64,
) -> Result<Vec<i64>, Error> {
    let behind = of(id).filter(import_rows::Column::Line.gt(after));
    let rows = behind.filter(import_rows::Column::State.eq("waiting")).limit(most).all(on).await?;
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

/// A page of lines, those of which nobody was made first; only these, or all.
pub async fn page(
    on: &impl ConnectionTrait,
    id: ImportId,
    only_left: bool,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<(Line, Fate)>, Error> {
    let is_good = || Expr::col(import_rows::Column::State).ne("left");
    let mut found = import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .order_by(is_good(), Order::Asc)
        .order_by_asc(import_rows::Column::Line)
        .limit(limit + 1);
    if only_left {
        found = found.filter(import_rows::Column::State.eq("left"));
    }
    if let Some([group, number]) = after.map(|cursor| cursor.0.as_slice()) {
        let beyond = import_rows::Column::Line.gt(number.parse::<i64>().unwrap_or(i64::MAX));
        found = if group == "left" {
            let left = Condition::all().add(is_good().not()).add(beyond);
            found.filter(Condition::any().add(is_good()).add(left))
        } else {
            found.filter(is_good()).filter(beyond)
        };
    }
    let rows = found.all(on).await?.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let key = |(line, fate): &(Line, Fate)| {
        let group = if matches!(fate, Fate::Left(_)) { "left" } else { "good" };
        vec![group.to_owned(), line.number.to_string()]
    };
    Ok(Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// Writes what became of a line.
pub async fn settle(tx: &Tx, id: ImportId, number: i64, fate: &Fate, now: Timestamp) -> Result<(), Error> {
    let (reason, made) = match fate {
        Fate::Waiting => (None, None),
        Fate::Made(made) => (None, Some(made)),
        Fate::Left(reason) | Fate::Invited(reason) => (Some(reason.0.to_owned()), None),
    };
    let change = import_rows::ActiveModel {
        state: Set(fate.as_str().to_owned()),
        reason: Set(reason),
        user_id: Set(made.map(|made| made.user.to_string())),
        made_at: Set(made.map(|_| now.micros())),
        linked: Set(made.map_or(0, |made| i64::from(made.linked))),
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
    let rows: Vec<(String, Option<String>, i64)> = import_rows::Entity::find()
        .select_only()
        .column(import_rows::Column::State)
        .column(import_rows::Column::UserId)
        .column(import_rows::Column::Linked)
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .into_tuple()
        .all(on)
        .await?;
    let (mut counts, mut made) = (Counts::default(), Vec::new());
    for (state, user, linked) in rows {
        match state.as_str() {
            "made" => {
                counts.made += 1;
                counts.linked += u32::from(linked != 0);
            }
            "invited" => counts.invited += 1,
            "left" => counts.left += 1,
            _ => counts.waiting += 1,
        }
        made.extend(user.and_then(|id| id.parse::<UserId>().ok()));
    }
    Ok((counts, made))
}

/// Those that ended before then; so many at a time as are forgotten at a time.
pub async fn ended_before(on: &impl ConnectionTrait, before: Timestamp) -> Result<Vec<ImportId>, Error> {
    let old = imports::Entity::find()
        .filter(imports::Column::FinishedAt.lt(before.micros()))
        .order_by_asc(imports::Column::FinishedAt)
        .limit(MOST_FORGOTTEN)
        .all(on)
        .await?;
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
    delete(tx, all.into_iter().map(|row| row.id).collect()).await?;
    import_heads::Entity::delete_many()
        .filter(import_heads::Column::TenantId.eq(tenant.to_string()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Somebody who was made and came by no password yet: neither by a link, nor by a file of first passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unkeyed {
    /// The line.
    pub number: i64,
    /// Whom it made.
    pub user: UserId,
    /// When. A password that is younger was made on their page.
    pub made_at: Timestamp,
}

/// Those of an import, in the order of the file.
async fn unkeyed(on: &impl ConnectionTrait, id: ImportId) -> Result<Vec<Unkeyed>, Error> {
    let rows = of(id)
        .filter(import_rows::Column::State.eq("made"))
        .filter(import_rows::Column::Linked.eq(0))
        .filter(import_rows::Column::PasswordAt.is_null())
        .all(on)
        .await?;
    let one = |row: import_rows::Model| {
        Some(Unkeyed {
            number: row.line,
            user: row.user_id?.parse().ok()?,
            made_at: Timestamp::from_micros(row.made_at?),
        })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

/// Those who came by no password yet, as members: who signed in, or was given one on their page, did.
pub async fn without_password(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: ImportId,
) -> Result<Vec<(Unkeyed, Member)>, Error> {
    let rows = unkeyed(on, id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let users: Vec<UserId> = rows.iter().map(|row| row.user).collect();
    let members = rows::of_users(on, tenant, &users).await?;
    let members: HashMap<UserId, Member> = members.into_iter().map(|member| (member.user, member)).collect();
    let waits = |row: Unkeyed| {
        let member = members.get(&row.user)?;
        let is_due = member.password_due_since.is_some_and(|since| since <= row.made_at);
        let is_new = member.last_sign_in_at.is_none() && member.removed_at.is_none();
        (is_due && is_new).then(|| (row, member.clone()))
    };
    Ok(rows.into_iter().filter_map(waits).collect())
}

/// Notes that whoever was made of a line has no password after all.
pub async fn note_unkeyed(tx: &Tx, id: ImportId, line: i64, now: Timestamp) -> Result<(), Error> {
    let change = import_rows::ActiveModel {
        password_at: Set(None),
        password_by: Set(None),
        // What was tried counts as no password made elsewhere.
        made_at: Set(Some(now.micros())),
        ..Default::default()
    };
    import_rows::Entity::update_many()
        .set(change)
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .filter(import_rows::Column::Line.eq(line))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes when and by whom a first password is made for a line, in a locked tenant; false where that was noted before.
pub async fn note_password(
    tx: &Tx,
    id: ImportId,
    line: i64,
    by: UserId,
    at: Timestamp,
) -> Result<bool, Error> {
    let change = import_rows::ActiveModel {
        password_at: Set(Some(at.micros())),
        password_by: Set(Some(by.to_string())),
        ..Default::default()
    };
    let noted = import_rows::Entity::update_many()
        .set(change)
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .filter(import_rows::Column::Line.eq(line))
        .filter(import_rows::Column::PasswordAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(noted.rows_affected > 0)
}

/// First passwords that were given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    /// When.
    pub at: Timestamp,
    /// To whom; none where that was not noted yet.
    pub to: Option<UserId>,
    /// For how many people.
    pub people: u32,
}

/// When and to whom first passwords of an import were given out, the last first.
pub async fn handouts(on: &impl ConnectionTrait, id: ImportId) -> Result<Vec<Handout>, Error> {
    let rows: Vec<(Option<i64>, Option<String>, i64)> = import_rows::Entity::find()
        .select_only()
        .column(import_rows::Column::PasswordAt)
        .column(import_rows::Column::PasswordBy)
        .column_as(import_rows::Column::Line.count(), "people")
        .filter(import_rows::Column::ImportId.eq(id.to_string()))
        .filter(import_rows::Column::PasswordAt.is_not_null())
        .group_by(import_rows::Column::PasswordAt)
        .group_by(import_rows::Column::PasswordBy)
        .into_tuple()
        .all(on)
        .await?;
    let mut all: Vec<Handout> = rows
        .into_iter()
        .filter_map(|(at, to, people)| {
            Some(Handout {
                at: Timestamp::from_micros(at?),
                to: to.and_then(|id| id.parse().ok()),
                people: u32::try_from(people).unwrap_or(u32::MAX),
            })
        })
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(all)
}

/// What a tenant's people said of heads before.
pub async fn heads(on: &impl ConnectionTrait, tenant: TenantId) -> Result<Said, Error> {
    let rows = import_heads::Entity::find()
        .filter(import_heads::Column::TenantId.eq(tenant.to_string()))
        .all(on)
        .await?;
    let lasting = rows.into_iter().filter(|row| is_lasting(&row.head));
    Ok(lasting.filter_map(|row| Some((row.head, Column::parse(&row.meaning)?))).collect())
}

/// Remembers what was said of heads that mean something in the next file too, and of a tenant's no more than the last so
/// many.
pub async fn note_heads(tx: &Tx, tenant: TenantId, said: &Said, now: Timestamp) -> Result<(), Error> {
    for (head, column) in said.iter().filter(|(head, _)| is_lasting(head)) {
        let row = import_heads::Model {
            tenant_id: tenant.to_string(),
            head: head.clone(),
            meaning: column.as_str().to_owned(),
            said_at: now.micros(),
        };
        let key = [import_heads::Column::TenantId, import_heads::Column::Head];
        let mut again = OnConflict::columns(key);
        again.update_columns([import_heads::Column::Meaning, import_heads::Column::SaidAt]);
        import_heads::Entity::insert(row.into_active_model())
            .on_conflict(again)
            .exec_without_returning(&**tx)
            .await?;
    }
    forget_heads(tx, tenant).await
}

async fn forget_heads(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    let old: Vec<String> = import_heads::Entity::find()
        .select_only()
        .column(import_heads::Column::Head)
        .filter(import_heads::Column::TenantId.eq(tenant.to_string()))
        .order_by_desc(import_heads::Column::SaidAt)
        .order_by_asc(import_heads::Column::Head)
        .offset(MOST_HEADS)
        // All that one file adds.
        .limit(MOST_HEADS)
        .into_tuple()
        .all(&**tx)
        .await?;
    import_heads::Entity::delete_many()
        .filter(import_heads::Column::TenantId.eq(tenant.to_string()))
        .filter(import_heads::Column::Head.is_in(old))
        .exec(&**tx)
        .await?;
    Ok(())
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

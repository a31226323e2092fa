//! Every query on mails. A claim moves a mail's time on and counts the attempt, so that a claim which dies with its
//! process is due again when that time has come.

use db::{Db, Error, Tx, sealed};
use kernel::id::MailId;
use kernel::{DomainName, Timestamp};
use sea_orm::sea_query::{Expr, Func, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _,
    QueryTrait as _, Set,
};
use secrecy::ExposeSecret as _;
use telemetry::Waiting;

use crate::Mail;
use crate::tables::{ActiveModel, Column, Entity, Model};

/// Later than any clock: nothing is due.
const NEVER: i64 = i64::MAX;
/// Of more nobody needs the number.
const MOST_COUNTED: u64 = 50_000;

const TEXT: sealed::Column = sealed::Column {
    table: "mails",
    name: "text",
    id: "id",
    word: "text",
    bound_to: &["id"],
    sealed_if: Some("sealed"),
};

/// What is sealed of a mail that waits.
pub const SEALED: [sealed::Column; 2] = [TEXT, sealed::Column { name: "html", ..TEXT }];

fn place(id: &str) -> String {
    TEXT.place(&[id])
}

/// What a mail says, opened: there may be a link in it that is a secret.
pub fn opened(db: &Db, mail: &Model) -> Result<Model, Error> {
    if !mail.sealed {
        return Ok(mail.clone());
    }
    let open = |text: &str| -> Result<String, Error> {
        Ok(db.keys().open(&place(&mail.id), text)?.expose_secret().to_owned())
    };
    let (text, html) = (open(&mail.text)?, mail.html.as_deref().map(open).transpose()?);
    Ok(Model { text, html, ..mail.clone() })
}

/// Adds a mail, unless its key is there.
pub async fn insert(tx: &Tx, id: MailId, now: Timestamp, mail: Mail) -> Result<(), Error> {
    let seal = |text: &str| tx.keys().seal(&place(&id.to_string()), text);
    let (text, html) = (seal(&mail.text)?, mail.html.as_deref().map(seal).transpose()?);
    let row = ActiveModel {
        id: Set(id.to_string()),
        key: Set(mail.key),
        recipient: Set(mail.to.to_string()),
        subject: Set(mail.subject),
        text: Set(text),
        html: Set(html),
        sealed: Set(true),
        message_id: Set(None),
        attempts: Set(0),
        error: Set(None),
        created_at: Set(now.micros()),
        next_at: Set(now.micros()),
        sent_at: Set(None),
    };
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Key).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Claims the mail that is due for longest, until `until`. Its Message-ID is written before the first attempt and
/// stays, whatever `domain` mails are sent from later.
pub async fn claim(
    db: &Db,
    now: Timestamp,
    until: Timestamp,
    domain: &DomainName,
) -> Result<Option<Model>, Error> {
    loop {
        let due = Entity::find().filter(Column::NextAt.lte(now.micros())).order_by_asc(Column::NextAt);
        let Some(due) = due.one(db.read()).await? else { return Ok(None) };
        let message_id = due.message_id.unwrap_or_else(|| format!("<{}@{}>", due.id, domain.ascii()));
        let change = ActiveModel {
            next_at: Set(until.micros()),
            attempts: Set(due.attempts + 1),
            message_id: Set(Some(message_id)),
            ..Default::default()
        };
        let claimed = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(&due.id))
            .filter(Column::NextAt.eq(due.next_at))
            .filter(Column::Attempts.eq(due.attempts))
            .exec_with_returning(&*db.write().await?)
            .await?;
        // Another instance was faster when there is none.
        if let Some(mail) = claimed.into_iter().next() {
            return Ok(Some(mail));
        }
    }
}

/// Writes that a mail was sent, and forgets what it said. It holds whoever
/// has claimed it meanwhile.
pub async fn sent(db: &Db, now: Timestamp, mail: &Model) -> Result<(), Error> {
    let change = ActiveModel {
        sent_at: Set(Some(now.micros())),
        next_at: Set(NEVER),
        error: Set(None),
        text: Set(String::new()),
        html: Set(None),
        sealed: Set(false),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(Column::Id.eq(&mail.id)).exec(&*db.write().await?).await?;
    Ok(())
}

/// Writes why a mail was not sent and when it is tried again; none is never. A claim that was lost writes nothing.
pub async fn failed(db: &Db, mail: &Model, error: &str, again: Option<Timestamp>) -> Result<(), Error> {
    let change = ActiveModel {
        error: Set(Some(error.to_owned())),
        next_at: Set(again.map_or(NEVER, Timestamp::micros)),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(&mail.id))
        .filter(Column::Attempts.eq(mail.attempts))
        .filter(Column::SentAt.is_null())
        .exec(&*db.write().await?)
        .await?;
    Ok(())
}

/// Gives up what was put into the outbox before `before` and is due; gives how many.
pub async fn give_up(db: &Db, now: Timestamp, before: Timestamp, error: &str) -> Result<u64, Error> {
    let change =
        ActiveModel { error: Set(Some(error.to_owned())), next_at: Set(NEVER), ..Default::default() };
    let result = Entity::update_many()
        .set(change)
        .filter(Column::NextAt.lte(now.micros()))
        .filter(Column::CreatedAt.lt(before.micros()))
        .exec(&*db.write().await?)
        .await?;
    Ok(result.rows_affected)
}

/// What is neither sent nor given up, as far as it is counted.
pub async fn unsent(db: &Db, now: Timestamp) -> Result<Waiting, Error> {
    let open = Entity::find()
        .select_only()
        .column(Column::CreatedAt)
        .filter(Column::NextAt.lt(NEVER))
        .order_by_asc(Column::NextAt)
        .limit(MOST_COUNTED)
        .into_query();
    let counted = Query::select()
        .expr_as(Func::count(Expr::col("created_at")), "mails")
        .expr_as(Func::min(Expr::col("created_at")), "oldest")
        .from_subquery(open, "open")
        .take();
    let Some(row) = db.read().query_one(&counted).await? else { return Ok(Waiting::default()) };
    let (count, oldest): (i64, Option<i64>) = (row.try_get("", "mails")?, row.try_get("", "oldest")?);
    let since = |created: i64| now.since(Timestamp::from_micros(created));
    Ok(Waiting { count: u64::try_from(count).unwrap_or(0), oldest: oldest.map(since).unwrap_or_default() })
}

/// Forgets what was sent before `before`, or given up and written before then.
pub async fn forget(db: &Db, before: Timestamp) -> Result<(), Error> {
    let given_up = Condition::all()
        .add(Column::NextAt.eq(NEVER))
        .add(Column::SentAt.is_null())
        .add(Column::CreatedAt.lt(before.micros()));
    Entity::delete_many()
        .filter(Condition::any().add(Column::SentAt.lt(before.micros())).add(given_up))
        .exec(&*db.write().await?)
        .await?;
    Ok(())
}

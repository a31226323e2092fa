//! `Idempotency-Key` [P1]: a POST that is repeated with the same key gets the first answer again, if the right to it
//! was proven again. The layer stands on each route behind that proof.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use db::{Db, Error};
use kernel::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

use crate::body::unread;
use crate::caller::Caller;
use crate::context::Web;
use crate::failure::Failure;
use crate::guard::MANY_BYTES;
use crate::refusal::Refusal;

mod keys {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub caller: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub request_hash: String,
        pub status: Option<i64>,
        pub body: Option<String>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long a key is kept.
pub const KEPT: Duration = Duration::from_hours(24);
/// After this a request without an answer is taken to have died with its process.
const ABANDONED: Duration = Duration::from_mins(1);
/// The most keys that are kept of one person on one surface; of more, the oldest are forgotten.
const MOST_KEYS: u64 = 500;
/// How often a key is tried that others let go at the same moment.
const MOST_TRIES: u32 = 3;
/// The largest answer that is kept.
const MOST_KEPT: usize = 32 << 10;
/// The headers that belong to an answer and are kept with it.
const KEPT_HEADERS: [HeaderName; 2] = [header::ETAG, header::LOCATION];

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    headers: Vec<(String, String)>,
    body: String,
}

/// What is kept instead of an answer that holds a secret: the same without it [P1]. Put into the answer's extensions.
#[derive(Debug, Clone)]
pub struct KeptInstead(pub serde_json::Value);

/// Keeps the answers of POSTs that carry a key.
pub(crate) async fn keep_answers(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let key = match key_of(request.headers()) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(failure) => return failure.into_response(),
    };
    // Surfaces show the same person different things, so a key is good on one only.
    let caller = request.extensions().get::<Caller>().and_then(Caller::known);
    let Some(caller) = caller.map(|known| format!("{} {}", known.actor.surface, known.actor.person.id))
    else {
        return next.run(request).await;
    };
    match Box::pin(answer(caller, key, request, next)).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

/// The key of a request. One that can't be kept is refused: its sender relies on it, so it isn't left out in silence.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(key) = given.next() else {
        return Ok(None);
    };
    if given.next().is_some() {
        return Err(Refusal::Keys.into());
    }
    match key.to_str() {
        Ok(key) if (1..=200).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::BadKey.into()),
    }
}

async fn answer(caller: String, key: String, request: Request, next: Next) -> Result<Response, Failure> {
    let web = Web::of(request.extensions())?;
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MANY_BYTES).await.map_err(|error| unread(&error, MANY_BYTES))?;
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    let hash = hash(address, &bytes);
    match begin(&web, &caller, &key, &hash).await? {
        Begun::Taken => {}
        Begun::Answered(response) => return Ok(response),
    }
    // The key is there for callers whose connection breaks: what was begun for them is ended and its answer kept.
    let lasting = web.lasting().clone();
    let run = async move {
        let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
        finish(&web, caller, key, response).await
    };
    let died = |_| Failure::from(Refusal::Internal("a request died"));
    lasting.spawn(telemetry::carried(run)).await.map_err(died)?
}

fn hash(address: &str, body: &Bytes) -> String {
    let mut digest = Sha256::new();
    digest.update(address.as_bytes());
    digest.update([0]);
    digest.update(body);
    kernel::id::hex(&digest.finalize())
}

/// What became of a key.
enum Begun {
    /// It is this request's.
    Taken,
    /// The request was made before, and this was its answer.
    Answered(Response),
}

/// Takes the key, or gives the kept answer when the request was made before.
async fn begin(web: &Web, caller: &str, key: &str, hash: &str) -> Result<Begun, Failure> {
    for _ in 0..MOST_TRIES {
        if let Some(begun) = try_to_begin(web, caller, key, hash).await? {
            return Ok(begun);
        }
    }
    Err(Refusal::StillRunning.into())
}

/// The same once; none where the key was let go between two looks, as after a failure. Whoever comes at that moment takes
/// it like everybody else: without it, two would run.
async fn try_to_begin(web: &Web, caller: &str, key: &str, hash: &str) -> Result<Option<Begun>, Failure> {
    let now = web.clock().now();
    let row = keys::ActiveModel {
        caller: Set(caller.to_owned()),
        key: Set(key.to_owned()),
        request_hash: Set(hash.to_owned()),
        status: Set(None),
        body: Set(None),
        created_at: Set(now.micros()),
    };
    let insert = keys::Entity::insert(row)
        .on_conflict(OnConflict::columns([keys::Column::Caller, keys::Column::Key]).do_nothing().to_owned());
    if insert.exec_without_returning(web.db().read()).await.map_err(Error::from)? == 1 {
        forget_oldest(web.db(), caller, now).await.map_err(Error::from)?;
        return Ok(Some(Begun::Taken));
    }
    let found = keys::Entity::find_by_id((caller.to_owned(), key.to_owned())).one(web.db().read()).await;
    let Some(found) = found.map_err(Error::from)? else {
        return Ok(None);
    };
    if found.request_hash != hash {
        return Err(Refusal::KeyReused.into());
    }
    match (found.status, &found.body) {
        (Some(status), Some(kept)) => replay(status, kept).map(Begun::Answered).map(Some),
        (Some(_), None) => Err(Refusal::NotKept.into()),
        _ if now.since(Timestamp::from_micros(found.created_at)) > ABANDONED
            && take_over(web, &found, now).await? =>
        {
            Ok(Some(Begun::Taken))
        }
        _ => Err(Refusal::StillRunning.into()),
    }
}

/// Forgets what was answered longest ago, or died without an answer, so that nobody fills the disk with keys.
async fn forget_oldest(db: &Db, caller: &str, now: Timestamp) -> Result<(), DbErr> {
    let of_caller = keys::Entity::find().filter(keys::Column::Caller.eq(caller));
    let kept = of_caller.order_by_desc(keys::Column::CreatedAt).offset(MOST_KEYS).limit(1);
    let times = kept.select_only().column(keys::Column::CreatedAt).into_tuple::<i64>();
    if let Some(last) = times.one(db.read()).await? {
        let died = keys::Column::CreatedAt.lt(now.before(ABANDONED).micros());
        let is_over = Condition::any().add(keys::Column::Status.is_not_null()).add(died);
        let old = keys::Entity::delete_many()
            .filter(keys::Column::Caller.eq(caller))
            .filter(keys::Column::CreatedAt.lte(last))
            .filter(is_over);
        old.exec(db.read()).await?;
    }
    Ok(())
}

/// Takes the key of a request that died; of several that try, one does.
async fn take_over(web: &Web, found: &keys::Model, now: Timestamp) -> Result<bool, Failure> {
    let taken = keys::Entity::update_many()
        .set(keys::ActiveModel { created_at: Set(now.micros()), ..Default::default() })
        .filter(keys::Column::Caller.eq(&found.caller))
        .filter(keys::Column::Key.eq(&found.key))
        .filter(keys::Column::CreatedAt.eq(found.created_at))
        .filter(keys::Column::Status.is_null())
        .exec(web.db().read())
        .await
        .map_err(Error::from)?;
    Ok(taken.rows_affected == 1)
}

fn replay(status: i64, kept: &str) -> Result<Response, Failure> {
    let kept: Kept = serde_json::from_str(kept).map_err(|error| Error::damaged("idempotency_keys", error))?;
    let status =
        u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
    let mut response = if kept.body.is_empty() {
        status.into_response()
    } else {
        (status, [(header::CONTENT_TYPE, "application/json")], kept.body).into_response()
    };
    for (name, value) in kept.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

/// Keeps a successful answer in JSON, or one without a body. After a failed one the same key may be tried again.
async fn finish(web: &Web, caller: String, key: String, response: Response) -> Result<Response, Failure> {
    let is_empty = response.status() == StatusCode::NO_CONTENT;
    if !response.status().is_success() || !(is_empty || is_json(&response)) {
        let gone = keys::Entity::delete_by_id((caller, key)).exec(web.db().read()).await;
        note(gone.map(|_| ()));
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let broken = |_| Failure::from(Refusal::Internal("an answer broke off"));
    let bytes = to_bytes(body, usize::MAX).await.map_err(broken)?;
    let header = |name: &HeaderName| {
        Some((name.to_string(), parts.headers.get(name).and_then(|value| value.to_str().ok())?.to_owned()))
    };
    let answer = Kept {
        headers: KEPT_HEADERS.iter().filter_map(header).collect(),
        body: match parts.extensions.get::<KeptInstead>() {
            Some(KeptInstead(instead)) => instead.to_string(),
            None => String::from_utf8_lossy(&bytes).into_owned(),
        },
    };
    // As it is stored: quotes within it are longer there.
    let text = serde_json::json!(answer).to_string();
    let kept = keys::ActiveModel {
        caller: Set(caller.clone()),
        key: Set(key),
        status: Set(Some(i64::from(parts.status.as_u16()))),
        body: Set((text.len() <= MOST_KEPT).then_some(text)),
        ..Default::default()
    };
    note(keys::Entity::update(kept).exec(web.db().read()).await.map(|_| ()));
    // What ran at the same time was not counted while it began, for it could not be forgotten yet.
    note(forget_oldest(web.db(), &caller, web.clock().now()).await);
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// What was done is done: that its answer could not be kept must not turn it into a failure.
fn note(kept: Result<(), DbErr>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "the answer to a request with an Idempotency-Key was not kept");
    }
}

/// Forgets keys older than a day.
pub async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    let old = keys::Entity::delete_many().filter(keys::Column::CreatedAt.lt(now.before(KEPT).micros()));
    Ok(old.exec(db.read()).await?.rows_affected)
}

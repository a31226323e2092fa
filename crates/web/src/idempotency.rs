//! `Idempotency-Key` [P1]: a POST that is repeated with the same key gets the first answer again.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use db::{Db, Error};
use kernel::{Kind, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sha2::{Digest, Sha256};
use std::time::Duration;

use crate::body::too_large;
use crate::caller::Caller;
use crate::context::Web;
use crate::failure::Failure;

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
pub const KEPT: Duration = Duration::from_secs(24 * 3600);
/// After this a request without an answer is taken to have died with its process.
const ABANDONED: Duration = Duration::from_secs(60);
const MOST_BYTES: usize = 4 << 20;

/// Keeps the answers of POSTs that carry a key.
pub async fn keep_answers(request: Request, next: Next) -> Response {
    let caller =
        request.extensions().get::<Caller>().and_then(Caller::known).map(|known| known.actor.person.id);
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let (Some(caller), Some(key), &Method::POST) = (caller, key, request.method()) else {
        return next.run(request).await;
    };
    match answer(caller.to_string(), key, request, next).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

async fn answer(caller: String, key: String, request: Request, next: Next) -> Result<Response, Failure> {
    if key.is_empty() || key.len() > 200 {
        let detail = "The Idempotency-Key must be 1 to 200 characters.";
        return Err(Failure::new(Kind::Invalid, "bad-idempotency-key", detail));
    }
    let web = Web::of(request.extensions())?;
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| too_large())?;
    let hash = hash(parts.uri.path(), &bytes);
    if let Some(response) = begin(&web, &caller, &key, &hash).await? {
        return Ok(response);
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    finish(&web, &caller, &key, response).await
}

fn hash(path: &str, body: &Bytes) -> String {
    let mut digest = Sha256::new();
    digest.update(path.as_bytes());
    digest.update([0]);
    digest.update(body);
    kernel::id::hex(&digest.finalize())
}

/// Takes the key; the kept answer when the request was made before.
async fn begin(web: &Web, caller: &str, key: &str, hash: &str) -> Result<Option<Response>, Failure> {
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
        return Ok(None);
    }
    let found = keys::Entity::find_by_id((caller.to_owned(), key.to_owned())).one(web.db().read()).await;
    let Some(found) = found.map_err(Error::from)? else {
        return Ok(None);
    };
    if found.request_hash != hash {
        let detail = "This Idempotency-Key was used for another request.";
        return Err(Failure::new(Kind::Invalid, "idempotency-key-reused", detail).advise("Use a new key."));
    }
    match (found.status, found.body) {
        (Some(status), Some(body)) => Ok(Some(replay(status, body))),
        _ if now.since(Timestamp::from_micros(found.created_at)) > ABANDONED => Ok(None),
        _ => Err(Failure::new(
            Kind::Conflict,
            "still-running",
            "The first request with this key is still running.",
        )
        .advise("Wait a moment and ask again.")),
    }
}

fn replay(status: i64, body: String) -> Response {
    let status =
        u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

/// Keeps a successful answer. A failed request may be tried again with the same key.
async fn finish(web: &Web, caller: &str, key: &str, response: Response) -> Result<Response, Failure> {
    let id = (caller.to_owned(), key.to_owned());
    if !response.status().is_success() {
        keys::Entity::delete_by_id(id).exec(web.db().read()).await.map_err(Error::from)?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| too_large())?;
    let kept = keys::ActiveModel {
        caller: Set(id.0),
        key: Set(id.1),
        status: Set(Some(i64::from(parts.status.as_u16()))),
        body: Set(Some(String::from_utf8_lossy(&bytes).into_owned())),
        ..Default::default()
    };
    keys::Entity::update(kept).exec(web.db().read()).await.map_err(Error::from)?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Forgets keys older than a day.
pub async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    let old = keys::Entity::delete_many().filter(keys::Column::CreatedAt.lt(now.before(KEPT).micros()));
    Ok(old.exec(db.read()).await?.rows_affected)
}

//! The HTTP side: credentials, problems, and the endpoints besides `/jmap` (sections 1, 3 and 5).

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, body::Body};
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::{HangUp, Store};

use super::jmap::{self, Access, Creations, MethodCall, Session};
use super::sign_in::{self, Attempt, Caller};
use super::world::World;
use super::{clients, delivery, ids};

const MOST_BYTES: usize = 10_000_000;
const MOST_CALLS: usize = 16;
const STATE: &str = "3ecc6560";
const CHALLENGE: &str = "Bearer realm=\"Stalwart Server\", \
                         resource_metadata=\"/.well-known/oauth-protected-resource\", \
                         Basic realm=\"Stalwart Server\"";
const CAPABILITIES: [&str; 18] = [
    "urn:ietf:params:jmap:core",
    "urn:stalwart:jmap",
    "urn:ietf:params:jmap:mail",
    "urn:ietf:params:jmap:calendars",
    "urn:ietf:params:jmap:calendars:parse",
    "urn:ietf:params:jmap:contacts",
    "urn:ietf:params:jmap:contacts:parse",
    "urn:ietf:params:jmap:filenode",
    "urn:ietf:params:jmap:principals",
    "urn:ietf:params:jmap:principals:availability",
    "urn:ietf:params:jmap:submission",
    "urn:ietf:params:jmap:vacationresponse",
    "urn:ietf:params:jmap:sieve",
    "urn:ietf:params:jmap:blob",
    "urn:ietf:params:jmap:quota",
    "urn:ietf:params:jmap:emailpush",
    "urn:ietf:params:jmap:webpush-vapid",
    "urn:ietf:params:jmap:websocket",
];

pub fn routes(store: Store<World>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/jmap", post(jmap_request))
        .route("/jmap/session", get(session))
        .route("/.well-known/jmap", get(well_known))
        .route("/api/account", get(account))
        .route("/_sim/deliver", post(delivery::deliver))
        .route("/healthz/live", get(health))
        .route("/healthz/ready", get(health))
        .merge(clients::routes())
        .method_not_allowed_fallback(not_found)
        .fallback(not_found)
        .layer(DefaultBodyLimit::disable())
        .with_state(store)
}

fn problem(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, headers, Body::from(body.to_string())).into_response()
}

pub(super) fn about(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({"type": "about:blank", "status": status.as_u16(), "title": title, "detail": detail});
    problem(status, &body)
}

fn bad_request(kind: &str, detail: &str) -> Response {
    let kind = format!("urn:ietf:params:jmap:error:{kind}");
    problem(StatusCode::BAD_REQUEST, &json!({"type": kind, "status": 400, "detail": detail}))
}

fn over_limit(limit: &str, detail: &str) -> Response {
    let kind = "urn:ietf:params:jmap:error:limit";
    let body = json!({"type": kind, "status": 400, "detail": detail, "limit": limit});
    problem(StatusCode::BAD_REQUEST, &body)
}

/// For people who come by the sandbox's list; programs find nothing here.
async fn front(store: State<Store<World>>, headers: HeaderMap) -> Response {
    if simulator::is_for_people(&headers) {
        return simulator::overview("Simulated mail server", store).into_response();
    }
    not_found().await
}

async fn not_found() -> Response {
    let why = "The requested resource does not exist on this server.";
    about(StatusCode::NOT_FOUND, "Not Found", why)
}

async fn health() -> Response {
    about(StatusCode::OK, "OK", "OK")
}

async fn well_known() -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/jmap/session")]).into_response()
}

/// Who calls, or the answer to somebody who may not.
fn signed_in(store: &Store<World>, headers: &HeaderMap) -> Result<Caller, Box<Response>> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match store.read(|world| value.map_or(Attempt::Wrong, |value| sign_in::attempt(world, value))) {
        Attempt::Open(caller) => Ok(caller),
        Attempt::Wrong => Err(Box::new(unauthorized())),
        Attempt::Shut => {
            let why = "You do not have enough permissions to access this resource.";
            Err(Box::new(about(StatusCode::FORBIDDEN, "Forbidden", why)))
        }
    }
}

fn unauthorized() -> Response {
    let why = "You have to authenticate first.";
    let mut response = about(StatusCode::UNAUTHORIZED, "Unauthorized", why);
    if let Ok(challenge) = CHALLENGE.parse() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn too_often() -> Response {
    let why = "Your request has been rate limited. Please try again in a few seconds.";
    let mut response = about(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", why);
    response.headers_mut().insert(header::RETRY_AFTER, 12.into());
    response
}

async fn account(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let permissions = match signed_in(&store, &headers) {
        Ok(caller) => caller.permissions.told(),
        Err(response) => return *response,
    };
    Json(json!({"permissions": permissions, "edition": "oss", "locale": "en_US"})).into_response()
}

/// Without an `Authorization` header it answers 200 with empty accounts.
async fn session(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    let caller = match signed_in(&store, &headers) {
        Ok(caller) => Some(caller),
        Err(response) if headers.contains_key(header::AUTHORIZATION) => return *response,
        Err(_) => None,
    };
    let (host, name, accounts) = store.read(|world| {
        let id = caller.as_ref().map(|caller| caller.account);
        let name = id.and_then(|id| world.accounts.get(&id)).map(|account| account.address(world));
        (world.settings.hostname.clone(), name, id.map_or_else(|| json!({}), |id| mailboxes(world, id)))
    });
    let limits = json!({
        "maxSizeUpload": 50_000_000, "maxConcurrentUpload": 4, "maxSizeRequest": MOST_BYTES,
        "maxConcurrentRequests": 4, "maxCallsInRequest": MOST_CALLS, "maxObjectsInGet": jmap::MOST_OBJECTS,
        "maxObjectsInSet": jmap::MOST_OBJECTS,
        "collationAlgorithms": ["i;ascii-numeric", "i;ascii-casemap", "i;unicode-casemap"],
    });
    let known = caller.is_some();
    let events = "?types={types}&closeafter={closeafter}&ping={ping}";
    let download = "{accountId}/{blobId}/{name}?accept={type}";
    let body = json!({
        "capabilities": if known { json!({}) } else { json!({"urn:ietf:params:jmap:core": limits}) },
        "accounts": accounts,
        "primaryAccounts": {},
        "username": name.unwrap_or_default(),
        "apiUrl": format!("https://{host}/jmap/"),
        "downloadUrl": format!("https://{host}/jmap/download/{download}"),
        "uploadUrl": format!("https://{host}/jmap/upload/{{accountId}}/"),
        "eventSourceUrl": format!("https://{host}/jmap/eventsource/{events}"),
        "state": if known { STATE } else { "0" },
    });
    Json(body).into_response()
}

/// The account itself and the mailboxes of its groups.
fn mailboxes(world: &World, id: u64) -> Value {
    let groups = world.accounts.get(&id).map(|account| account.groups.clone()).unwrap_or_default();
    let mailboxes = std::iter::once(id).chain(groups).filter_map(|mailbox| {
        let fields = json!({
            "name": world.accounts.get(&mailbox)?.address(world), "isPersonal": mailbox == id,
            "isReadOnly": false, "accountCapabilities": {},
        });
        Some((ids::encode(mailbox), fields))
    });
    Value::Object(mailboxes.collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    using: Vec<String>,
    method_calls: Vec<MethodCall>,
    created_ids: Option<Creations>,
}

async fn jmap_request(State(store): State<Store<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let caller = match signed_in(&store, &headers) {
        Ok(caller) => caller,
        Err(response) => return *response,
    };
    let unlimited = caller.permissions.include("unlimitedRequests");
    if !unlimited && store.read(|world| world.settings.is_too_often(caller.account)) {
        return too_often();
    }
    let content_type = headers.get(header::CONTENT_TYPE);
    if content_type.is_some_and(|value| !value.as_bytes().starts_with(b"application/json")) {
        let why = "Failed to parse JSON: The Content-Type header must be application/json.";
        return bad_request("notJSON", why);
    }
    if body.len() > MOST_BYTES {
        let why = "The request is larger than the server is willing to process.";
        return over_limit("maxSizeRequest", why);
    }
    let request = serde_json::from_slice::<Request>(&body).ok();
    let Some(request) = request.filter(is_understood) else {
        return bad_request("notRequest", &String::from_utf8_lossy(&body));
    };
    let calls = request.method_calls;
    if calls.len() > MOST_CALLS {
        let why = "The request exceeds the maximum number of calls in a single request.";
        return over_limit("maxCallsInRequest", why);
    }
    if calls.iter().any(crashes) {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(HangUp);
        return response;
    }
    let changes = calls.iter().any(|(name, ..)| name.ends_with("/set"));
    let mut session = Session { caller, told: request.created_ids };
    let responses = if changes {
        store.write(|world| jmap::run(Access::Change(world), &mut session, calls))
    } else {
        store.read(|world| jmap::run(Access::Look(world), &mut session, calls))
    };
    let mut body = json!({"methodResponses": responses, "sessionState": STATE});
    if let Some(told) = session.told {
        body["createdIds"] = json!(told);
    }
    Json(body).into_response()
}

/// A capability that the server does not know, or a `create` that is no object, fails the whole request.
fn is_understood(request: &Request) -> bool {
    let known = |name: &String| CAPABILITIES.contains(&name.as_str());
    let creates_objects = |(_, arguments, _): &MethodCall| {
        arguments.get("create").is_none_or(|create| create.is_object() || create.is_null())
    };
    request.using.iter().all(known) && request.method_calls.iter().all(creates_objects)
}

/// A value in `update` that is no object cuts the connection without an answer (section 5).
fn crashes((name, arguments, _): &MethodCall) -> bool {
    let update = arguments.get("update").and_then(Value::as_object);
    name.ends_with("/set") && update.is_some_and(|entries| entries.values().any(|patch| !patch.is_object()))
}

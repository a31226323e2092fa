//! The addresses (section 1): `/graph`, `/status.php`, the built-in provider, and the web app's page for everything else.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{any, get};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};
use simulator::{Overlap, Store};

use super::answer::Problem;
use super::auth;
use super::drives::{self, Scope};
use super::query::Options;
use super::user::{APPLICATION, Role, User};
use super::world::World;
use super::{idp, members, users, web};

const PAGE: &str = "<!DOCTYPE html><html><head><base href=\"/\"/><title>web placeholder</title>\n</head>\
                    <body></body></html>";

pub fn routes(store: Store<World>) -> Router {
    Router::new()
        .route("/status.php", get(status))
        .merge(idp::routes())
        .route("/graph", any(graph))
        .route("/graph/{*rest}", any(graph))
        .fallback(page)
        .with_state(store)
}

/// A 200 for any unknown address outside of the API, `/healthz` included. The web app, which draws itself into the empty
/// page, is not there, so a browser gets what is in the simulator.
async fn page(State(store): State<Store<World>>, headers: HeaderMap) -> Response {
    if simulator::is_for_people(&headers) {
        return store.read(web::front).into_response();
    }
    ([(header::CACHE_CONTROL, "no-cache")], Html(PAGE)).into_response()
}

async fn status() -> Json<Value> {
    Json(json!({
        "installed": true, "maintenance": false, "needsDbUpgrade": false, "version": "10.11.0.0",
        "versionstring": "10.11.0", "edition": "Community", "productname": "Infinite Scale",
        "product": "Infinite Scale", "productversion": "7.0.0+dev",
    }))
}

/// One request below `/graph`.
struct Request {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    caller: User,
}

async fn graph(
    State(store): State<Store<World>>,
    overlap: Option<Extension<Overlap>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id = match auth::caller(&store, &headers).await {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let found = store.read(|world| Some((world.users.get(&id)?.clone(), world.settings.now())));
    let Some((caller, now)) = found else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let request = Request { method, uri, headers, body, caller };
    if let Some(Extension(Overlap(before))) = overlap {
        begin_early(&store, &request, before).await;
    }
    answer(&store, &request).unwrap_or_else(|problem| problem.response(now))
}

/// A write into the members of a space knows them as they were when it began: what others wrote since is lost
/// (section 14).
async fn begin_early(store: &Store<World>, request: &Request, before: Duration) {
    let path = request.uri.path();
    let mut segments = path.split('/').skip(2).map(decoded);
    let (version, drives, Some(space)) = (segments.next(), segments.next(), segments.next()) else { return };
    let into_members = (version.as_deref(), drives.as_deref()) == (Some("v1beta1"), Some("drives"));
    if request.method == Method::GET || !into_members {
        return;
    }
    let known = store.read(|world| world.drives.get(&space).map(|drive| drive.members.clone()));
    tokio::time::sleep(before).await;
    if let Some(known) = known {
        store.write(|world| {
            if let Some(drive) = world.drives.get_mut(&space) {
                drive.members = known;
            }
        });
    }
}

fn answer(store: &Store<World>, request: &Request) -> Result<Response, Problem> {
    // A trailing slash is ignored.
    let path = request.uri.path().trim_end_matches('/');
    let segments: Vec<String> = path.split('/').skip(2).map(decoded).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["v1.0", "drives"] => drive_list(store, request),
        ["v1.0", "drives", id] => one_drive(store, request, id),
        ["v1.0", "me", "drives"] => request.read(store, |world, options| {
            Ok(list_of(&drives::list(world, &request.caller, Scope::Own, options)?))
        }),
        ["v1.0", "me", "drive"] => request.read(store, |world, _| personal_drive(world, &request.caller.id)),
        ["v1.0", "me"] => request.read(store, |world, options| {
            let with_roles = options.expands("appRoleAssignments");
            Ok(request.caller.as_me(world, with_roles).into())
        }),
        ["v1.0", "applications"] => request.read(store, |world, _| Ok(applications(world))),
        ["v1.0", "users"] => user_list(store, request),
        ["v1.0", "users", wanted] => one_user(store, request, wanted),
        ["v1.0", "users", id, "appRoleAssignments"] => roles(store, request, id),
        ["v1.0", "users", id, "appRoleAssignments", assignment] if request.method == Method::DELETE => {
            store.write(|world| users::unassign(world, &request.caller, id, assignment))?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        ["v1.0", "users", id, "drive"] => request.read(store, |world, _| {
            if *id != request.caller.id && !request.caller.role.manages_spaces() {
                return Err(Problem::not_found("no drive returned from storage"));
            }
            personal_drive(world, id)
        }),
        ["v1beta1", "drives", id, "root", "invite"] if request.method == Method::POST => {
            let made = store.write(|world| members::invite(world, &request.caller, id, &request.body))?;
            Ok(Json(made).into_response())
        }
        ["v1beta1", "drives", id, "root", "permissions"] => {
            request.read(store, |world, _| members::list(world, &request.caller, id))
        }
        ["v1beta1", "drives", id, "root", "permissions", permission] => {
            one_member(store, request, id, permission)
        }
        _ => Ok((StatusCode::NOT_FOUND, "404 page not found\n").into_response()),
    }
}

impl Request {
    /// Answers a GET from the state as it is; other methods are not allowed.
    fn read(
        &self,
        store: &Store<World>,
        look: impl FnOnce(&World, &Options) -> Result<Value, Problem>,
    ) -> Result<Response, Problem> {
        if self.method != Method::GET {
            return Ok(not_allowed("GET"));
        }
        let options = Options::of(self.uri.query(), &[])?;
        let body = store.read(|world| look(world, &options))?;
        Ok(Json(body).into_response())
    }
}

fn drive_list(store: &Store<World>, request: &Request) -> Result<Response, Problem> {
    let caller = &request.caller;
    match request.method {
        Method::GET => request
            .read(store, |world, options| Ok(list_of(&drives::list(world, caller, Scope::All, options)?))),
        Method::POST => {
            let options = Options::of(request.uri.query(), &["template"])?;
            let template = options.get("template") == Some("default");
            let made = store.write(|world| drives::create(world, caller, &request.body, template))?;
            Ok((StatusCode::CREATED, Json(made)).into_response())
        }
        _ => Ok(not_allowed("GET, POST")),
    }
}

fn one_drive(store: &Store<World>, request: &Request, id: &str) -> Result<Response, Problem> {
    let (caller, headers) = (&request.caller, &request.headers);
    match request.method {
        Method::GET => request.read(store, |world, _| drives::show(world, caller, id)),
        Method::PATCH => {
            let changed = store.write(|world| drives::change(world, caller, id, headers, &request.body))?;
            Ok(Json(changed).into_response())
        }
        Method::DELETE => {
            store.write(|world| drives::delete(world, caller, id, headers))?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Ok(not_allowed("GET, PATCH, DELETE")),
    }
}

fn user_list(store: &Store<World>, request: &Request) -> Result<Response, Problem> {
    match request.method {
        Method::POST => {
            let made = store.write(|world| users::create(world, &request.caller, &request.body))?;
            Ok((StatusCode::CREATED, Json(made)).into_response())
        }
        Method::GET => request.read(store, |world, options| users::list(world, &request.caller, options)),
        _ => Ok(not_allowed("GET, POST")),
    }
}

fn one_user(store: &Store<World>, request: &Request, wanted: &str) -> Result<Response, Problem> {
    let caller = &request.caller;
    match request.method {
        Method::GET => request.read(store, |world, options| users::show(world, wanted, options)),
        Method::PATCH => {
            let changed = store.write(|world| users::change(world, caller, wanted, &request.body))?;
            Ok(changed
                .map_or_else(|| StatusCode::NO_CONTENT.into_response(), |user| Json(user).into_response()))
        }
        Method::DELETE => {
            store.write(|world| users::delete(world, caller, wanted))?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Ok(not_allowed("GET, PATCH, DELETE")),
    }
}

fn roles(store: &Store<World>, request: &Request, id: &str) -> Result<Response, Problem> {
    if request.method == Method::POST {
        let made = store.write(|world| users::assign(world, &request.caller, id, &request.body))?;
        return Ok((StatusCode::CREATED, Json(made)).into_response());
    }
    request.read(store, |world, _| users::assignments(world, &request.caller, id))
}

fn one_member(
    store: &Store<World>,
    request: &Request,
    drive: &str,
    permission: &str,
) -> Result<Response, Problem> {
    let caller = &request.caller;
    match request.method {
        Method::PATCH => {
            let body = &request.body;
            let changed = store.write(|world| members::change(world, caller, drive, permission, body))?;
            Ok(Json(changed).into_response())
        }
        Method::DELETE => {
            store.write(|world| members::remove(world, caller, drive, permission))?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Ok(not_allowed("PATCH, DELETE")),
    }
}

fn list_of(rows: &[Value]) -> Value {
    json!({"value": rows})
}

fn personal_drive(world: &World, user: &str) -> Result<Value, Problem> {
    world
        .personal_drive(user)
        .map(|drive| drive.to_json(world))
        .ok_or_else(|| Problem::not_found("no drive returned from storage"))
}

fn applications(world: &World) -> Value {
    let roles: Vec<Value> =
        Role::ALL.iter().map(|role| json!({"displayName": role.name(), "id": role.id()})).collect();
    list_of(&[json!({"appRoles": roles, "displayName": APPLICATION, "id": world.application})])
}

fn not_allowed(allow: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allow)]).into_response()
}

/// A path segment with its percent escapes undone; ids hold a `$`, user names an `@`.
fn decoded(segment: &str) -> String {
    // A plus stands for itself in a path.
    let query = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(query.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}

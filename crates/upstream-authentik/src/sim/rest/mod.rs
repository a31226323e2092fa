//! `/api/v3`: who may call, which methods a path takes, and what errors look like (section 1).

mod fields;
mod groups;
mod lists;
mod sessions;
mod system;
mod tokens;
mod users;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use simulator::Store;

use super::page::no_route;
use super::secret;
use super::sign_in::session_key;
use super::world::World;

const ME: &str = "/api/v3/core/users/me/";
const LIST: &str = "GET, POST, HEAD, OPTIONS";
const OBJECT: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";
const READ: &str = "GET, HEAD, OPTIONS";
const READ_DELETE: &str = "GET, DELETE, HEAD, OPTIONS";
const ACTION: &str = "POST, OPTIONS";

type Shared = State<Store<World>>;

/// The account that calls.
#[derive(Clone, Copy)]
struct Caller(i64);

pub fn routes(store: &Store<World>) -> Router<Store<World>> {
    let on = |allow, methods: MethodRouter<Store<World>>| {
        let authenticate = middleware::from_fn_with_state(store.clone(), authenticate);
        let break_down = middleware::from_fn_with_state(store.clone(), break_down);
        allowing(allow, methods.fallback(wrong_method).layer(authenticate)).layer(break_down)
    };
    let group = get(groups::show).put(groups::replace).patch(groups::change).delete(groups::delete);
    let user = get(users::show).patch(users::change).delete(users::delete);
    let core = Router::new()
        .route("/groups/", on(LIST, get(groups::list).post(groups::create)))
        .route("/groups/{pk}/", on(OBJECT, group))
        .route("/groups/{pk}/add_user/", on(ACTION, post(groups::add_user)))
        .route("/groups/{pk}/remove_user/", on(ACTION, post(groups::remove_user)))
        .route("/groups/{pk}/used_by/", on(READ, get(groups::used_by)))
        .route("/users/", on(LIST, get(users::list).post(users::create)))
        .route("/users/me/", on(READ, get(users::me)))
        .route("/users/{pk}/", on(OBJECT, user))
        .route("/users/{pk}/set_password/", on(ACTION, post(users::set_password)))
        .route("/authenticated_sessions/", on(READ, get(sessions::list)))
        .route(
            "/authenticated_sessions/bulk_delete/",
            on("DELETE, OPTIONS", axum::routing::delete(sessions::delete_of_users)),
        )
        .route(
            "/authenticated_sessions/{uuid}/",
            on(READ_DELETE, get(sessions::show).delete(sessions::delete)),
        );
    let oauth = Router::new()
        .route("/refresh_tokens/", on(READ, get(tokens::list_refresh)))
        .route("/access_tokens/", on(READ, get(tokens::list_access)))
        .route("/refresh_tokens/{pk}/", on(READ_DELETE, axum::routing::delete(tokens::delete_refresh)))
        .route("/access_tokens/{pk}/", on(READ_DELETE, axum::routing::delete(tokens::delete_access)));
    Router::new()
        .nest("/api/v3/core", core)
        .nest("/api/v3/oauth2", oauth)
        .route("/api/v3/admin/version/", on(READ, get(system::version)))
        .route("/api/v3/root/config/", allowing(READ, get(system::config)))
        .merge(system::health_routes())
}

/// Every answer names the methods of its path, the refusal of another one too.
fn allowing(allow: &'static str, methods: MethodRouter<Store<World>>) -> MethodRouter<Store<World>> {
    methods.layer(middleware::map_response(move |mut response: Response| async move {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        response
    }))
}

/// Lets in the API token and browser sessions. No token and a wrong one are both 403 (section 1).
async fn authenticate(State(store): Shared, mut request: Request, next: Next) -> Response {
    let caller = store.read(|world| caller(world, request.headers()));
    let (caller, is_superuser) = match caller {
        Ok(caller) => caller,
        Err(why) => return Problem::detail(StatusCode::FORBIDDEN, why).into_response(),
    };
    // A layer inside a nest sees the path without its prefix.
    let path = request.extensions().get::<axum::extract::OriginalUri>().map(|uri| uri.path().to_owned());
    if !is_superuser && path.as_deref() != Some(ME) {
        let why = "You do not have permission to perform this action.";
        return Problem::detail(StatusCode::FORBIDDEN, why).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// An unhandled error of a change shows as a wrong method, with an empty body: the error page only supports GET
/// (section 1). `/_sim` asks for one with the kind `breakdowns`.
async fn break_down(State(store): Shared, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let is_read = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
    let broken = if is_read { None } else { store.write(World::take_breakdown) };
    let Some(stored) = broken else {
        return next.run(request).await;
    };
    if stored {
        next.run(request).await;
    }
    no_route(method).await
}

fn caller(world: &World, headers: &HeaderMap) -> Result<(Caller, bool), &'static str> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let user = match authorization.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) if secret::digest(token) == world.site.api_token => {
            world.administrator().map(|user| user.pk)
        }
        Some(_) => return Err("Token invalid/expired"),
        None => session_key(world, headers).map(|key| world.sessions[&key].user),
    };
    let user = user.ok_or("Authentication credentials were not provided.")?;
    Ok((Caller(user), world.is_superuser(user)))
}

async fn wrong_method(method: Method) -> Problem {
    Problem::detail(StatusCode::METHOD_NOT_ALLOWED, &format!("Method \"{method}\" not allowed."))
}

/// An error answer.
struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    fn detail(status: StatusCode, text: &str) -> Self {
        Self { status, body: json!({"detail": text}) }
    }

    fn not_found() -> Self {
        Self::detail(StatusCode::NOT_FOUND, "Not found.")
    }

    /// 404 for an id that is well-formed.
    fn no_such(model: &str) -> Self {
        Self::detail(StatusCode::NOT_FOUND, &format!("No {model} matches the given query."))
    }

    /// 400 about one field.
    fn field(name: &str, text: &str) -> Self {
        Self::bad(json!({name: [text]}))
    }

    fn bad(body: Value) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

type Answer = Result<Response, Problem>;

fn ok(body: Value) -> Response {
    Json(body).into_response()
}

fn created(body: Value) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

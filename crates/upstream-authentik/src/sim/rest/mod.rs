//! `/api/v3`: who may call, which methods a path takes, and what errors look like (section 1).

mod agent;
mod api_tokens;
mod applications;
mod bindings;
mod devices;
mod every;
mod fields;
mod groups;
mod lists;
mod needs;
mod objects;
mod providers;
mod put;
mod rbac;
mod recovery;
mod service_accounts;
mod sessions;
mod settings;
mod show;
mod system;
mod tokens;
mod trials;
mod users;
mod write;

use axum::extract::{OriginalUri, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use simulator::Store;

pub use put::{put, put_application, put_settings};

use super::family::{APPLICATION, POLICY_BINDING};
use super::objects::{text, value_of};
use super::page::{self, no_route};
use super::sign_in::{COOKIE, session_key};
use super::world::{World, has_expired};
use every::{POLICIES, STAGES};
use lists::Parameters;
use needs::Needs;

/// Told by an answer of its own.
const SUSPENDED: &str = "suspended";
const LIST: &str = "GET, POST, HEAD, OPTIONS";
const OBJECT: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";
const SETTINGS: &str = "GET, PUT, PATCH, HEAD, OPTIONS";
const READ: &str = "GET, HEAD, OPTIONS";
const READ_DELETE: &str = "GET, DELETE, HEAD, OPTIONS";
const ACTION: &str = "POST, OPTIONS";

type Shared = State<Store<World>>;
type Methods = MethodRouter<Store<World>>;

/// The account that calls.
#[derive(Clone, Copy)]
struct Caller(i64);

pub fn routes(store: &Store<World>) -> Router<Store<World>> {
    let on = |allow: &'static str, methods: Methods| {
        let authenticate = middleware::from_fn_with_state(store.clone(), authenticate);
        let break_down = middleware::from_fn_with_state(store.clone(), break_down);
        let forget_filters = middleware::from_fn_with_state(store.clone(), forget_filters);
        let methods = methods.fallback(wrong_method).layer(authenticate).layer(forget_filters);
        allowing(allow, methods).layer(break_down)
    };
    let group = get(groups::show).put(groups::replace).patch(groups::change).delete(groups::delete);
    let user = get(users::show).put(users::replace).patch(users::change).delete(users::delete);
    let core = Router::new()
        .route("/groups/", on(LIST, get(groups::list).post(groups::create)))
        .route("/groups/{pk}/", on(OBJECT, group))
        .route("/groups/{pk}/add_user/", on(ACTION, post(groups::add_user)))
        .route("/groups/{pk}/remove_user/", on(ACTION, post(groups::remove_user)))
        .route("/groups/{pk}/used_by/", on(READ, get(groups::used_by)))
        .route("/users/", on(LIST, get(users::list).post(users::create)))
        .route("/users/service_account/", on(ACTION, post(service_accounts::create)))
        .route("/brands/current/", allowing(READ, get(settings::current_brand)))
        .route("/users/me/", on(READ, get(users::me)))
        .route("/users/{pk}/", on(OBJECT, user))
        .route("/users/{pk}/set_password/", on(ACTION, post(users::set_password)))
        .route("/users/{pk}/set_password_hash/", on(ACTION, post(users::set_password_hash)))
        .route("/users/{pk}/recovery/", on(ACTION, post(recovery::link)))
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
    let authenticators = Router::new()
        .route("/all/", on(READ, get(devices::list)))
        .route("/{kind}/", on(LIST, get(devices::list_of_kind).post(devices::create)))
        .route("/{kind}/{pk}/", on(OBJECT, axum::routing::delete(devices::delete)));
    Router::new()
        .nest("/api/v3/core", core)
        .nest("/api/v3/authenticators/admin", authenticators)
        .nest("/api/v3/oauth2", oauth)
        .merge(objects::routes(&on))
        .merge(particular(&on))
        .route("/api/v3/admin/version/", on(READ, get(system::version)))
        .route("/api/v3/root/config/", allowing(READ, get(system::config)))
        .merge(system::health_routes())
}

/// The objects that have something of their own.
fn particular(on: &impl Fn(&'static str, Methods) -> Methods) -> Router<Store<World>> {
    let token = get(api_tokens::show_one).patch(api_tokens::change).delete(api_tokens::delete);
    let applications = get(applications::list).post(applications::create);
    let bindings = get(bindings::list).post(bindings::create);
    let access = get(applications::check_access);
    let core = Router::new()
        .route("/tokens/", on(LIST, get(api_tokens::list).post(api_tokens::create)))
        .route("/tokens/{identifier}/", on(OBJECT, token))
        .route("/tokens/{identifier}/view_key/", on(READ, get(api_tokens::view_key)))
        .route("/tokens/{identifier}/set_key/", on(ACTION, post(api_tokens::set_key)))
        .route("/applications/", on(LIST, applications))
        .route("/applications/{id}/", on(OBJECT, objects::one_of(&APPLICATION)))
        .route("/applications/{id}/check_access/", on(READ, access));
    let policies = Router::new()
        .route("/bindings/", on(LIST, bindings))
        .route("/bindings/{id}/", on(OBJECT, objects::unpatched(&POLICY_BINDING).patch(bindings::change)));
    let roles = Router::new()
        .route("/roles/{id}/add_user/", on(ACTION, post(rbac::add_user)))
        .route("/roles/{id}/remove_user/", on(ACTION, post(rbac::remove_user)))
        .route("/permissions/", on(READ, get(rbac::list)))
        .route("/permissions/assigned_by_roles/", on(READ, get(rbac::list_assigned)))
        .route("/permissions/assigned_by_roles/{id}/assign/", on(ACTION, post(rbac::assign)))
        .route("/permissions/assigned_by_roles/{id}/unassign/", on("PATCH, OPTIONS", patch(rbac::unassign)));
    let mut router = Router::new()
        .nest("/api/v3/core", core)
        .nest("/api/v3/policies", policies)
        .nest("/api/v3/rbac", roles)
        .route("/api/v3/admin/settings/", on(SETTINGS, get(settings::show).patch(settings::change)))
        .route("/api/v3/policies/all/{id}/test/", on(ACTION, post(trials::policy)))
        .route("/api/v3/propertymappings/all/{id}/test/", on(ACTION, post(trials::mapping)))
        .route("/api/v3/providers/oauth2/{id}/setup_urls/", on(READ, get(providers::setup_urls)));
    for (place, every) in [("/api/v3/stages/all/", STAGES), ("/api/v3/policies/all/", POLICIES)] {
        let one = get(async move |store: Shared, id: Path<String>| every.show(store, id))
            .delete(async move |store: Shared, id: Path<String>| every.delete(store, id));
        let all = get(async move |store: Shared, query: Query<Parameters>| every.list(store, query));
        router = router.route(place, on(READ, all)).route(&format!("{place}{{id}}/"), on(READ_DELETE, one));
    }
    router
}

/// The answer to an unhandled error of a change: the error page only supports GET (section 1).
fn error_page() -> Response {
    let mut response = page::not_get();
    response.extensions_mut().insert(Broken);
    response
}

/// Marks an answer that names its own methods.
#[derive(Clone, Copy)]
struct Broken;

/// Every answer names the methods of its path, the refusal of another one too.
fn allowing(allow: &'static str, methods: MethodRouter<Store<World>>) -> MethodRouter<Store<World>> {
    methods.layer(middleware::map_response(move |mut response: Response| async move {
        if response.extensions().get::<Broken>().is_none() {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        response
    }))
}

/// Lets in the API token and browser sessions. No token and a wrong one are both 403 (section 1).
async fn authenticate(State(store): Shared, mut request: Request, next: Next) -> Response {
    let caller = store.read(|world| caller(world, request.headers()));
    let caller = match caller {
        Ok(caller) => caller,
        Err(SUSPENDED) => return forget_browser(),
        Err(why) => return Problem::detail(StatusCode::FORBIDDEN, why).into_response(),
    };
    // A layer inside a nest sees the path without its prefix.
    let uri = request.extensions().get::<OriginalUri>().map_or(request.uri(), |uri| &uri.0);
    let needs = Needs::of(request.method(), uri.path());
    if !store.read(|world| needs.are_met(world, caller.0)) {
        let why = "You do not have permission to perform this action.";
        return Problem::detail(StatusCode::FORBIDDEN, why).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// The session of somebody who was suspended by PUT (section 3).
fn forget_browser() -> Response {
    let gone = format!("{COOKIE}=; HttpOnly; Path=/; Max-Age=0; SameSite=Lax");
    (StatusCode::BAD_REQUEST, [(header::SET_COOKIE, gone)], Html("")).into_response()
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

/// A filter that the server doesn't know selects everything (section 1). `/_sim` asks for lists that know none with
/// the kind `ignoredFilters`.
async fn forget_filters(State(store): Shared, mut request: Request, next: Next) -> Response {
    const KEPT: [&str; 3] = ["page", "page_size", "ordering"];
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let is_filtered = pairs.iter().any(|(name, _)| !KEPT.contains(&name.as_str()));
    let asked = store.read(|world| world.ignored_filters > 0);
    if asked && request.method() == Method::GET && is_filtered && store.write(World::takes_ignored_filters) {
        let kept = pairs.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
        if let Ok(uri) = format!("{}?{query}", request.uri().path()).parse() {
            *request.uri_mut() = uri;
        }
    }
    next.run(request).await
}

fn caller(world: &World, headers: &HeaderMap) -> Result<Caller, &'static str> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let user = match authorization.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(key) => Some(owner_of(world, key).ok_or("Token invalid/expired")?),
        None => session_key(world, headers).map(|key| world.sessions[&key].user),
    };
    if user.and_then(|user| world.users.get(&user)).is_some_and(|user| !user.is_active) {
        return Err(SUSPENDED);
    }
    user.map(Caller).ok_or("Authentication credentials were not provided.")
}

/// Whose key of the API it is; an app password is none (section 12).
fn owner_of(world: &World, key: &str) -> Option<i64> {
    let now = world.now();
    let mut tokens = world.objects.of("tokens").filter(|token| text(token, "intent") == "api");
    let token =
        tokens.find(|token| !has_expired(token, now) && world.key_of(token).as_deref() == Some(key))?;
    value_of(token, "user").as_i64()
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

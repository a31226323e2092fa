//! The web side: all routes in one table, and for each address the layers in front of them.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use access::Surface;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
use futures_util::FutureExt as _;
use i18n::{Catalogues, Source};
use serde_json::Value;
use sign_in::SignIn;
use web::{Facts, Failure, Mount, Places, Refusal, RouteInfo, Routes, View, Web, WhileHeld};

/// All that slices and the binary bring to the web.
pub struct Site {
    routes: Vec<Routes>,
    pub places: Places,
    pub catalogues: Arc<Catalogues>,
}

impl Site {
    /// All routes, documented, over all places and texts.
    pub fn new(mut routes: Vec<Routes>, mut places: Places, texts: &[Source]) -> anyhow::Result<Self> {
        routes.extend(web::palette::routes());
        routes.push(documentation(&routes));
        let read = table(&routes).into_iter().filter(|route| route.method == Method::GET);
        places.pages = read.map(|route| (route.mount, route.path)).collect();
        let texts = [web::ui::TEXTS, texts].concat();
        Ok(Self { routes, places, catalogues: Arc::new(Catalogues::new(&texts)?) })
    }

    /// Every route.
    #[cfg(test)]
    pub fn table(&self) -> Vec<RouteInfo> {
        table(&self.routes)
    }

    /// What is served at one address: a console's or the API's own.
    pub fn router(&self, web: Web, sign_in: &SignIn) -> Router {
        let surface = web.surface();
        let served = self.routes.iter().filter(|routes| is_served(routes.mount(), surface));
        let router = served.fold(web::assets::router(), |router, routes| router.merge(routes.router()));
        // The last layer is the outermost; what a route checks before its handler is laid on it by `Routes`. Failures are presented twice: inside with the caller's own frame, outside
        // for those that come before the caller is known.
        let present = middleware::from_fn(web::present);
        let router = match surface {
            Some(surface) => {
                let state = (sign_in.clone(), surface);
                router
                    .layer(middleware::from_fn_with_state(state.clone(), sign_in::keep_forms))
                    .layer(present)
                    .layer(middleware::from_fn_with_state(state, sign_in::by_session))
            }
            None => router
                .layer(present)
                .layer(middleware::from_fn_with_state(sign_in.clone(), sign_in::by_bearer)),
        };
        router
            .layer(middleware::from_fn(catch_panic))
            .layer(middleware::from_fn(web::bound))
            .layer(middleware::from_fn(web::present))
            .layer(middleware::from_fn(web::guard))
            .layer(middleware::from_fn(move |request, next| web::identify(web.clone(), request, next)))
    }
}

/// Whether the routes of a mount are served at a console's address, or at the API's own.
pub fn is_served(mount: Mount, surface: Option<Surface>) -> bool {
    match mount {
        Mount::Api => true,
        Mount::ApiOnly => surface.is_none(),
        Mount::Portal => surface == Some(Surface::Portal),
        Mount::Operator => surface == Some(Surface::Operator),
    }
}

fn table(routes: &[Routes]) -> Vec<RouteInfo> {
    routes.iter().flat_map(|routes| routes.table().to_vec()).collect()
}

/// Turns a panic into the same answer as any other mistake of ours.
async fn catch_panic(request: Request, next: Next) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answer.unwrap_or_else(|_| {
        // The panic's own message was logged where it happened.
        Failure::from(Refusal::Internal("a handler panicked")).into_response()
    })
}

#[derive(Clone)]
struct Documented {
    table: Arc<Vec<RouteInfo>>,
    document: Arc<Value>,
}

/// The documentation of these routes, on the API's own address.
fn documentation(routes: &[Routes]) -> Routes {
    const WHY: &str = "describes the API";
    let table = table(routes);
    let state = Documented { document: Arc::new(web::openapi::document(&table)), table: Arc::new(table) };
    Routes::new(Mount::ApiOnly)
        .while_held(WhileHeld::Everyone)
        .open(&Method::GET, "/", WHY, show_docs)
        .while_held(WhileHeld::Everyone)
        .open(&Method::GET, "/docs", WHY, show_docs)
        .while_held(WhileHeld::Everyone)
        .open(&Method::GET, "/openapi.json", WHY, show_document)
        .with_state(state)
}

async fn show_docs(State(docs): State<Documented>, Extension(facts): Extension<Facts>) -> impl IntoResponse {
    web::openapi::page(&docs.table, &facts.nonce)
}

async fn show_document(State(docs): State<Documented>) -> Json<Arc<Value>> {
    Json(docs.document)
}

/// Every component in every state; in the sandbox only.
pub fn gallery() -> Vec<Routes> {
    let on = |mount| {
        let why = "shows the components, in the sandbox only";
        Routes::new(mount).open(&Method::GET, "/_components", why, show_gallery)
    };
    vec![on(Mount::Portal), on(Mount::Operator)]
}

async fn show_gallery(view: View) -> impl IntoResponse {
    web::ui::gallery::page(&view.shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn panics() {
        panic!("on purpose");
    }

    #[tokio::test]
    async fn a_panic_is_a_mistake_of_ours_and_the_next_request_is_served() {
        use axum::body::Body;
        use tower::ServiceExt as _;
        let router = Router::new()
            .route("/panics", axum::routing::get(panics))
            .layer(middleware::from_fn(catch_panic));
        for _ in 0..2 {
            let request = Request::get("/panics").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 500);
            assert_eq!(response.extensions().get::<Failure>().unwrap().code, "internal");
        }
    }
}

//! Routes that carry their right. A handler is taken only if its first argument is the proof of a right, so a
//! route without a declared scope does not compile; the few open ones say why. The table that comes of it is data.

use access::Permission;
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, on};
use kernel::input::Field;

use crate::argument::Arguments;
use crate::guard::{FEW_BYTES, MANY_BYTES, Rules, protect};
use crate::hold::{self, WhileHeld};
use crate::idempotency::keep_answers;
use crate::openapi::Operation;
use crate::right::{Right, prove};

/// Where a route is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mount {
    /// Pages of the portal.
    Portal,
    /// Pages of the operator console.
    Operator,
    /// JSON, on every surface.
    Api,
    /// The API's own address only.
    ApiOnly,
}

/// One row of the route table.
#[derive(Debug, Clone)]
pub struct RouteInfo {
    /// Where it is served.
    pub mount: Mount,
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'static str,
    /// The permission it asks for, or why it is open.
    pub guard: Result<&'static str, &'static str>,
    /// Whom it serves while a restored database is held.
    pub held: WhileHeld,
    /// The parameters of its query.
    pub query: Vec<&'static Field>,
    /// Its documentation, for routes of the API.
    pub operation: Option<Operation>,
}

/// What the arguments of a handler prove. Implemented for handlers whose first argument is a [`Right`].
pub trait Proves {
    /// The permission that is proven.
    type Proven: Permission;
}

macro_rules! proves {
    ($($rest:ident),*) => {
        impl<M, P: Permission, $($rest),*> Proves for (M, Right<P>, $($rest,)*) {
            type Proven = P;
        }
    };
}
proves!();
proves!(A);
proves!(A, B);
proves!(A, B, C);
proves!(A, B, C, D);
proves!(A, B, C, D, E);

/// Routes of a slice that are served in one place, over a state.
pub struct Routes<S = ()> {
    mount: Mount,
    router: Router<S>,
    table: Vec<RouteInfo>,
    /// Whether the next route takes a large body.
    large: bool,
    /// Whom the next route serves while a restored database is held, where that isn't the rule.
    held: Option<WhileHeld>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new(mount: Mount) -> Self {
        Self { mount, router: Router::new(), table: Vec::new(), large: false, held: None }
    }

    /// Adds a route whose handler proves its right.
    pub fn on<H, T>(self, method: &Method, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Proves + Arguments + 'static,
    {
        let guarded = |route: MethodRouter<S>| {
            if is_read(method) { route } else { route.route_layer(from_fn(prove::<T::Proven>)) }
        };
        self.add(method, path, Ok(T::Proven::NAME), handler, guarded)
    }

    /// `GET`.
    pub fn get<H: Handler<T, S>, T: Proves + Arguments + 'static>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        self.on(&Method::GET, path, handler)
    }

    /// `POST`.
    pub fn post<H: Handler<T, S>, T: Proves + Arguments + 'static>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        self.on(&Method::POST, path, handler)
    }

    /// Lets the route that is added next take a large body: a file, or a long list.
    pub fn large(self) -> Self {
        Self { large: true, ..self }
    }

    /// Says whom the route that is added next serves while a restored database is held, for routes of the API that ask
    /// for no right: of itself such a one serves no one then.
    pub fn while_held(self, whom: WhileHeld) -> Self {
        Self { held: Some(whom), ..self }
    }

    /// Adds a route that asks for no right; `because` stands in the list of open routes.
    pub fn open<H, T>(self, method: &Method, path: &'static str, because: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Arguments + 'static,
    {
        self.add(method, path, Err(because), handler, |route| route)
    }

    fn add<H, T>(
        mut self,
        method: &Method,
        path: &'static str,
        guard: Result<&'static str, &'static str>,
        handler: H,
        guarded: impl FnOnce(MethodRouter<S>) -> MethodRouter<S>,
    ) -> Self
    where
        H: Handler<T, S>,
        T: Arguments + 'static,
    {
        // Only the five methods of `MethodFilter` are ever declared; any other would be served nowhere.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let mut route = on(filter, handler);
        if !is_read(method) {
            if guard.is_ok() {
                route = route.route_layer(from_fn(keep_answers));
            }
            let is_json = matches!(self.mount, Mount::Api | Mount::ApiOnly);
            let rules = Rules { most: if self.large { MANY_BYTES } else { FEW_BYTES }, is_json };
            route = route.route_layer(from_fn_with_state(rules, protect));
        }
        route = guarded(route);
        let held = self.held.take().unwrap_or_else(|| rule(self.mount, guard.is_ok()));
        if held != WhileHeld::Everyone {
            route = route.route_layer(from_fn_with_state(held, hold::admit));
        }
        self.router = self.router.route(path, route);
        self.large = false;
        let query = T::query();
        self.table.push(RouteInfo {
            mount: self.mount,
            method: method.clone(),
            path,
            guard,
            held,
            query,
            operation: None,
        });
        self
    }

    /// Documents the route that was added last.
    pub fn doc(mut self, operation: Operation) -> Self {
        if let Some(last) = self.table.last_mut() {
            last.operation = Some(operation);
        }
        self
    }

    /// Gives the routes their state.
    pub fn with_state(self, state: S) -> Routes {
        let Self { mount, router, table, .. } = self;
        Routes { mount, router: router.with_state(state), table, large: false, held: None }
    }
}

impl Routes {
    /// Where they are served.
    pub fn mount(&self) -> Mount {
        self.mount
    }

    /// The table.
    pub fn table(&self) -> &[RouteInfo] {
        &self.table
    }

    /// The routes, ready to serve.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

/// Whom a route serves while a restored database is held, unless it says so itself: what proves a right proves who is an
/// operator, and without one a console of operators only lets them in.
fn rule(mount: Mount, has_right: bool) -> WhileHeld {
    match (mount, has_right) {
        (Mount::Portal, _) | (Mount::Api | Mount::ApiOnly, false) => WhileHeld::NoOne,
        (Mount::Operator | Mount::Api | Mount::ApiOnly, true) => WhileHeld::Operators,
        (Mount::Operator, false) => WhileHeld::Everyone,
    }
}

/// True for methods that change nothing and have no body.
fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.table).finish()
    }
}

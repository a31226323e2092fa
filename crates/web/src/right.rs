//! [`Right`], the extractor that proves a right before a handler runs.

use access::{Attempt, Granted, Permission, Scope as _, Usage};
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::caller::{Caller, Unknown};
use crate::context::Web;
use crate::failure::Failure;
use crate::guard::check_sender;
use crate::refusal::Refusal;

/// The proof of a right, as a handler's first argument.
pub struct Right<P: Permission>(pub Granted<P>);

impl<P: Permission, S: Send + Sync> FromRequestParts<S> for Right<P> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        if let Some(Proven(granted)) = parts.extensions.remove::<Proven<P>>() {
            return Ok(Self(granted));
        }
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Failure::not_found())?;
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let web = Web::of(&parts.extensions)?;
        let surface = web.surface();
        let actor = match parts.extensions.get::<Caller>() {
            Some(Caller::Known(known)) => known.actor.clone(),
            Some(Caller::Stranger(..)) => return Err(Refusal::NoAccount.into()),
            Some(Caller::Unknown(Unknown::Removed)) => return Err(Refusal::Removed.into()),
            Some(Caller::Unknown(Unknown::Undecided)) => return Err(Refusal::IssuerDown.into()),
            Some(Caller::Unknown(_)) | None => return Err(Failure::sign_in(surface)),
        };
        let attempt = Attempt { path, usage: usage(&parts.method), route: route(parts) };
        let granted = Granted::<P>::prove_by(web.db(), &actor, attempt).await?;
        if let Some(tenant) = granted.scope().tenant_id() {
            tracing::Span::current().record("tenant", tracing::field::display(tenant));
        }
        Ok(Self(granted))
    }
}

/// What no method promises to leave alone may change it: so no handler can forget to ask for more than to look.
fn usage(method: &Method) -> Usage {
    match *method {
        Method::GET | Method::HEAD | Method::OPTIONS => Usage::Read,
        _ => Usage::Change,
    }
}

/// The method and the path of the route table, whose names are not filled in.
fn route(parts: &Parts) -> String {
    let path = parts.extensions.get::<MatchedPath>().map_or_else(|| parts.uri.path(), MatchedPath::as_str);
    format!("{} {path}", parts.method)
}

/// The right that was proven before the body was read.
#[derive(Clone)]
struct Proven<P: Permission>(Granted<P>);

/// The layer of routes that change something: the right is proven before the body is read and before any answer that
/// was kept is given again.
pub(crate) async fn prove<P: Permission>(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let proven = async {
        check_sender(&parts)?;
        Right::<P>::from_request_parts(&mut parts, &()).await
    };
    match proven.await {
        Ok(Right(granted)) => {
            parts.extensions.insert(Proven(granted));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(failure) => failure.into_response(),
    }
}

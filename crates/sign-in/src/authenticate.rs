//! The layers that find out who sends a request: by session on the consoles, by bearer token on the API.

use access::sessions;
use access::{Actor, Surface};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use web::{Caller, Facts, Failure, Known, Token, Unknown, Via};

use crate::cookie;
use crate::error::Error;
use crate::examine::DOCTOR;
use crate::service::SignIn;

/// For the consoles of one surface. Only the head is looked at: a body can't be shared between threads.
pub async fn by_session(
    State((service, surface)): State<(SignIn, Surface)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match service.caller_of_session(surface, &parts).await {
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => Failure::from(error).into_response(),
    }
}

/// For the API's own address.
pub async fn by_bearer(State(service): State<SignIn>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match service.caller_of_token(&parts).await {
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => Failure::from(error).into_response(),
    }
}

impl SignIn {
    async fn caller_of_session(&self, surface: Surface, request: &Parts) -> Result<Caller, Error> {
        let Some(client) = self.oidc_client(surface) else {
            return Ok(Caller::Unknown(Unknown::Nothing));
        };
        let name = cookie::session_name(surface, &client.origin);
        let Some(secret) = web::cookie(&request.headers, &name) else {
            return Ok(Caller::Unknown(Unknown::Nothing));
        };
        let found = sessions::find(&self.0.db, surface, &SecretString::from(secret)).await?;
        let Some(session) = found else {
            return Ok(Caller::Unknown(Unknown::Ended));
        };
        let Some(actor) = self.actor(session.user, surface, request).await? else {
            Box::pin(self.end(&session, access::Action::SessionExpire)).await?;
            return Ok(Caller::Unknown(Unknown::Removed));
        };
        let limits = actor.rights.session_limits();
        let actor = actor.signed_in_at(session.created_at);
        if session.is_too_old(self.0.clock.now(), limits) || actor.is_signed_out() {
            Box::pin(self.end(&session, access::Action::SessionExpire)).await?;
            return Ok(Caller::Unknown(Unknown::Ended));
        }
        // What is seldom needed is kept out of what every request carries around.
        let Some(session) = Box::pin(self.fresh(session)).await? else {
            return Ok(Caller::Unknown(Unknown::Ended));
        };
        // A page that updates itself is no activity of its reader.
        if !request.uri.path().ends_with("/live") && !request.headers.contains_key(web::LIVE) {
            sessions::touch(&self.0.db, &session, self.0.clock.now()).await?;
        }
        Ok(Caller::Known(Box::new(Known { actor, via: Via::Session(Box::new(session)) })))
    }

    async fn caller_of_token(&self, request: &Parts) -> Result<Caller, Error> {
        let Some(token) = bearer(&request.headers) else {
            return Ok(Caller::Unknown(Unknown::Nothing));
        };
        let (surface, claims) = match self.verify(token).await {
            Ok(verified) => verified,
            Err(error @ (Error::BadToken(_) | Error::UnknownKey)) => {
                tracing::info!(%error, "a token was refused");
                return Ok(Caller::Unknown(Unknown::BadToken));
            }
            Err(Error::Misconfigured(trouble)) => {
                tracing::error!(%trouble, mend = DOCTOR, "a token was refused");
                return Ok(Caller::Unknown(Unknown::BadToken));
            }
            Err(Error::Issuer(error)) => {
                tracing::warn!(%error, "a token can't be checked");
                return Ok(Caller::Unknown(Unknown::Undecided));
            }
            Err(error) => return Err(error),
        };
        let Some(account) = self.0.accounts.by_sub(&claims.sub).await? else {
            return Ok(Caller::Stranger(surface, claims.identity()));
        };
        if account.removed {
            return Ok(Caller::Unknown(Unknown::Removed));
        }
        if account.valid_from.is_some_and(|from| claims.issued_at() < from) {
            return Ok(Caller::Unknown(Unknown::Outdated(surface)));
        }
        let actor = Actor::of(account, surface, &facts(request)?.origin, &self.0.clock)
            .signed_in_at(claims.issued_at());
        if actor.is_signed_out() {
            return Ok(Caller::Unknown(Unknown::Outdated(surface)));
        }
        let token = Token { expires_at: claims.expires_at(), identity: claims.identity() };
        Ok(Caller::Known(Box::new(Known { actor, via: Via::Bearer(token) })))
    }

    async fn actor(
        &self,
        user: kernel::UserId,
        surface: Surface,
        request: &Parts,
    ) -> Result<Option<Actor>, Error> {
        Ok(Actor::load(&self.0.db, user, surface, &facts(request)?.origin, &self.0.clock).await?)
    }
}

fn facts(request: &Parts) -> Result<&Facts, Error> {
    let missing = || Error::Settings("the request was not identified".into());
    request.extensions.get::<Facts>().ok_or_else(missing)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

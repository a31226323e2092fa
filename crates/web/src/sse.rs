//! Live updates: parts of a page sent again whenever they changed. However many look at the same thing, it is looked for
//! once; each stream proves its right anew every few seconds, and counts against its session and its address.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use access::{Granted, Permission, sessions};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use db::Db;
use futures_util::stream;
use kernel::id::RequestId;
use kernel::{ErrorKind, SessionId};
use maud::Markup;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::caller::Caller;
use crate::context::{Facts, Web};
use crate::failure::Failure;
use crate::refusal::Refusal;
use crate::streams::{Place, Shown, Thing};

/// How often changes are looked for.
const LOOK: Duration = Duration::from_millis(400);
/// How often a stream checks its right, when there is nothing to send.
const CHECK: Duration = Duration::from_secs(5);

/// What a handler of live updates needs of its request.
#[derive(Debug)]
pub struct Live {
    web: Web,
    session: Option<(SessionId, String)>,
    facts: Facts,
}

impl<S: Sync> FromRequestParts<S> for Live {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let web = Web::of(&parts.extensions)?;
        let session = parts.extensions.get::<Caller>().and_then(Caller::session);
        let session = session.map(|session| (session.id, session.csrf.clone()));
        let facts = parts.extensions.get::<Facts>().cloned().ok_or_else(Failure::not_found)?;
        Ok(Self { web, session, facts })
    }
}

impl Live {
    /// A stream of the parts that `render` makes; each part's topmost element has the id that it replaces, and only
    /// parts that changed are sent. After each the page is asked for as a whole, so that head, actions and badges follow; a
    /// part without an id is there for that alone. When the session or the right is gone the stream says so and ends; when
    /// the thing is gone it ends. While the database can't say, nothing is sent.
    ///
    /// What `render` shows may depend on the address, the language and the rights of the reader, and holds the token of
    /// their forms; on nothing else of them, for all who see the same share one.
    pub async fn stream<P, R, F>(self, right: Granted<P>, render: R) -> Result<Response, Failure>
    where
        P: Permission,
        R: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<Vec<Markup>, Failure>> + Send + 'static,
    {
        let limits = &self.web.settings().limits;
        let holders = self.session.iter().map(|(id, _)| (id.to_string(), limits.streams_of_session));
        let address = self.facts.origin.address.iter();
        let holders = holders.chain(address.map(|address| (address.clone(), limits.streams_of_address)));
        let place = self.web.streams().take(holders).ok_or(Refusal::TooManyStreams)?;
        let csrf = self.session.as_ref().map(|(_, csrf)| csrf.clone()).unwrap_or_default();
        let thing = Thing::new::<P>(&self.facts, &right);
        let shown = shown(&self.web, thing, csrf.clone(), render).await?;
        let ends = Instant::now() + limits.stream;
        let session = self.session.map(|(id, _)| id);
        let stream = Stream {
            db: self.web.db().clone(),
            session,
            right,
            csrf,
            shown,
            sent: Vec::new(),
            ends,
            _place: place,
        };
        Ok(stream.into_response())
    }
}

/// What is shown of a thing, looked for by one task as long as anybody has it open.
async fn shown<R, F>(
    web: &Web,
    thing: Thing,
    csrf: String,
    render: R,
) -> Result<watch::Receiver<Shown>, Failure>
where
    R: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<Markup>, Failure>> + Send + 'static,
{
    if let Some(shown) = web.streams().shown(&thing) {
        return Ok(shown);
    }
    let first = match render().await {
        Ok(parts) => Shown::of(parts, &csrf),
        // What can't be told now may be told soon; what is not there, or not the reader's, is an answer.
        Err(failure) if failure.kind == ErrorKind::Unavailable || failure.kind == ErrorKind::Bug => {
            Shown::default()
        }
        Err(failure) => return Err(failure),
    };
    let (tell, shown) = watch::channel(first);
    let shown = web.streams().share(thing, shown);
    let clock = web.clock().clone();
    web.lasting().spawn(async move {
        loop {
            sleep(LOOK).await;
            // One receiver is that by which the next reader finds it.
            if tell.receiver_count() < 2 {
                break;
            }
            // No request is behind it any more: each round has an id of its own.
            let id = RequestId::new(&clock);
            match telemetry::caused_by(&id, render()).await {
                Ok(parts) => {
                    let now = Shown::of(parts, &csrf);
                    tell.send_if_modified(|before| {
                        let is_new = !now.is_like(before);
                        if is_new {
                            *before = now;
                        }
                        is_new
                    });
                }
                Err(failure) if failure.kind == ErrorKind::NotFound => break,
                Err(failure) => {
                    let code = failure.code;
                    tracing::debug!(request_id = %id, code, "a live page could not be brought up to date");
                }
            }
        }
    });
    Ok(shown)
}

struct Stream<P: Permission> {
    db: Db,
    session: Option<SessionId>,
    right: Granted<P>,
    csrf: String,
    shown: watch::Receiver<Shown>,
    sent: Vec<Arc<str>>,
    ends: Instant,
    /// It is given back when the stream ends.
    _place: Place,
}

impl<P: Permission> Stream<P> {
    fn into_response(mut self) -> Response {
        self.shown.mark_changed();
        let events = stream::unfold(Some(self), |stream| async move {
            let mut stream = stream?;
            let (event, goes_on) = stream.next().await?;
            Some((Ok::<_, Infallible>(event), goes_on.then_some(stream)))
        });
        Sse::new(events).keep_alive(KeepAlive::default()).into_response()
    }

    /// The next event, and whether others may follow; nothing at the end.
    async fn next(&mut self) -> Option<(Event, bool)> {
        loop {
            let changed = tokio::select! {
                changed = self.shown.changed() => changed.ok().map(|()| true)?,
                () = sleep(CHECK) => false,
                () = sleep_until(self.ends) => return None,
            };
            match self.may_go_on().await {
                Ok(true) if changed => {
                    if let Some(event) = self.changes() {
                        return Some((event, true));
                    }
                }
                Ok(true) => {}
                Ok(false) => return Some((Event::default().event("signed-out").data("over"), false)),
                Err(failure) => {
                    tracing::debug!(code = failure.code, "the right to a live page can't be proven now");
                    self.shown.mark_changed();
                    sleep(LOOK).await;
                }
            }
        }
    }

    /// True while the session lasts and the right is held.
    async fn may_go_on(&self) -> Result<bool, Failure> {
        if let Some(id) = self.session {
            let limits = self.right.actor().rights.session_limits();
            // A page that updates itself is no use of the session, which ends also while somebody only looks on.
            let found = sessions::by_id(&self.db, id).await?;
            if found.is_none_or(|session| session.is_too_old(self.right.clock().now(), limits)) {
                return Ok(false);
            }
        }
        Ok(self.right.still_held(&self.db).await?)
    }

    /// The parts that were not sent yet.
    fn changes(&mut self) -> Option<Event> {
        let shown = self.shown.borrow_and_update();
        let new = shown.parts.iter().filter(|part| !self.sent.contains(&part.without_times));
        let new: Vec<String> = new.map(|part| part.for_reader(&self.csrf)).collect();
        self.sent = shown.parts.iter().map(|part| part.without_times.clone()).collect();
        (!new.is_empty()).then(|| Event::default().event("swap").data(new.join("\n")))
    }
}

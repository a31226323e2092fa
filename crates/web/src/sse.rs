//! Live updates: parts of a page sent again whenever they changed. The right is proven anew every few seconds.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use access::{Granted, Permission, sessions};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use db::Db;
use futures_util::stream;
use kernel::SessionId;
use maud::Markup;

use crate::caller::Caller;
use crate::context::Web;
use crate::failure::Failure;

/// How often a stream looks for changes.
const LOOK: Duration = Duration::from_millis(400);
/// How many looks pass between two checks of the right (about 5 s).
const LOOKS_PER_CHECK: u32 = 12;

struct Stream<P: Permission, R> {
    db: Db,
    session: Option<SessionId>,
    right: Granted<P>,
    render: R,
    sent: Vec<String>,
    looks: u32,
    over: bool,
}

/// True while the session lasts and the right is held.
async fn may_go_on<P: Permission>(
    db: &Db,
    session: Option<SessionId>,
    right: &Granted<P>,
) -> Result<bool, Failure> {
    if let Some(id) = session {
        let limits = right.actor().standing.session_limits();
        // A page that updates itself is no use of the session, which ends also while somebody only looks on.
        let found = sessions::by_id(db, id).await?;
        if found.is_none_or(|session| session.is_too_old(right.clock().now(), limits)) {
            return Ok(false);
        }
    }
    Ok(right.still_held(db).await?)
}

impl<P: Permission, R> Stream<P, R> {
    /// What to send next, or nothing when all is as it was.
    async fn next<F>(&mut self) -> Result<Option<Event>, Failure>
    where
        R: Fn() -> F,
        F: Future<Output = Result<Vec<Markup>, Failure>> + Send,
    {
        if self.looks.is_multiple_of(LOOKS_PER_CHECK)
            && !may_go_on(&self.db, self.session, &self.right).await?
        {
            return Ok(Some(self.end()));
        }
        let parts: Vec<String> = (self.render)().await?.into_iter().map(Markup::into_string).collect();
        let is_new = |part: &&String| !self.sent.contains(&without_times(part));
        let changed: Vec<String> = parts.iter().filter(is_new).cloned().collect();
        if changed.is_empty() {
            return Ok(None);
        }
        if !may_go_on(&self.db, self.session, &self.right).await? {
            return Ok(Some(self.end()));
        }
        self.sent = parts.iter().map(|part| without_times(part)).collect();
        Ok(Some(Event::default().event("swap").data(changed.join("\n"))))
    }

    fn end(&mut self) -> Event {
        self.over = true;
        Event::default().event("signed-out").data("over")
    }
}

/// A stream of the parts that `render` makes; each part's topmost element has the id that it replaces, and only
/// parts that changed are sent. After each the page is asked for as a whole, so that head, deeds and badges follow; a part
/// without an id is there for that alone. When the session or the right is gone the stream says so and ends. While the
/// database can't say, nothing is sent.
pub fn live<P, R, F>(web: &Web, caller: &Caller, right: Granted<P>, render: R) -> Response
where
    P: Permission,
    R: Fn() -> F + Send + 'static,
    F: Future<Output = Result<Vec<Markup>, Failure>> + Send,
{
    let session = caller.session().map(|session| session.id);
    let first =
        Stream { db: web.db().clone(), session, right, render, sent: Vec::new(), looks: 0, over: false };
    let events = stream::unfold((first, false), |(mut state, mut looked)| async move {
        while !state.over {
            if looked {
                tokio::time::sleep(LOOK).await;
            }
            looked = true;
            match state.next().await {
                Ok(event) => {
                    state.looks = state.looks.wrapping_add(1);
                    if let Some(event) = event {
                        return Some((Ok::<_, Infallible>(event), (state, looked)));
                    }
                }
                Err(failure) => {
                    tracing::debug!(code = failure.code, "a live page could not be brought up to date");
                }
            }
        }
        None
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// A part without the words inside its `<time>` elements, which grow older by themselves.
fn without_times(part: &str) -> String {
    let mut rest = part;
    let mut kept = String::with_capacity(part.len());
    while let Some(begin) = rest.find("<time") {
        let Some(end) = rest[begin..].find("</time>") else {
            break;
        };
        let element = &rest[begin..begin + end];
        let tag = element.find('>').map_or(element, |close| &element[..=close]);
        kept.push_str(&rest[..begin]);
        kept.push_str(tag);
        rest = &rest[begin + end..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::without_times;

    #[test]
    fn an_older_age_is_no_change() {
        let part = |age| format!("<p id=a><time datetime=x>{age}</time> of <time datetime=y>1</time>!</p>");
        assert_eq!(without_times(&part("2 s ago")), without_times(&part("3 s ago")));
        assert_eq!(without_times("<p>a</p>"), "<p>a</p>");
        assert_ne!(without_times("<time a>1</time>b"), without_times("<time a>1</time>c"));
    }
}

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
async fn may_go_on<P: Permission>(db: &Db, session: Option<SessionId>, right: &Granted<P>) -> bool {
    let signed_in = match session {
        None => true,
        Some(id) => matches!(sessions::by_id(db, id).await, Ok(Some(_))),
    };
    signed_in && right.still_held(db).await.unwrap_or(false)
}

/// A stream of the parts that `render` makes; each part's topmost element has the id that it replaces, and only
/// parts that changed are sent. When the session or the right is gone the stream says so and ends.
pub fn live<P, R, F>(web: &Web, caller: &Caller, right: Granted<P>, render: R) -> Response
where
    P: Permission,
    R: Fn() -> F + Send + 'static,
    F: Future<Output = Result<Vec<Markup>, Failure>> + Send,
{
    let session = caller.session().map(|session| session.id);
    let first =
        Stream { db: web.db().clone(), session, right, render, sent: Vec::new(), looks: 0, over: false };
    let events = stream::unfold(first, |mut state| async move {
        while !state.over {
            if state.looks.is_multiple_of(LOOKS_PER_CHECK)
                && !may_go_on(&state.db, state.session, &state.right).await
            {
                state.over = true;
                return Some((Ok::<_, Infallible>(Event::default().event("signed-out").data("over")), state));
            }
            if state.looks > 0 {
                tokio::time::sleep(LOOK).await;
            }
            state.looks = state.looks.wrapping_add(1);
            let Ok(parts) = (state.render)().await else {
                continue;
            };
            let parts: Vec<String> = parts.into_iter().map(|part| part.into_string()).collect();
            let is_new = |part: &&String| !state.sent.contains(&without_times(part));
            let changed: Vec<String> = parts.iter().filter(is_new).cloned().collect();
            state.sent = parts.iter().map(|part| without_times(part)).collect();
            if !changed.is_empty() {
                return Some((Ok(Event::default().event("swap").data(changed.join("\n"))), state));
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

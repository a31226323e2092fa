//! Live updates: parts of a page sent again whenever they changed. The right is proven anew every few seconds.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use maud::Markup;

use crate::failure::Failure;

/// How often a stream looks for changes.
const LOOK: Duration = Duration::from_millis(400);
/// How many looks pass between two checks of the right (about 5 s).
const LOOKS_PER_CHECK: u32 = 12;

/// One part of a page; its topmost element has the id that it replaces.
pub type LivePart = Markup;

/// A stream of parts. `render` makes all parts of the page; only those that changed are sent. `check` proves the
/// right again; when it fails the stream says so and ends.
pub fn live<R, RF, C, CF>(render: R, check: C) -> Response
where
    R: Fn() -> RF + Send + 'static,
    RF: Future<Output = Result<Vec<LivePart>, Failure>> + Send,
    C: Fn() -> CF + Send + 'static,
    CF: Future<Output = bool> + Send,
{
    struct State<R, C> {
        render: R,
        check: C,
        sent: Vec<String>,
        looks: u32,
        over: bool,
    }
    let first = State {
        render,
        check,
        sent: Vec::new(),
        looks: 0,
        over: false,
    };
    let events = stream::unfold(first, |mut state| async move {
        while !state.over {
            if state.looks.is_multiple_of(LOOKS_PER_CHECK) && !(state.check)().await {
                state.over = true;
                return Some((
                    Ok::<_, Infallible>(Event::default().event("signed-out").data("")),
                    state,
                ));
            }
            if state.looks > 0 {
                tokio::time::sleep(LOOK).await;
            }
            state.looks = state.looks.wrapping_add(1);
            let Ok(parts) = (state.render)().await else {
                continue;
            };
            let parts: Vec<String> = parts.into_iter().map(|part| part.into_string()).collect();
            let changed = parts
                .iter()
                .filter(|part| !state.sent.contains(part))
                .cloned()
                .collect::<Vec<_>>();
            let is_first = state.sent.is_empty();
            state.sent = parts;
            // What the page shows already need not be sent; a change before the stream opened must be.
            if !changed.is_empty() || is_first {
                return Some((Ok(Event::default().event("swap").data(changed.join("\n"))), state));
            }
        }
        None
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

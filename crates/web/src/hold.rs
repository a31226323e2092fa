//! A restored database is held until an operator has compared it with the upstreams. Until then customers find their part
//! of the product closed, for people who were removed since the backup are in it again, and operators are told on every
//! page. Whom a route serves meanwhile stands in the route table.

use std::time::Duration;

use access::Surface;
use axum::extract::{Request, State};
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use backup::{Hold, Standing};
use i18n::Words;
use kernel::{Coded as _, Explain as _, Timestamp};
use maud::html;

use crate::caller::{Caller, Unknown};
use crate::context::Web;
use crate::failure::Failure;
use crate::refusal::Refusal;
use crate::ui::{self, Band, BandKind};

/// When it is worth asking again: a person looks at what was restored first.
const AGAIN: Duration = Duration::from_mins(5);
/// What is served whatever the database says.
const APART: [&str; 2] = ["/assets/", "/health/"];

/// The stable word for what is closed until the product is resumed.
pub(crate) const HELD: &str = "held";

/// Whom a route serves while a restored database is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileHeld {
    /// Everyone: it shows nothing of anybody, or begins the sign-in of an operator.
    Everyone,
    /// Operators.
    Operators,
    /// No one: it is the customers'.
    NoOne,
}

/// How the database stood when the request came.
#[derive(Debug, Clone)]
pub(crate) struct Looked(Result<Standing, Failure>);

/// Looks how the database stands; nothing for what is served all the same.
pub(crate) async fn look(extensions: &Extensions, path: &str) -> Option<Looked> {
    if APART.iter().any(|apart| path.starts_with(apart)) {
        return None;
    }
    let web = Web::of(extensions).ok()?;
    Some(Looked(backup::standing(web.db()).await.map_err(Failure::from)))
}

/// The layer of a route that isn't for everyone. It is outside of the proof of the right, so nothing is read or written
/// for who is turned away.
pub(crate) async fn admit(State(whom): State<WhileHeld>, request: Request, next: Next) -> Response {
    match refusal(whom, request.extensions()) {
        Some(failure) => failure.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(whom: WhileHeld, extensions: &Extensions) -> Option<Failure> {
    let standing = match extensions.get::<Looked>() {
        Some(Looked(Ok(standing))) => *standing,
        Some(Looked(Err(failure))) => return Some(failure.clone()),
        None => return Some(Refusal::Internal("whether the database is held was not looked at").into()),
    };
    match (standing, whom) {
        (Standing::Free, _) | (_, WhileHeld::Everyone) => None,
        (Standing::Held(_), WhileHeld::Operators) if may_be_operator(extensions) => None,
        _ => Some(closed(extensions)),
    }
}

/// An operator, or somebody who has yet to say who they are where operators do.
fn may_be_operator(extensions: &Extensions) -> bool {
    if Web::of(extensions).is_ok_and(|web| web.surface() == Some(Surface::Portal)) {
        return false;
    }
    match extensions.get::<Caller>() {
        Some(Caller::Known(known)) => known.actor.is_operator(),
        Some(Caller::Stranger(surface, _) | Caller::Unknown(Unknown::Outdated(surface))) => {
            *surface == Surface::Operator
        }
        Some(Caller::Unknown(_)) | None => true,
    }
}

/// No service is down, so this is not logged as one that is.
fn closed(extensions: &Extensions) -> Failure {
    let refusal = Refusal::Held;
    Failure {
        kind: refusal.kind(),
        code: refusal.code(),
        message: refusal.message(),
        fields: Vec::new(),
        again_at: Web::of(extensions).ok().map(|web| web.clock().now().after(AGAIN)),
    }
}

/// What holds the product, in words for those who run it: pages, health and the doctor say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// That it is held.
    pub lead: String,
    /// What happened, and what that means.
    pub says: String,
    /// What to do.
    pub advice: String,
}

/// What holds the product, in words.
pub fn told(w: &Words, hold: &Hold) -> Told {
    let at = |at: Timestamp| ui::exact(w, at);
    let says =
        w.tx("hold-says", &[("taken", at(hold.taken_at).into()), ("restored", at(hold.restored_at).into())]);
    Told { lead: w.t("hold-lead"), says, advice: w.t("hold-advice") }
}

/// The band on the pages of operators.
pub(crate) fn band(w: &Words, extensions: &Extensions) -> Option<Band> {
    let Some(Looked(Ok(Standing::Held(hold)))) = extensions.get::<Looked>() else { return None };
    let Told { lead, says, advice } = told(w, hold);
    let text = html! { b { (lead) } " " (says) };
    Some(Band { kind: BandKind::Held, text, action: Some(html! { span { (ui::with_code(&advice)) } }) })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language};

    use super::*;

    #[test]
    fn what_holds_the_product_is_told_with_the_command_that_ends_it() {
        let words = Words::new(Arc::new(Catalogues::new(ui::TEXTS).unwrap()), Language::English);
        let at = Timestamp::from_seconds;
        let hold = Hold { taken_at: at(1_782_864_000), restored_at: at(1_782_950_400) };
        let told = told(&words, &hold);
        assert!(told.says.contains("1 Jul 2026, 00:00:00 UTC"), "{}", told.says);
        assert!(told.says.contains("2 Jul 2026, 00:00:00 UTC"), "{}", told.says);
        let shown = ui::with_code(&told.advice).into_string();
        assert!(shown.contains("<code>dezky resume</code>"), "{shown}");
        assert!(!shown.contains('`'), "{shown}");
    }
}

//! `/api/tenants/{slug}/users/{id}/sessions`, as JSON.

use access::ManageMembers;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use memberships::{At, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, Mount, Right, Routes};

use super::Seen;
use crate::live::Why;
use crate::service::People;

const ALL: &str = "/api/tenants/{slug}/users/{id}/sessions";
const ONE: &str = "/api/tenants/{slug}/users/{id}/sessions/{session}";

pub fn routes(people: &People) -> Routes {
    let op = |summary| Operation::new("Members", summary);
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(op("Where a member is signed in").answer::<SessionsView>(200))
        .on(&Method::DELETE, ONE, end)
        .doc(op(
            "End a member's session in one browser, everywhere it's listed for; force-logout ends all of them",
        ))
        .with_state(people.clone())
}

/// The sessions of a member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionsView {
    items: Vec<SessionView>,
    /// There are no pages.
    next_cursor: Option<String>,
    /// Why single sign-on sessions are missing; null when they are included.
    sign_in_reason: Option<&'static str>,
}

/// A browser that the member is signed in with. Its id opens nothing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    id: String,
    /// The first of its places.
    place: &'static str,
    /// Where this browser is signed in: `portal`, `operator` and `sign_in` (the sign-in service, which opens the others
    /// again). Ending the session ends all of them.
    places: Vec<&'static str>,
    browser: Option<String>,
    system: Option<String>,
    /// Where it was begun from; at the sign-in service, where it was last used from.
    address: Option<String>,
    began_at: Option<String>,
    last_seen_at: Option<String>,
}

impl From<Seen> for SessionView {
    fn from(seen: Seen) -> Self {
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: seen.id,
            place: seen.places.first().map_or("", |place| place.as_str()),
            places: seen.places.iter().map(|place| place.as_str()).collect(),
            browser: text(seen.browser),
            system: text(seen.system),
            address: text(seen.address),
            began_at: seen.began_at.map(|at| at.to_string()),
            last_seen_at: seen.last_seen_at.map(|at| at.to_string()),
        }
    }
}

/// The path of one session.
#[derive(Deserialize)]
pub struct OneAt {
    id: String,
    session: String,
}

impl OneAt {
    /// The person; a text that is no id names nobody.
    pub fn user(&self) -> Result<kernel::UserId, Error> {
        self.id.parse().map_err(|_| Error::NotFound)
    }

    /// The session.
    pub fn session(&self) -> &str {
        &self.session
    }
}

async fn list(
    Right(by): Right<ManageMembers>,
    State(people): State<People>,
    Path(at): Path<At>,
) -> Result<Json<SessionsView>, Failure> {
    let found = people.sessions(&by, at.user()?).await?;
    Ok(Json(SessionsView {
        items: found.all.into_iter().map(SessionView::from).collect(),
        next_cursor: None,
        sign_in_reason: found.silent.map(Why::as_str),
    }))
}

async fn end(
    Right(by): Right<ManageMembers>,
    State(people): State<People>,
    Path(at): Path<OneAt>,
) -> Result<StatusCode, Failure> {
    people.end_session(&by, at.user()?, at.session()).await?;
    Ok(StatusCode::NO_CONTENT)
}

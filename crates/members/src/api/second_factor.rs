//! `/api/tenants/{slug}/mfa-status`, as JSON: who has a second factor and who lacks one.

use access::ManageMembers;
use axum::Json;
use axum::extract::{Path, State};
use memberships::At;
use people::Why;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, Mount, Query, Right, Routes};

use crate::api::MemberQuery;
use crate::listing::SecondFactor;
use crate::reads::Details;
use crate::service::Members;

const REMIND: &str = "/api/tenants/{slug}/users/{id}/remind-mfa";

pub fn routes(members: &Members) -> Routes {
    let op = |summary| Operation::new("Members", summary);
    let status = op("Who has a second factor, with how many have one, lack one or aren't known")
        .answer::<SecondFactorsView>(200);
    Routes::new(Mount::Api)
        .get("/api/tenants/{slug}/mfa-status", show)
        .doc(status)
        .post(REMIND, remind)
        .doc(op("Email a member without a second factor a link to set one up").answer::<RemindedView>(200))
        .with_state(members.clone())
}

/// A member and their second factor.
#[derive(Serialize, ToSchema)]
struct SecondFactorView {
    id: String,
    name: String,
    email: String,
    role: String,
    /// `on`, `off` or `unknown`.
    mfa: &'static str,
    /// Why it is unknown.
    reason: Option<&'static str>,
}

/// Who has one, and how many in all.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SecondFactorsView {
    items: Vec<SecondFactorView>,
    next_cursor: Option<String>,
    /// How many have a second factor.
    on: usize,
    /// How many lack one.
    off: usize,
    /// Of how many it is not known.
    unknown: usize,
    /// Why it is not known, where it is the same for all.
    reason: Option<&'static str>,
}

impl From<&Details> for SecondFactorView {
    fn from(details: &Details) -> Self {
        let known = details.live.second_factor;
        Self {
            id: details.member.user.to_string(),
            name: details.member.name.clone(),
            email: details.member.email.clone(),
            role: details.member.role.as_str().to_owned(),
            mfa: SecondFactor::of(known).as_str(),
            reason: known.err().map(Why::as_str),
        }
    }
}

/// Whether a mail was sent.
#[derive(Serialize, ToSchema)]
struct RemindedView {
    /// False where there is nothing to remind of.
    sent: bool,
}

async fn show(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Query(query): Query<MemberQuery>,
) -> Result<Json<SecondFactorsView>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let tally = members.tally(&by).await?;
    let found = members.page(&by, &query.wanted()?, cursor.as_ref(), limit).await?;
    Ok(Json(SecondFactorsView {
        items: found.page.items.iter().map(SecondFactorView::from).collect(),
        next_cursor: found.page.next.map(|next| next.to_string()),
        on: tally.on,
        off: tally.off,
        unknown: tally.unknown,
        reason: tally.why.map(Why::as_str),
    }))
}

async fn remind(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
) -> Result<Json<RemindedView>, Failure> {
    Ok(Json(RemindedView { sent: members.remind_of_second_factor(&by, at.user()?).await? }))
}

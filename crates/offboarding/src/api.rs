//! `/api/tenants/{slug}/users/{id}/offboard`, as JSON.

use access::ManageMembers;
use axum::Json;
use axum::extract::{Path, State};
use memberships::At;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, Mount, Right, Routes};

use crate::hand_over::Handed;
use crate::input;
use crate::model::{Offboarding, Seen};
use crate::service::Offboardings;

const PATH: &str = "/api/tenants/{slug}/users/{id}/offboard";

pub fn routes(offboardings: &Offboardings) -> Routes {
    let op = |summary| Operation::new("Members", summary);
    Routes::new(Mount::Api)
        .post(PATH, begin)
        .doc(
            op("Offboard a member: close every way in, and check each")
                .body(input::OFFBOARD)
                .answer::<OffboardingView>(200),
        )
        .get(PATH, show)
        .doc(op("An offboarding report: how each way in was found").answer::<OffboardingView>(200))
        .with_state(offboardings.clone())
}

/// An offboarding and how the ways in were found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OffboardingView {
    /// True when every way in was checked and none is open, until access is restored.
    shut: bool,
    /// True while it is checked again.
    goes_on: bool,
    began_at: String,
    checked_at: Option<String>,
    /// When access was restored; the checks are history from then on.
    restored_at: Option<String>,
    #[serde(rename = "doors")]
    checks: Vec<SeenView>,
    /// The addresses whose new mail goes to a colleague; empty when it still goes to their mailbox.
    handed_over: Vec<String>,
}

/// One way in.
#[derive(Serialize, ToSchema)]
struct SeenView {
    /// `account`, `membership`, `groups`, `pages`, `sessions`, `tokens`, `mail`, `mailbox`, `app_passwords`, `files`,
    /// `space` or `group_spaces`.
    #[serde(rename = "door")]
    place: &'static str,
    /// `tried`, or `read` back from its upstream.
    how: &'static str,
    /// `refused`, `open`, `elsewhere` (open on purpose, since they work elsewhere too), `own` (the account that they came
    /// with, which is left alone) or `unknown`.
    verdict: &'static str,
    /// How many are left, where they are counted.
    left: Option<usize>,
    at: String,
}

fn view(offboarding: &Offboarding) -> OffboardingView {
    let view = |seen: &Seen| SeenView {
        place: seen.place.as_str(),
        how: seen.how.as_str(),
        verdict: seen.verdict.as_str(),
        left: seen.left,
        at: seen.at.to_string(),
    };
    OffboardingView {
        shut: offboarding.is_shut(),
        goes_on: offboarding.goes_on(),
        began_at: offboarding.began_at.to_string(),
        checked_at: offboarding.checked_at.map(|at| at.to_string()),
        restored_at: offboarding.restored_at.map(|at| at.to_string()),
        checks: offboarding.checks.iter().map(view).collect(),
        handed_over: offboarding.handed.iter().flat_map(Handed::addresses).map(ToString::to_string).collect(),
    }
}

async fn begin(
    Right(by): Right<ManageMembers>,
    State(offboardings): State<Offboardings>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<OffboardingView>, Failure> {
    let mut input = body.input(input::OFFBOARD);
    let mail_to = input.parse("mailTo");
    let mail_to = input.finish(Some(mail_to)).map_err(memberships::Error::Invalid)?;
    Ok(Json(view(&offboardings.offboard(&by, at.user()?, mail_to.as_ref()).await?)))
}

async fn show(
    Right(by): Right<ManageMembers>,
    State(offboardings): State<Offboardings>,
    Path(at): Path<At>,
) -> Result<Json<OffboardingView>, Failure> {
    let found = offboardings.offboarding(&by, at.user()?).await?;
    Ok(Json(view(&found.ok_or(memberships::Error::NotFound)?)))
}

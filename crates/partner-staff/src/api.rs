//! `/api/partners/{partner}/users` and `/invitations`, and the staff of the caller's own partner, as JSON.

use access::staff_invitations::StaffInvitation;
use access::{ManagePartner, ViewStaff};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::cursor::Page;
use kernel::{InvitationId, Timestamp, UserId};
use partners::reach;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, ListQuery, Listed, Mount, Query, Right, Routes, Version, listed};

use crate::error::Error;
use crate::input;
use crate::reads::StaffMember;
use crate::service::PartnerStaff;

const STAFF: &str = "/api/partners/{partner}/users";
const PERSON: &str = "/api/partners/{partner}/users/{id}";
const INVITATIONS: &str = "/api/partners/{partner}/invitations";
const INVITATION: &str = "/api/partners/{partner}/invitations/{id}";

pub fn routes(partners: &PartnerStaff) -> Routes {
    let op = |summary| Operation::new("Partners", summary);
    Routes::new(Mount::Api)
        .get(STAFF, list)
        .doc(op("The staff of a partner").list::<StaffView>())
        .on(&Method::PATCH, PERSON, change)
        .doc(
            op("Change a partner’s staff. Send `If-Match` to detect changes in between")
                .body(input::STAFF)
                .answer::<StaffView>(200),
        )
        .on(&Method::DELETE, PERSON, remove)
        .doc(op("Remove a person from a partner’s staff"))
        .get(INVITATIONS, invitations)
        .doc(op("The invitations to a partner’s staff").list::<StaffInvitationView>())
        .post(INVITATIONS, invite)
        .doc(
            op("Invite a person to a partner’s staff").body(input::INVITE).answer::<StaffInvitationView>(201),
        )
        .on(&Method::DELETE, INVITATION, revoke)
        .doc(op("Withdraw an invitation to a partner’s staff").answer::<StaffInvitationView>(200))
        .post("/api/partners/{partner}/invitations/{id}/resend", resend)
        .doc(op("Send an invitation to a partner’s staff again").answer::<StaffInvitationView>(200))
        .get("/api/partner/users", own_staff)
        .doc(Operation::new("Your partner", "The staff of the partner you work for").list::<StaffView>())
        .with_state(partners.clone())
}

/// The path of one of them.
#[derive(Deserialize)]
pub(crate) struct At {
    id: String,
}

impl At {
    /// The person; a text that is no id names nobody.
    pub(crate) fn person(&self) -> Result<UserId, Error> {
        self.id.parse().map_err(|_| Error::NoSuchStaff)
    }

    /// The invitation.
    pub(crate) fn invitation(&self) -> Result<InvitationId, Error> {
        self.id.parse().map_err(|_| Error::NoInvitation)
    }
}

/// Somebody of a partner's staff.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaffView {
    id: String,
    email: String,
    /// False if the address is only claimed by the person's account.
    email_verified: bool,
    name: String,
    /// `owner`, `admin`, `support` or `billing`.
    role: &'static str,
    /// `all` customers, or `chosen` ones.
    reach: &'static str,
    /// The slugs of chosen customers, as far as you reach them too.
    tenants: Vec<String>,
    /// Whether they have a second factor; null if it isn't known.
    mfa: Option<bool>,
    /// Why it isn't known.
    mfa_unknown: Option<&'static str>,
    last_sign_in_at: Option<String>,
    since: String,
    /// Counts the changes of role and customers; `If-Match: "v3"` names the third.
    version: i64,
}

impl From<&StaffMember> for StaffView {
    fn from(one: &StaffMember) -> Self {
        Self {
            id: one.person.id.to_string(),
            email: one.person.email.clone(),
            email_verified: one.person.email_verified,
            name: one.person.name.clone(),
            role: one.staff.role.as_str(),
            reach: reach(&one.staff.customers),
            tenants: one.chosen.iter().map(|(slug, _)| slug.clone()).collect(),
            mfa: one.second_factor.ok(),
            mfa_unknown: one.second_factor.err().map(::people::Why::as_str),
            last_sign_in_at: one.last_sign_in_at.map(|at| at.to_string()),
            since: one.staff.since.to_string(),
            version: one.staff.version,
        }
    }
}

/// An invitation to a partner's staff.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaffInvitationView {
    id: String,
    email: String,
    name: Option<String>,
    /// `owner`, `admin`, `support` or `billing`.
    role: &'static str,
    /// `all` customers, or `chosen` ones.
    reach: &'static str,
    /// `waiting`, `accepted`, `revoked` or `expired`.
    status: &'static str,
    created_at: String,
    sent_at: Option<String>,
    expires_at: String,
}

impl StaffInvitationView {
    fn of(invitation: &StaffInvitation, now: Timestamp) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.to_string(),
            name: Some(invitation.name.clone()).filter(|name| !name.is_empty()),
            role: invitation.role.as_str(),
            reach: reach(&invitation.customers),
            status: invitation.state(now).as_str(),
            created_at: invitation.created_at.to_string(),
            sent_at: invitation.sent_at.map(|at| at.to_string()),
            expires_at: invitation.expires_at.to_string(),
        }
    }
}

/// All of them: a partner has few.
async fn list(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
) -> Result<Json<Listed<StaffView>>, Failure> {
    let items = partners.staff(&by).await?.iter().map(StaffView::from).collect();
    Ok(Json(listed(Page { items, next: None })))
}

async fn own_staff(
    Right(by): Right<ViewStaff>,
    State(partners): State<PartnerStaff>,
) -> Result<Json<Listed<StaffView>>, Failure> {
    let items = partners.staff(&by).await?.iter().map(StaffView::from).collect();
    Ok(Json(listed(Page { items, next: None })))
}

async fn change(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
    version: Version,
    body: JsonBody,
) -> Result<Response, Failure> {
    let user = at.person()?;
    let change = input::staff_change(body.input(input::STAFF), None).map_err(Failure::invalid)?;
    partners.change_staff(&by, user, change, version.expected()).await?;
    let view = StaffView::from(&partners.staff_member(&by, user).await?);
    Ok((Version::tag(view.version), Json(view)).into_response())
}

async fn remove(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    partners.remove_staff(&by, at.person()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn invitations(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listed<StaffInvitationView>>, Failure> {
    let (limit, cursor) = query.read()?;
    let (page, now) = (partners.invitations(&by, cursor.as_ref(), limit).await?, partners.now());
    Ok(Json(listed(page.map(|one| StaffInvitationView::of(&one, now)))))
}

async fn invite(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let new = input::new_staff(body.input(input::INVITE), None).map_err(Failure::invalid)?;
    let made = partners.invite(&by, new).await?;
    let place = format!("/api/partners/{}/invitations/{}", by.scope().slug, made.id);
    let view = StaffInvitationView::of(&made, partners.now());
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

async fn revoke(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
) -> Result<Json<StaffInvitationView>, Failure> {
    let revoked = partners.revoke(&by, at.invitation()?).await?;
    Ok(Json(StaffInvitationView::of(&revoked, partners.now())))
}

async fn resend(
    Right(by): Right<ManagePartner>,
    State(partners): State<PartnerStaff>,
    Path(at): Path<At>,
) -> Result<Json<StaffInvitationView>, Failure> {
    let sent = partners.resend(&by, at.invitation()?).await?;
    Ok(Json(StaffInvitationView::of(&sent, partners.now())))
}

//! `/api/tenants/{slug}/invitations`, as JSON. The link is in the mail alone, so no answer has it.

use std::collections::BTreeSet;

use access::ManageMembers;
use access::invitations::{Invitation, State as Stands};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::input::Shape;
use kernel::{FieldError, InvitationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    listed,
};

use crate::error::Error;
use crate::input;
use crate::service::Invitations;

const ALL: &str = "/api/tenants/{slug}/invitations";
const ONE: &str = "/api/tenants/{slug}/invitations/{id}";

pub fn routes(invitations: &Invitations) -> Routes {
    let op = |summary| Operation::new("Invitations", summary);
    let list_of = op("The invitations of a tenant").list::<InvitationView>();
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(list_of)
        .post(ALL, create)
        .doc(op("Invite someone by email").body(input::INVITE).answer::<InvitationView>(201))
        .get(ONE, show)
        .doc(op("An invitation").answer::<InvitationView>(200))
        .post("/api/tenants/{slug}/invitations/{id}/resend", resend)
        .doc(
            op("Send an invitation again with a new link; the old link stops working")
                .answer::<InvitationView>(200),
        )
        .on(&Method::DELETE, ONE, revoke)
        .doc(op("Withdraw an invitation; its link stops working and its seat is free"))
        .with_state(invitations.clone())
}

/// An invitation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InvitationView {
    id: String,
    email: String,
    name: Option<String>,
    /// `member`, `admin` or `owner`.
    role: String,
    /// The mailbox name, before the `@`, where one was given.
    mailbox: Option<String>,
    /// `waiting`, `accepted`, `revoked` or `expired`.
    state: &'static str,
    /// True while its link lets no one in, since its sender can no longer invite people. Sending it again lifts that.
    on_hold: bool,
    /// The person who accepted, or whose account was created for it.
    user_id: Option<String>,
    /// The person who sent it last; null where that was Dezky or an operator.
    invited_by: Option<String>,
    created_at: String,
    /// When its last email was written.
    sent_at: Option<String>,
    expires_at: String,
    accepted_at: Option<String>,
    revoked_at: Option<String>,
}

fn view(one: &Invitation, held: &BTreeSet<InvitationId>, now: Timestamp) -> InvitationView {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    InvitationView {
        id: one.id.to_string(),
        email: one.email.to_string(),
        name: Some(one.name.clone()).filter(|name| !name.is_empty()),
        role: one.role.as_str().to_owned(),
        mailbox: one.mailbox.clone(),
        state: one.state(now).as_str(),
        on_hold: held.contains(&one.id),
        user_id: one.user.map(|id| id.to_string()),
        invited_by: one.invited_by.map(|id| id.to_string()),
        created_at: one.created_at.to_string(),
        sent_at: time(one.sent_at),
        expires_at: one.expires_at.to_string(),
        accepted_at: time(one.accepted_at),
        revoked_at: time(one.revoked_at),
    }
}

/// The path of one invitation.
#[derive(Deserialize)]
pub struct At {
    id: String,
}

impl At {
    /// The invitation; a text that is no id names none.
    pub fn invitation(&self) -> Result<InvitationId, Error> {
        self.id.parse().map_err(|_| memberships::Error::NoInvitation.into())
    }
}

/// The parameters of the query.
const FILTERS: &[Parameter] =
    &[Parameter::optional("state", Shape::Text(20), "`waiting`, `accepted`, `revoked` or `expired`.")];

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct InvitationQuery {
    pub state: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for InvitationQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl InvitationQuery {
    /// The state to list; an empty text, as forms send it, is none.
    pub fn state(&self) -> Result<Option<Stands>, Failure> {
        let all = [Stands::Waiting, Stands::Accepted, Stands::Revoked, Stands::Expired];
        match self.state.as_deref().filter(|word| !word.is_empty()) {
            None => Ok(None),
            Some(word) => all.into_iter().find(|state| state.as_str() == word).map(Some).ok_or_else(|| {
                let error = FieldError::of("state", "unknown_value", "input-unknown-value");
                Failure::invalid(vec![error])
            }),
        }
    }
}

async fn list(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Query(query): Query<InvitationQuery>,
) -> Result<Json<Listed<InvitationView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let page = invitations.page(&by, query.state()?, cursor.as_ref(), limit).await?;
    let held = invitations.on_hold(&by, &page.items).await?;
    let now = invitations.now();
    Ok(Json(listed(page.map(|one| view(&one, &held, now)))))
}

async fn create(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::INVITE);
    let new = input::invitation(&mut input);
    let new = input.finish(new).map_err(Failure::invalid)?;
    let one = invitations.invite(&by, new).await?;
    let place = format!("/api/tenants/{}/invitations/{}", by.scope().slug, one.id);
    // Whoever makes one may.
    let shown = Json(view(&one, &BTreeSet::new(), invitations.now()));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], shown).into_response())
}

async fn show(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
) -> Result<Json<InvitationView>, Failure> {
    let one = invitations.invitation(&by, at.invitation()?).await?;
    let held = invitations.on_hold(&by, std::slice::from_ref(&one)).await?;
    Ok(Json(view(&one, &held, invitations.now())))
}

async fn resend(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
) -> Result<Json<InvitationView>, Failure> {
    let one = invitations.resend(&by, at.invitation()?).await?;
    Ok(Json(view(&one, &BTreeSet::new(), invitations.now())))
}

async fn revoke(
    Right(by): Right<ManageMembers>,
    State(invitations): State<Invitations>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    invitations.revoke(&by, at.invitation()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

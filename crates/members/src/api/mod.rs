//! `/api/tenants/{slug}/users`, as JSON.

pub mod second_factor;

use std::collections::BTreeMap;

use access::{ManageMembers, TenantRole};
use addresses::Fate;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::FieldError;
use kernel::input::Shape;
use memberships::{At, MemberFilter, Order, PasswordState, input};
use people::{Credential, SignOut, Why};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, KeptInstead, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right,
    Routes, Tables, Version, listed,
};

use crate::actions::Made;
use crate::listing::{SecondFactor, Wanted};
use crate::reads::{Details, Step, upstream_status};
use crate::service::Members;

const ONE: &str = "/api/tenants/{slug}/users/{id}";

pub fn routes(members: &Members) -> Routes {
    let op = |summary| Operation::new("Members", summary);
    let list_of = op("The members of a tenant").list::<MemberView>();
    Routes::new(Mount::Api)
        .get("/api/tenants/{slug}/users", list)
        .doc(list_of)
        .post("/api/tenants/{slug}/users", create)
        .doc(op("Add a member; only this response has the password").body(input::NEW).answer::<MadeView>(201))
        .get(ONE, show)
        .doc(op("A member").answer::<MemberView>(200))
        .on(&Method::PATCH, ONE, change)
        .doc(op("Change a member's name or role").body(input::CHANGE).answer::<MemberView>(200))
        .on(&Method::DELETE, ONE, remove)
        .doc(op("Remove a member, with their mailbox and mail"))
        .post("/api/tenants/{slug}/users/{id}/suspend", suspend)
        .doc(op("Suspend a member; mail keeps arriving").answer::<MemberView>(200))
        .post("/api/tenants/{slug}/users/{id}/resume", resume)
        .doc(
            op("Resume a member, exactly as before; addresses an offboarding handed over come back")
                .answer::<MemberView>(200),
        )
        .post("/api/tenants/{slug}/users/{id}/force-logout", force_logout)
        .doc(
            op("Sign a member out, as far as this workspace may")
                .body(people::input::SIGN_OUT)
                .answer::<SignOutView>(200),
        )
        .post("/api/tenants/{slug}/users/{id}/reset-password", reset_password)
        .doc(
            op("Reset a member's password; only this response has the new one")
                .body(people::input::SIGN_OUT)
                .answer::<MadeView>(200),
        )
        .with_state(members.clone())
}

/// A member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MemberView {
    id: String,
    email: String,
    /// False where only the person's own account vouches for the address.
    email_verified: bool,
    /// `workspace` for an account that Dezky created. `own` for one the person brought: no one here can rename, reset,
    /// suspend or remove it.
    account: &'static str,
    name: String,
    /// `member`, `admin` or `owner`.
    role: String,
    /// `active`, `suspended` or `removing`.
    status: String,
    mailbox_address: Option<String>,
    /// Whether the last password set signs them in: `set`, `earlier` where only an earlier one does, or `none`; null
    /// before the account is created, and where it is the person's own.
    sign_in_password: Option<&'static str>,
    /// The same for their mailbox; null before it is created.
    mailbox_password: Option<&'static str>,
    /// Whether a second factor is set up; null where that isn't known.
    mfa: Option<bool>,
    /// Why it isn't: `no_account`, `not_configured`, `switched_off`, `unreachable`, `slow`, `not_permitted` or `failed`.
    mfa_reason: Option<&'static str>,
    /// How full the mailbox is; null where there is none, or that isn't known.
    mailbox_use: Option<MailboxUseView>,
    /// Why it isn't: as for `mfaReason`, or `no_mailbox` or `not_there`.
    mailbox_use_reason: Option<&'static str>,
    last_sign_in_at: Option<String>,
    /// Since when the password is a generated one that the person has yet to replace.
    password_due_since: Option<String>,
    /// By upstream: `pending`, `ok`, `skipped` or `error`.
    provisioning_status: BTreeMap<&'static str, String>,
    steps: Vec<MemberStepView>,
    /// Counts the changes; also the `ETag`.
    version: i64,
    created_at: String,
}

/// How full a mailbox is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailboxUseView {
    used_bytes: i64,
    /// Null where there is no limit.
    quota_bytes: Option<i64>,
}

/// One thing that a member has upstream, or should.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MemberStepView {
    /// `authentik.user`, `authentik.membership`, `stalwart.mailbox`, `ocis.user` or `ocis.membership`.
    kind: &'static str,
    /// `pending`, `ok`, `skipped` or `error`.
    status: String,
    /// Why it is pending or skipped: `no_domain`, `awaiting_ownership`, `not_configured`, ...
    reason: Option<String>,
    error: Option<String>,
    attempts: u32,
    attempted_at: Option<String>,
}

impl From<&Step> for MemberStepView {
    fn from(step: &Step) -> Self {
        Self {
            kind: step.kind,
            status: step.status.as_str().to_owned(),
            reason: step.reason.clone(),
            error: step.error.as_ref().map(|error| error.said.clone()),
            attempts: step.attempts,
            attempted_at: step.attempted_at.map(|at| at.to_string()),
        }
    }
}

/// A member and their generated password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MadeView {
    #[serde(flatten)]
    member: MemberView,
    /// Shown here and nowhere else; null when the same request is repeated.
    one_time_password: Option<String>,
    #[serde(rename = "doors")]
    credentials: CredentialsView,
}

/// Where a password was set.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CredentialsView {
    sign_in: CredentialView,
    /// By address.
    mailboxes: BTreeMap<String, CredentialView>,
}

/// How a credential took a password.
#[derive(Serialize, ToSchema)]
struct CredentialView {
    /// `set`, `not_yet` (nothing is behind it yet), `refused` or `failed`.
    state: String,
    /// Why it isn't set.
    reason: Option<String>,
}

impl From<&Credential> for CredentialView {
    fn from(credential: &Credential) -> Self {
        Self { state: credential.as_str().to_owned(), reason: credential.why().map(str::to_owned) }
    }
}

impl From<&people::Credentials> for CredentialsView {
    fn from(credentials: &people::Credentials) -> Self {
        let mailboxes =
            credentials.mailboxes.iter().map(|(address, credential)| (address.clone(), credential.into()));
        Self { sign_in: (&credentials.sign_in).into(), mailboxes: mailboxes.collect() }
    }
}

/// The result of signing a member out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignOutView {
    /// `done`, or `pending`: it is retried.
    state: &'static str,
    /// Why it isn't done yet.
    reason: Option<String>,
    /// `everything`, or `workspace`: for a person who is also in other workspaces, or has their own account, only what
    /// works in this workspace ends.
    extent: &'static str,
    /// `ended`, `kept`, or `pending`: it is retried.
    app_passwords: &'static str,
}

fn view(details: &Details) -> MemberView {
    let member = &details.member;
    let state = |upstream| Some((upstream, upstream_status(&details.steps, upstream)?.as_str().to_owned()));
    MemberView {
        id: member.user.to_string(),
        email: member.email.clone(),
        email_verified: member.email_verified,
        account: if member.own_account { "own" } else { "workspace" },
        name: member.name.clone(),
        role: member.role.as_str().to_owned(),
        status: member.status().as_str().to_owned(),
        mailbox_address: member.mailbox.as_ref().and_then(addresses::Mailbox::address),
        sign_in_password: match member.sign_in_state() {
            Some(_) if member.password_ended => Some("none"),
            state => state.and_then(PasswordState::word),
        },
        mailbox_password: details.mailbox.and_then(PasswordState::word),
        mfa: details.live.second_factor.ok(),
        mfa_reason: details.live.second_factor.err().map(Why::as_str),
        mailbox_use: details
            .live
            .mail
            .ok()
            .map(|mail| MailboxUseView { used_bytes: mail.used, quota_bytes: mail.quota }),
        mailbox_use_reason: details.live.mail.err().map(Why::as_str),
        last_sign_in_at: member.last_sign_in_at.map(|at| at.to_string()),
        password_due_since: member.password_due_since.map(|at| at.to_string()),
        provisioning_status: ["authentik", "stalwart", "ocis"].into_iter().filter_map(state).collect(),
        steps: details.steps.iter().map(MemberStepView::from).collect(),
        version: member.version,
        created_at: member.created_at.to_string(),
    }
}

/// The parameters of the query.
const FILTERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of the name, address or mailbox."),
    Parameter::optional("role", Shape::Text(20), "`member`, `admin` or `owner`."),
    Parameter::optional("status", Shape::Text(20), "`active` or `suspended`."),
    Parameter::optional(
        "mfa",
        Shape::Text(20),
        "`on`, `off` or `unknown`. Members for whom it isn't known are in neither of the first two, and are counted.",
    ),
    Parameter::optional(
        "sort",
        Shape::Text(20),
        "`name`, `role`, `status` or `lastSignIn`; a leading dash reverses the order.",
    ),
];

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct MemberQuery {
    pub q: Option<String>,
    pub role: Option<String>,
    pub status: Option<String>,
    pub mfa: Option<String>,
    pub sort: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for MemberQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl MemberQuery {
    /// What is asked for. Empty parts, as forms send them, are left out.
    pub fn wanted(&self) -> Result<Wanted, Failure> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let bad =
            |field| Failure::invalid(vec![FieldError::of(field, "unknown_value", "input-unknown-value")]);
        let role = match given(&self.role) {
            Some(word) => Some(TenantRole::parse(&word).ok_or_else(|| bad("role"))?),
            None => None,
        };
        let suspended = match given(&self.status).as_deref() {
            None => None,
            Some("active") => Some(false),
            Some("suspended") => Some(true),
            Some(_) => return Err(bad("status")),
        };
        let second_factor = match given(&self.mfa) {
            Some(word) => Some(SecondFactor::parse(&word).ok_or_else(|| bad("mfa"))?),
            None => None,
        };
        let order = match given(&self.sort) {
            Some(word) => Order::parse(&word).ok_or_else(|| bad("sort"))?,
            None => Order::default(),
        };
        let filter = MemberFilter { q: given(&self.q), role, suspended };
        Ok(Wanted { filter, second_factor, order })
    }
}

/// A page of members.
#[derive(Serialize)]
struct MemberPage {
    #[serde(flatten)]
    page: Listed<MemberView>,
    /// How many are left out since nobody can say whether they have a second factor, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<usize>,
}

async fn list(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Query(query): Query<MemberQuery>,
) -> Result<Json<MemberPage>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let wanted = query.wanted()?;
    let found = members.page(&by, &wanted, cursor.as_ref(), limit).await?;
    let is_asked = wanted.second_factor.is_some_and(|meant| meant != SecondFactor::Unknown);
    let page = listed(found.page.map(|details| view(&details)));
    Ok(Json(MemberPage { page, unknown: is_asked.then_some(found.unknown) }))
}

/// An answer with a password, which is kept for repeats without it [P1] and by nobody on the way.
fn once(status: StatusCode, place: Option<String>, details: &Details, made: &Made) -> Response {
    let view = |password: Option<String>| MadeView {
        member: view(details),
        one_time_password: password,
        credentials: (&made.credentials).into(),
    };
    let shown = view(Some(made.password.expose_secret().to_owned()));
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], Json(shown)).into_response();
    if let Some(place) = place.and_then(|place| place.parse().ok()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response.extensions_mut().insert(KeptInstead(json!(view(None))));
    response
}

async fn create(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW);
    let new = input::new(&mut input);
    let new = input.finish(new).map_err(Failure::invalid)?;
    let made = members.create(&by, new).await?;
    let details = members.details(&by, made.member.user).await?;
    let place = format!("/api/tenants/{}/users/{}", by.scope().slug, made.member.user);
    Ok(once(StatusCode::CREATED, Some(place), &details, &made))
}

async fn show(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let details = members.details(&by, at.user()?).await?;
    Ok((Version::tag(details.member.version), Json(view(&details))).into_response())
}

async fn change(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    version: Version,
    body: JsonBody,
) -> Result<Json<MemberView>, Failure> {
    let mut input = body.input(input::CHANGE);
    let change = input::change(&mut input);
    let change = input.finish(Some(change)).map_err(Failure::invalid)?;
    let member = members.update(&by, at.user()?, change, version.expected()).await?;
    Ok(Json(view(&members.details(&by, member.user).await?)))
}

async fn remove(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    members.remove(&by, at.user()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn suspend(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
) -> Result<Json<MemberView>, Failure> {
    let member = members.suspend(&by, at.user()?).await?;
    Ok(Json(view(&members.details(&by, member.user).await?)))
}

async fn resume(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
) -> Result<Json<MemberView>, Failure> {
    let member = members.resume(&by, at.user()?).await?;
    Ok(Json(view(&members.details(&by, member.user).await?)))
}

async fn force_logout(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<SignOutView>, Failure> {
    let fate = fate(body)?;
    let done = members.force_logout(&by, at.user()?, fate).await?;
    let (state, reason) = match done.sign_ins {
        SignOut::Done => ("done", None),
        SignOut::Pending(why) => ("pending", Some(why)),
    };
    let app_passwords = if done.are_ended { fate.as_str() } else { "pending" };
    Ok(Json(SignOutView { state, reason, extent: done.extent.as_str(), app_passwords }))
}

fn fate(body: JsonBody) -> Result<Fate, Failure> {
    let mut input = body.input(people::input::SIGN_OUT);
    let fate = people::input::app_passwords(&mut input);
    input.finish(Some(fate)).map_err(Failure::invalid)
}

async fn reset_password(
    Right(by): Right<ManageMembers>,
    State(members): State<Members>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let made = members.reset_password(&by, at.user()?, fate(body)?).await?;
    let details = members.details(&by, made.member.user).await?;
    Ok(once(StatusCode::OK, None, &details, &made))
}

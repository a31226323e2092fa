//! `/api/tenants/{slug}/groups`, as JSON.

use kernel::input::Shape;
use std::collections::BTreeMap;

use access::{Granted, ManageGroups};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{FieldError, GroupId};
use reconcile::Status;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    Version, listed,
};

use crate::desired::name_for_apps;
use crate::error::Error;
use crate::input;
use crate::model::Group;
use crate::reads::{Details, Order, Person, Step, Summary};
use crate::service::Groups;

const ALL: &str = "/api/tenants/{slug}/groups";
const ONE: &str = "/api/tenants/{slug}/groups/{id}";
const PEOPLE: &str = "/api/tenants/{slug}/groups/{id}/members";
const PERSON: &str = "/api/tenants/{slug}/groups/{id}/members/{user}";

pub fn routes(groups: &Groups) -> Routes {
    let op = |summary| Operation::new("Groups", summary);
    let all = op("The groups of a tenant").list::<GroupView>();
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(all)
        .post(ALL, create)
        .doc(op("Add a group with its people").body(input::NEW).answer::<WholeView>(201))
        .get(ONE, show)
        .doc(op("A group and its people").answer::<WholeView>(200))
        .on(&Method::PATCH, ONE, change)
        .doc(
            op("Change a group; null removes its address or space")
                .body(input::CHANGE)
                .answer::<WholeView>(200),
        )
        .on(&Method::DELETE, ONE, remove)
        .doc(op("Remove a group; the files of its space are kept for a week").answer::<RemovedView>(200))
        .post(PEOPLE, add)
        .doc(op("Add people to a group").body(input::PEOPLE).answer::<WholeView>(200))
        .on(&Method::DELETE, PERSON, take_out)
        .doc(op("Remove a person from a group"))
        .with_state(groups.clone())
}

/// A group of people inside a tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupView {
    id: String,
    /// The group's short name; it never changes.
    slug: String,
    name: String,
    description: Option<String>,
    /// Its name among the groups that apps get with a sign-in.
    name_for_apps: String,
    /// Reaches all of its people.
    address: Option<String>,
    /// What its space may hold; null is no space.
    space_bytes: Option<i64>,
    /// How many people are in it.
    people: i64,
    /// The least good state of all it has: `pending`, `ok` or `error`.
    status: &'static str,
    /// Counts the changes; also the `ETag`.
    version: i64,
    created_at: String,
}

impl GroupView {
    fn of(tenant: &str, group: &Group, people: i64, undone: Option<Status>) -> Self {
        Self {
            id: group.id.to_string(),
            slug: group.slug.to_string(),
            name: group.name.clone(),
            description: group.description.clone(),
            name_for_apps: name_for_apps(tenant, group),
            address: group.address.as_ref().map(ToString::to_string),
            space_bytes: group.space,
            people,
            status: undone.unwrap_or(Status::Ok).as_str(),
            version: group.version,
            created_at: group.created_at.to_string(),
        }
    }
}

/// A group with its people.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WholeView {
    #[serde(flatten)]
    group: GroupView,
    members: Vec<PersonView>,
    /// By upstream: `pending`, `ok`, `skipped` or `error`.
    provisioning_status: BTreeMap<&'static str, &'static str>,
    /// By upstream, the error of the last attempt.
    provisioning_errors: BTreeMap<&'static str, String>,
    /// Until when the files of its removed space are kept.
    files_until: Option<String>,
}

/// A person in a group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PersonView {
    /// The person.
    id: String,
    name: String,
    email: String,
    /// Gets the mail to the group's address; null gets none.
    mailbox_address: Option<String>,
    /// True while the membership in the tenant is closed, and so the ways in of the group.
    suspended: bool,
    /// `pending`, `ok`, `skipped` or `error`.
    status: &'static str,
    added_at: String,
}

impl From<&Person> for PersonView {
    fn from(person: &Person) -> Self {
        let entry = &person.entry;
        Self {
            id: entry.user.to_string(),
            name: entry.name.clone(),
            email: entry.email.clone(),
            mailbox_address: entry.mailbox.as_ref().map(ToString::to_string),
            suspended: entry.suspended,
            status: person.status.as_str(),
            added_at: person.added_at.to_string(),
        }
    }
}

fn by_upstream(steps: &[Step]) -> BTreeMap<&'static str, Status> {
    let mut all: BTreeMap<&'static str, Status> = BTreeMap::new();
    for step in steps {
        let known = all.entry(step.upstream()).or_insert(step.status);
        // What is wrong comes first, then what is under way.
        if step.status == Status::Error || (step.status == Status::Pending && *known != Status::Error) {
            *known = step.status;
        }
    }
    all
}

impl WholeView {
    fn of(tenant: &str, details: &Details) -> Self {
        let by_upstream = by_upstream(&details.steps);
        let has = |status: Status| by_upstream.values().any(|one| *one == status).then_some(status);
        let undone = has(Status::Error).or_else(|| has(Status::Pending));
        let people = i64::try_from(details.people.len()).unwrap_or(i64::MAX);
        let errors = details
            .steps
            .iter()
            .filter_map(|step| Some((step.upstream(), step.error.as_ref()?.said.clone())));
        Self {
            group: GroupView::of(tenant, &details.group, people, undone),
            members: details.people.iter().map(PersonView::from).collect(),
            provisioning_status: by_upstream.iter().map(|(name, status)| (*name, status.as_str())).collect(),
            provisioning_errors: errors.collect(),
            files_until: details.files_until.map(|at| at.to_string()),
        }
    }
}

/// A removed group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RemovedView {
    id: String,
    /// Until when the files of its space are kept; null when it had none.
    files_until: Option<String>,
}

/// The path of a group.
#[derive(Deserialize)]
pub struct At {
    id: String,
    user: Option<String>,
}

impl At {
    /// The group; a text that is no id names none.
    pub fn id(&self) -> Result<GroupId, Error> {
        self.id.parse().map_err(|_| Error::NotFound)
    }
}

/// The parameters of the query.
const FILTERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Part of the name, description or address."),
    Parameter::optional(
        "sort",
        Shape::Text(20),
        "`name`, `people` or `made`; `-people` starts with the largest.",
    ),
];

/// The query of the list.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct GroupQuery {
    pub q: Option<String>,
    pub sort: Option<String>,
    #[serde(flatten)]
    pub list: ListQuery,
}

impl Parameters for GroupQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

impl GroupQuery {
    /// The search, without an empty one as forms send it.
    pub fn q(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|q| !q.is_empty())
    }

    /// The order; by name unless told.
    pub fn order(&self) -> Result<Order, Failure> {
        let Some(word) = self.sort.as_deref().filter(|word| !word.is_empty()) else {
            return Ok(Order::default());
        };
        Order::parse(word).ok_or_else(|| {
            Failure::invalid(vec![FieldError::of("sort", "unknown_value", "input-unknown-value")])
        })
    }
}

impl Groups {
    async fn whole(&self, by: &Granted<ManageGroups>, id: GroupId) -> Result<WholeView, Error> {
        Ok(WholeView::of(&by.scope().slug, &self.details(by, id).await?))
    }
}

async fn list(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Query(query): Query<GroupQuery>,
) -> Result<Json<Listed<GroupView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let (page, _) = groups.page(&by, query.q(), query.order()?, cursor.as_ref(), limit).await?;
    let view = |one: Summary| GroupView::of(&by.scope().slug, &one.group, one.people, one.undone);
    Ok(Json(listed(page.map(view))))
}

async fn create(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW);
    let new = input::new(&mut input);
    let new = input.finish(new).map_err(Failure::invalid)?;
    let group = groups.create(&by, new).await?;
    let view = groups.whole(&by, group.id).await?;
    let place = format!("/api/tenants/{}/groups/{}", by.scope().slug, group.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

async fn show(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let view = groups.whole(&by, at.id()?).await?;
    Ok((Version::tag(view.group.version), Json(view)).into_response())
}

async fn change(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    version: Version,
    body: JsonBody,
) -> Result<Json<WholeView>, Failure> {
    let mut input = body.input(input::CHANGE);
    let change = input::change(&mut input);
    let change = input.finish(Some(change)).map_err(Failure::invalid)?;
    let group = groups.update(&by, at.id()?, change, version.expected()).await?;
    Ok(Json(groups.whole(&by, group.id).await?))
}

async fn remove(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
) -> Result<Json<RemovedView>, Failure> {
    let id = at.id()?;
    let removed = groups.remove(&by, id).await?;
    let files_until = removed.files_until.map(|until| until.to_string());
    Ok(Json(RemovedView { id: id.to_string(), files_until }))
}

async fn add(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<WholeView>, Failure> {
    let id = at.id()?;
    let mut input = body.input(input::PEOPLE);
    let people = input::people(&mut input);
    let people = input.finish(people).map_err(Failure::invalid)?;
    groups.add(&by, id, &people).await?;
    Ok(Json(groups.whole(&by, id).await?))
}

async fn take_out(
    Right(by): Right<ManageGroups>,
    State(groups): State<Groups>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    let user: Vec<String> = at.user.iter().cloned().collect();
    groups.take_out(&by, at.id()?, &user).await.map_err(|error| match error {
        // Here it is the address of the request that names nobody.
        Error::NoSuchMember(_) => Error::NotFound,
        other => other,
    })?;
    Ok(StatusCode::NO_CONTENT)
}

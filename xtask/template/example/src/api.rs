//! `/api/tenants/{slug}/examples`, as JSON.

use access::ManageGroups;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use reconcile::Status;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, ListQuery, Listed, Mount, Query, Right, Routes, listed};

use crate::error::Error;
use crate::input;
use crate::model::ExampleId;
use crate::reads::Summary;
use crate::service::Examples;

const ALL: &str = "/api/tenants/{slug}/examples";
const ONE: &str = "/api/tenants/{slug}/examples/{id}";

pub fn routes(examples: &Examples) -> Routes {
    let op = |summary| Operation::new("Examples", summary);
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(op("The examples of a tenant").list::<ExampleView>())
        .post(ALL, create)
        .doc(op("Add an example").body(input::NEW).answer::<ExampleView>(201))
        .on(&Method::DELETE, ONE, remove)
        .doc(op("Remove an example"))
        .with_state(examples.clone())
}

/// An example of a tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExampleView {
    id: String,
    name: String,
    /// `pending`, `ok` or `error`.
    status: &'static str,
    created_at: String,
}

impl From<Summary> for ExampleView {
    fn from(Summary { example, undone }: Summary) -> Self {
        Self {
            id: example.id.to_string(),
            name: example.name,
            status: undone.unwrap_or(Status::Ok).as_str(),
            created_at: example.created_at.to_string(),
        }
    }
}

/// The path of one.
#[derive(Deserialize)]
pub struct At {
    id: String,
}

impl At {
    /// The id; a text that is none names nothing.
    pub fn id(&self) -> Result<ExampleId, Error> {
        self.id.parse().map_err(|_| Error::NotFound)
    }
}

async fn list(
    Right(by): Right<ManageGroups>,
    State(examples): State<Examples>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listed<ExampleView>>, Failure> {
    let (limit, cursor) = query.read()?;
    let page = examples.page(&by, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(ExampleView::from))))
}

async fn create(
    Right(by): Right<ManageGroups>,
    State(examples): State<Examples>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let input = body.input(input::NEW);
    let name = input.name("name");
    let name = input.finish(name).map_err(Failure::invalid)?;
    let example = examples.create(&by, name).await?;
    let place = format!("/api/tenants/{}/examples/{}", by.scope().slug, example.id);
    let view: ExampleView = examples.summary(example).await?.into();
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

async fn remove(
    Right(by): Right<ManageGroups>,
    State(examples): State<Examples>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    examples.remove(&by, at.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

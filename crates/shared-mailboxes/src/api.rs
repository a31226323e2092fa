//! `/api/tenants/{slug}/mail/shared`, as JSON.

use std::collections::BTreeMap;

use access::ManageMail;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::SharedId;
use serde::{Deserialize, Serialize};
use upstream_stalwart::Usage;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, ListQuery, Listed, Mount, Query, Right, Routes, Version, listed};

use crate::error::Error;
use crate::input;
use crate::reads::SharedDetails;
use crate::service::SharedMailboxes;

const ALL: &str = "/api/tenants/{slug}/mail/shared";
const ONE: &str = "/api/tenants/{slug}/mail/shared/{id}";

pub fn routes(mailboxes: &SharedMailboxes) -> Routes {
    let op = |summary| Operation::new("Mail", summary);
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(op("The shared mailboxes of a tenant, by address").list::<SharedView>())
        .large()
        .post(ALL, create)
        .doc(op("Add a shared mailbox").body(input::NEW_SHARED).answer::<SharedView>(201))
        .get(ONE, show)
        .doc(op("A shared mailbox").answer::<SharedView>(200))
        .large()
        .on(&Method::PATCH, ONE, change)
        .doc(
            op("Change a shared mailbox's name, or all of its readers")
                .body(input::SHARED)
                .answer::<SharedView>(200),
        )
        .on(&Method::DELETE, ONE, remove)
        .doc(op("Remove a shared mailbox with its mail"))
        .with_state(mailboxes.clone())
}

/// A mailbox that several people read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SharedView {
    id: String,
    address: String,
    name: String,
    aliases: Vec<String>,
    readers: Vec<ReaderView>,
    /// How many bytes it keeps now; null when the mail server does not say.
    used_bytes: Option<u64>,
    /// `pending`, `ok`, `skipped` or `error`.
    status: &'static str,
    error: Option<String>,
    /// Counts the changes; also the `ETag`.
    version: i64,
    created_at: String,
}

/// A reader, whose mailbox shows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReaderView {
    user_id: String,
    name: String,
    mailbox: String,
}

impl SharedView {
    fn of(details: &SharedDetails, usage: Option<&BTreeMap<String, Usage>>) -> Self {
        let shared = &details.shared;
        let address = shared.address.to_string();
        let reader = |mailbox: &addresses::mailboxes::MailboxOf| ReaderView {
            user_id: mailbox.user.to_string(),
            name: mailbox.name.clone(),
            mailbox: mailbox.address.to_string(),
        };
        Self {
            id: shared.id.to_string(),
            name: shared.name.clone(),
            aliases: details.aliases.iter().map(ToString::to_string).collect(),
            readers: details.readers.iter().map(reader).collect(),
            used_bytes: usage.and_then(|all| all.get(&address)).map(|usage| usage.used),
            status: details.state.status.as_str(),
            error: details.state.error.as_ref().map(|error| error.said.clone()),
            version: shared.version,
            created_at: shared.created_at.to_string(),
            address,
        }
    }
}

/// The path of a shared mailbox.
#[derive(Deserialize)]
pub struct At {
    id: String,
}

impl At {
    /// The shared mailbox; a text that is no id names none.
    pub fn id(&self) -> Result<SharedId, Error> {
        self.id.parse().map_err(|_| Error::NotFound)
    }
}

async fn list(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listed<SharedView>>, Failure> {
    let (limit, cursor) = query.read()?;
    let page = mailboxes.page(&by, cursor.as_ref(), limit).await?;
    let usage = mailboxes.mail.usage(&by).await?;
    Ok(Json(listed(page.map(|details| SharedView::of(&details, usage.as_ref())))))
}

async fn create(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_SHARED);
    let new = input::new_shared(&mut input);
    let new = input.finish(new).map_err(Failure::invalid)?;
    let shared = mailboxes.create(&by, new).await?;
    let view = SharedView::of(&mailboxes.one(&by, shared.id).await?, None);
    let place = format!("/api/tenants/{}/mail/shared/{}", by.scope().slug, shared.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

async fn show(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let details = mailboxes.one(&by, at.id()?).await?;
    let usage = mailboxes.mail.usage(&by).await?;
    let view = SharedView::of(&details, usage.as_ref());
    Ok((Version::tag(details.shared.version), Json(view)).into_response())
}

async fn change(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Path(at): Path<At>,
    version: Version,
    body: JsonBody,
) -> Result<Json<SharedView>, Failure> {
    let mut input = body.input(input::SHARED);
    let change = input::shared(&mut input);
    let change = input.finish(Some(change)).map_err(Failure::invalid)?;
    let shared = mailboxes.update(&by, at.id()?, change, version.expected()).await?;
    Ok(Json(SharedView::of(&mailboxes.one(&by, shared.id).await?, None)))
}

async fn remove(
    Right(by): Right<ManageMail>,
    State(mailboxes): State<SharedMailboxes>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    mailboxes.remove(&by, at.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/api/tenants/{slug}/storage`, as JSON.

use access::{ManageStorage, ViewStorage};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Method;
use i18n::Words;
use kernel::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{ApiWords, Failure, JsonBody, Mount, Right, Routes};

use crate::error::Error;
use crate::input;
use crate::model::{self, Further, Overview, Share};
use crate::service::Storages;

const ALL: &str = "/api/tenants/{slug}/storage";
const ONE: &str = "/api/tenants/{slug}/storage/members/{id}";

pub fn routes(storages: &Storages) -> Routes {
    let op = |summary| Operation::new("Storage", summary);
    Routes::new(Mount::Api)
        .get(ALL, show)
        .doc(op("The storage usage of a tenant, live").answer::<StorageView>(200))
        .on(&Method::PATCH, ALL, give_space)
        .doc(
            op("Set the limit of the shared space; at first it is half of the storage")
                .body(input::SPACE)
                .answer::<StorageView>(200),
        )
        .on(&Method::PATCH, ONE, give)
        .doc(op("Set a member's storage limit").body(input::SHARE).answer::<StorageView>(200))
        .with_state(storages.clone())
}

/// The storage of a tenant. Figures are bytes; a figure that the file service doesn't say is null.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StorageView {
    /// False when the file service can't say anything now; then all figures of use are null.
    available: bool,
    /// Why not: `not_configured`, `switched_off`, `unreachable`, `not_admin`, `sign_in_needed` or `failed`.
    reason: Option<&'static str>,
    /// The same for people.
    message: Option<String>,
    /// When the figures were read.
    read_at: Option<String>,
    /// Used by all spaces and members; null unless every drive reports it.
    used: Option<i64>,
    /// All storage that plan and seats include.
    total: i64,
    /// The limit of the shared space: half of the storage until it is changed.
    space_bytes: i64,
    /// The limits of all members together.
    given: i64,
    /// What isn't assigned; negative when more is assigned than there is.
    free: i64,
    /// The shared space; null while there is none.
    drives: Vec<DriveView>,
    /// The spaces of groups.
    group_spaces: Vec<GroupSpaceView>,
    members: Vec<ShareView>,
}

/// A drive in the file service.
#[derive(Serialize, ToSchema)]
struct DriveView {
    id: String,
    name: String,
    used: Option<i64>,
    /// 0 is no limit.
    total: Option<i64>,
}

/// The space of a group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupSpaceView {
    /// The group.
    id: String,
    name: String,
    /// What it may hold.
    quota_bytes: i64,
    /// Null while it is being made.
    drive: Option<DriveView>,
}

impl From<&Further> for GroupSpaceView {
    fn from(further: &Further) -> Self {
        Self {
            id: further.space.owner.clone(),
            name: further.space.name.clone(),
            quota_bytes: further.space.bytes,
            drive: further.drive.as_ref().map(DriveView::from),
        }
    }
}

/// A member and their own drive.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ShareView {
    id: String,
    name: String,
    email: String,
    /// Their limit in this tenant; null for no limit of their own.
    quota_bytes: Option<i64>,
    /// Their own drive; null before they first signed in to files. It is one, whatever tenants they are in.
    drive: Option<DriveView>,
}

impl From<&model::Drive> for DriveView {
    fn from(drive: &model::Drive) -> Self {
        Self { id: drive.id.clone(), name: drive.name.clone(), used: drive.used, total: drive.total }
    }
}

impl From<&Share> for ShareView {
    fn from(share: &Share) -> Self {
        Self {
            id: share.user.to_string(),
            name: share.name.clone(),
            email: share.email.clone(),
            quota_bytes: share.given,
            drive: share.drive.as_ref().map(DriveView::from),
        }
    }
}

/// What the upstream itself said is for those who run the platform.
fn view(w: &Words, overview: &Overview, is_operator: bool) -> Json<StorageView> {
    let down = overview.read.as_ref().err();
    Json(StorageView {
        available: down.is_none(),
        reason: down.map(|down| down.reason),
        message: down.map(|down| if is_operator { down.message.clone() } else { w.t(&down.key()) }),
        read_at: overview.read.as_ref().ok().map(ToString::to_string),
        used: overview.used().map(|used| used.used),
        total: overview.storage.total,
        space_bytes: overview.storage.space,
        given: overview.given(),
        free: overview.free(),
        drives: overview.space.iter().map(DriveView::from).collect(),
        group_spaces: overview.further.iter().map(GroupSpaceView::from).collect(),
        members: overview.shares.iter().map(ShareView::from).collect(),
    })
}

/// The path of one member.
#[derive(Deserialize)]
pub struct At {
    id: String,
}

impl At {
    /// The person; a text that is no id names nobody.
    pub fn user(&self) -> Result<UserId, Error> {
        self.id.parse().map_err(|_| Error::NoSuchMember)
    }
}

async fn show(
    Right(by): Right<ViewStorage>,
    State(storages): State<Storages>,
    ApiWords(w): ApiWords,
) -> Result<Json<StorageView>, Failure> {
    Ok(view(&w, &storages.overview(&by).await?, by.actor().is_operator()))
}

async fn give_space(
    Right(by): Right<ManageStorage>,
    State(storages): State<Storages>,
    ApiWords(w): ApiWords,
    body: JsonBody,
) -> Result<Json<StorageView>, Failure> {
    let bytes = input::bytes(body.input(input::SPACE), "spaceBytes")?;
    storages.give_space(&by, bytes).await?;
    Ok(view(&w, &storages.after(&by).await?, by.actor().is_operator()))
}

async fn give(
    Right(by): Right<ManageStorage>,
    State(storages): State<Storages>,
    ApiWords(w): ApiWords,
    Path(at): Path<At>,
    body: JsonBody,
) -> Result<Json<StorageView>, Failure> {
    let bytes = input::bytes(body.input(input::SHARE), "quotaBytes")?;
    storages.give(&by, at.user()?, bytes).await?;
    Ok(view(&w, &storages.after(&by).await?, by.actor().is_operator()))
}

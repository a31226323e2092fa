//! `/api/users/me/app-passwords`, as JSON.

use access::OwnAccount;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::cursor::Page;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{Failure, JsonBody, KeptInstead, Listed, Mount, Right, Routes, listed};

use crate::input;
use crate::model::{AppPassword, Made};
use crate::service::AppPasswords;

const ALL: &str = "/api/users/me/app-passwords";
const ONE: &str = "/api/users/me/app-passwords/{id}";

pub fn routes(passwords: &AppPasswords) -> Routes {
    let op = |summary| Operation::new("Own account", summary);
    let make = op("Add an app password; only this response has it");
    Routes::new(Mount::Api)
        .get(ALL, list)
        .doc(op("Your app passwords").list::<AppPasswordView>())
        .post(ALL, create)
        .doc(make.body(input::APP_PASSWORD).answer::<MadePasswordView>(201))
        .on(&Method::DELETE, ONE, revoke)
        .doc(op("Remove an app password"))
        .with_state(passwords.clone())
}

/// A password of a program, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AppPasswordView {
    id: String,
    name: String,
    /// The mailbox that it opens.
    mailbox: String,
    created_at: String,
}

impl From<&AppPassword> for AppPasswordView {
    fn from(password: &AppPassword) -> Self {
        Self {
            id: password.id.clone(),
            name: password.name.clone(),
            mailbox: password.mailbox.to_string(),
            created_at: password.created_at.to_string(),
        }
    }
}

/// A new app password.
#[derive(Serialize, ToSchema)]
struct MadePasswordView {
    #[serde(flatten)]
    password: AppPasswordView,
    /// Shown here and nowhere else; null when the same request is repeated.
    secret: Option<String>,
}

impl MadePasswordView {
    fn of(made: &Made, secret: Option<String>) -> Self {
        Self { password: (&made.password).into(), secret }
    }
}

/// The path of a password.
#[derive(Deserialize)]
pub struct At {
    pub id: String,
}

async fn list(
    Right(by): Right<OwnAccount>,
    State(passwords): State<AppPasswords>,
) -> Result<Json<Listed<AppPasswordView>>, Failure> {
    let all = passwords.list(&by).await?;
    let items = all.iter().map(AppPasswordView::from).collect();
    Ok(Json(listed(Page { items, next: None })))
}

async fn create(
    Right(by): Right<OwnAccount>,
    State(passwords): State<AppPasswords>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::APP_PASSWORD);
    let new = input::app_password(&mut input);
    let (name, mailbox) = input.finish(new).map_err(Failure::invalid)?;
    let made = passwords.create(&by, &name, mailbox.as_ref()).await?;
    let shown = MadePasswordView::of(&made, Some(made.secret.expose_secret().to_owned()));
    let mut response =
        (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(shown)).into_response();
    response.extensions_mut().insert(KeptInstead(json!(MadePasswordView::of(&made, None))));
    Ok(response)
}

async fn revoke(
    Right(by): Right<OwnAccount>,
    State(passwords): State<AppPasswords>,
    Path(at): Path<At>,
) -> Result<StatusCode, Failure> {
    passwords.revoke(&by, &at.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

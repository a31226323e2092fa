//! `/api/tenants/{slug}/domains/{name}/client-settings` and the profile, as JSON and as a file.

use access::ManageDomains;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domains::At;
use kernel::input::{Input, Shape};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{ApiWords, Failure, Mount, Parameter, Parameters, Query, Right, Routes, Tables};

use crate::ask::{Asked, Look};
use crate::error::Error;
use crate::input;
use crate::model::ClientSettings;
use crate::profile::MEDIA_TYPE;
use crate::service::MailClients;

pub fn routes(clients: &MailClients) -> Routes {
    let op = |summary| Operation::new("Domains", summary);
    let profile = op("The Apple profile that sets up mail for an address").file(MEDIA_TYPE);
    Routes::new(Mount::Api)
        .get("/api/tenants/{slug}/domains/{name}/client-settings", show)
        .doc(op("The mail client settings of a domain").answer::<ClientSettingsView>(200))
        .get("/api/tenants/{slug}/domains/{name}/client-settings/check", check)
        .doc(op("Check whether the domain's hosts publish its settings").answer::<ClientCheckView>(200))
        .get("/api/tenants/{slug}/domains/{name}/mobileconfig", mobileconfig)
        .doc(profile)
        .with_state(clients.clone())
}

/// A server for mail programs.
#[derive(Serialize, ToSchema)]
struct ClientServiceView {
    /// `imap`, `smtp`, `pop3`, `jmap`, `caldav` or `carddav`.
    service: String,
    host: String,
    port: u16,
    /// `tls` from the first byte, or `starttls`.
    security: String,
}

/// A document for mail programs.
#[derive(Serialize, ToSchema)]
struct DocumentAddressView {
    /// `autoconfig`, `autodiscover` or `mta-sts`.
    document: String,
    url: String,
}

/// The mail client settings of a domain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientSettingsView {
    domain: String,
    /// The state of the domain. Programs find the servers automatically once it is `verified`.
    state: String,
    /// The form of the username: `address`, the full address.
    user_name: String,
    /// The better encrypted of a kind first.
    services: Vec<ClientServiceView>,
    documents: Vec<DocumentAddressView>,
}

impl From<&ClientSettings> for ClientSettingsView {
    fn from(settings: &ClientSettings) -> Self {
        let name = &settings.domain.name;
        let services = settings.services.iter().map(|service| ClientServiceView {
            service: service.kind.as_str().to_owned(),
            host: service.host.to_string(),
            port: service.port,
            security: service.security.as_str().to_owned(),
        });
        let documents = settings.documents.iter().map(|document| DocumentAddressView {
            document: document.as_str().to_owned(),
            url: document.url(name),
        });
        Self {
            domain: name.to_string(),
            state: settings.domain.state.as_str().to_owned(),
            user_name: "address".to_owned(),
            services: services.collect(),
            documents: documents.collect(),
        }
    }
}

/// The answer of a host.
#[derive(Serialize, ToSchema)]
struct ClientDocumentView {
    /// `autoconfig`, `autodiscover` or `mta-sts`.
    document: String,
    url: String,
    /// `right`, `other`, `certificate` or `silent`.
    verdict: String,
    /// The result, as a stable word.
    advice: String,
    /// The values of the result.
    #[schema(value_type = Object)]
    values: Value,
    /// The servers it names.
    found: Vec<String>,
}

impl From<&Look> for ClientDocumentView {
    fn from(look: &Look) -> Self {
        Self {
            document: look.document.as_str().to_owned(),
            url: look.url.clone(),
            verdict: look.judgement.verdict.as_str().to_owned(),
            advice: look.judgement.advice.clone(),
            values: json!(look.judgement.values),
            found: look.judgement.found.clone(),
        }
    }
}

/// The current answers of the domain's hosts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientCheckView {
    asked_at: String,
    documents: Vec<ClientDocumentView>,
}

impl From<&Asked> for ClientCheckView {
    fn from(asked: &Asked) -> Self {
        Self {
            asked_at: asked.at.to_string(),
            documents: asked.looks.iter().map(ClientDocumentView::from).collect(),
        }
    }
}

async fn show(
    Right(by): Right<ManageDomains>,
    State(clients): State<MailClients>,
    Path(at): Path<At>,
) -> Result<Json<ClientSettingsView>, Failure> {
    Ok(Json((&clients.settings(&by, &at.name()?).await?).into()))
}

async fn check(
    Right(by): Right<ManageDomains>,
    State(clients): State<MailClients>,
    Path(at): Path<At>,
) -> Result<Json<ClientCheckView>, Failure> {
    let settings = clients.settings(&by, &at.name()?).await?;
    Ok(Json((&clients.ask_documents(&by, &settings).await).into()))
}

/// The parameters of the query.
const PARAMETERS: &[Parameter] =
    &[Parameter::optional("address", Shape::Text(320), "An address on the domain.")];

/// For which address.
#[derive(Deserialize)]
pub struct For {
    address: Option<String>,
}

impl Parameters for For {
    const TABLES: Tables = &[PARAMETERS];
}

impl For {
    /// The address as it was typed.
    pub fn typed(&self) -> &str {
        self.address.as_deref().unwrap_or_default()
    }

    /// The address.
    pub fn address(&self) -> Result<kernel::EmailAddress, Error> {
        let pairs = self.address.iter().map(|address| ("address".to_owned(), address.clone()));
        let mut input = Input::of_form(pairs.collect(), input::ADDRESS);
        let address = input::address(&mut input);
        input.finish(address).map_err(Error::Invalid)
    }
}

/// A profile, to be saved.
pub fn file(domain: &str, profile: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, MEDIA_TYPE.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{domain}.mobileconfig\"")),
    ];
    (headers, profile).into_response()
}

async fn mobileconfig(
    Right(by): Right<ManageDomains>,
    State(clients): State<MailClients>,
    Path(at): Path<At>,
    Query(wanted): Query<For>,
    ApiWords(w): ApiWords,
) -> Result<Response, Failure> {
    let name = at.name()?;
    let profile = clients.profile(&by, &name, &wanted.address()?, &w).await?;
    Ok(file(name.ascii(), profile))
}

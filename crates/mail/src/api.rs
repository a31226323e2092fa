//! `/api/tenants/{slug}/mail/aliases`, `/lists` and `/domains`, as JSON.

use access::ManageMail;
use addresses::{AddressFilter, AddressKind};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::input::Shape;
use kernel::{DomainName, EmailAddress, ListId};
use provisioning::MailSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::Operation;
use web::{
    Failure, JsonBody, ListQuery, Listed, Mount, PAGING, Parameter, Parameters, Query, Right, Routes, Tables,
    Version, listed,
};

use crate::error::Error;
use crate::input;
use crate::reads::{ListDetails, Row};
use crate::service::Mail;

const ALIASES: &str = "/api/tenants/{slug}/mail/aliases";
const ALIAS: &str = "/api/tenants/{slug}/mail/aliases/{address}";
const LISTS: &str = "/api/tenants/{slug}/mail/lists";
const LIST: &str = "/api/tenants/{slug}/mail/lists/{id}";
const DOMAIN: &str = "/api/tenants/{slug}/mail/domains/{name}";

pub fn routes(mail: &Mail) -> Routes {
    let op = |summary| Operation::new("Mail", summary);
    let aliases = op("The aliases of a tenant, by address").list::<AliasView>();
    Routes::new(Mount::Api)
        .get(ALIASES, list_aliases)
        .doc(aliases)
        .post(ALIASES, add_alias)
        .doc(
            op("Add an alias that delivers to a mailbox, a list or a shared mailbox")
                .body(input::NEW_ALIAS)
                .answer::<AliasView>(201),
        )
        .on(&Method::DELETE, ALIAS, remove_alias)
        .doc(op("Remove an alias, also from all lists"))
        .get(LISTS, lists)
        .doc(op("The distribution lists of a tenant, by address").list::<ListView>())
        .large()
        .post(LISTS, create_list)
        .doc(op("Add a distribution list").body(input::NEW_LIST).answer::<ListView>(201))
        .get(LIST, show_list)
        .doc(op("A distribution list").answer::<ListView>(200))
        .large()
        .on(&Method::PATCH, LIST, change_list)
        .doc(
            op("Change a list's description, or all of its recipients")
                .body(input::LIST)
                .answer::<ListView>(200),
        )
        .on(&Method::DELETE, LIST, remove_list)
        .doc(op("Remove a list, also from other lists"))
        .get(DOMAIN, show_domain)
        .doc(op("The mail settings of a domain").answer::<MailDomainView>(200))
        .on(&Method::PATCH, DOMAIN, change_domain)
        .doc(op("Change a domain's mail settings").body(input::DOMAIN).answer::<MailDomainView>(200))
        .with_state(mail.clone())
}

/// An alias.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AliasView {
    address: String,
    /// The main address it delivers to.
    target: Option<String>,
    /// `mailbox`, `list` or `shared`.
    target_kind: Option<&'static str>,
    /// The person, if it delivers to a member's mailbox.
    user_id: Option<String>,
    /// `pending`, `ok`, `skipped` or `error`: where what it leads to stands in the mail server.
    status: &'static str,
    error: Option<String>,
}

impl From<&Row> for AliasView {
    fn from(row: &Row) -> Self {
        let owner = row.owner.as_ref();
        Self {
            address: row.entry.address.to_string(),
            target: owner.map(|owner| owner.address.to_string()),
            target_kind: owner.map(|owner| owner.kind.as_str()),
            user_id: owner.and_then(|owner| owner.person.as_ref()).map(|(user, _)| user.to_string()),
            status: row.state.status.as_str(),
            error: row.state.error.as_ref().map(|error| error.said.clone()),
        }
    }
}

/// A distribution list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListView {
    id: String,
    address: String,
    description: Option<String>,
    aliases: Vec<String>,
    recipients: Vec<RecipientView>,
    /// `pending`, `ok`, `skipped` or `error`.
    status: &'static str,
    error: Option<String>,
    /// Counts the changes; also the `ETag`.
    version: i64,
    created_at: String,
}

/// Who gets a copy.
#[derive(Serialize, ToSchema)]
struct RecipientView {
    address: String,
    /// `inside`, `outside` (mail leaves the workspace), or `nobody` (on a domain of the workspace, but not in use).
    place: &'static str,
}

impl From<&ListDetails> for ListView {
    fn from(details: &ListDetails) -> Self {
        let list = &details.list;
        let recipient = |(address, place): (&EmailAddress, &crate::model::Place)| RecipientView {
            address: address.to_string(),
            place: place.as_str(),
        };
        Self {
            id: list.id.to_string(),
            address: list.address.to_string(),
            description: list.description.clone(),
            aliases: details.aliases.iter().map(ToString::to_string).collect(),
            recipients: details.places.iter().map(recipient).collect(),
            status: details.state.status.as_str(),
            error: details.state.error.as_ref().map(|error| error.said.clone()),
            version: list.version,
            created_at: list.created_at.to_string(),
        }
    }
}

/// The mail settings of a domain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailDomainView {
    name: String,
    /// Who gets mail to them; null lets it bounce.
    catch_all: Option<String>,
    /// Whether `anna+anything` reaches `anna`.
    plus_addresses: bool,
}

impl MailDomainView {
    fn of(name: &DomainName, settings: MailSettings) -> Self {
        Self {
            name: name.to_string(),
            catch_all: settings.catch_all,
            plus_addresses: settings.plus_addresses,
        }
    }
}

/// The path of an alias.
#[derive(Deserialize)]
pub struct AtAlias {
    address: String,
}

impl AtAlias {
    /// The address; a text that is none names nothing.
    pub fn address(&self) -> Result<EmailAddress, Error> {
        self.address.parse().map_err(|_| Error::NoSuchAlias)
    }
}

/// The path of a list.
#[derive(Deserialize)]
pub struct AtList {
    id: String,
}

impl AtList {
    /// The list.
    pub fn id(&self) -> Result<ListId, Error> {
        self.id.parse().map_err(|_| Error::NoSuchList)
    }
}

/// The path of a domain.
#[derive(Deserialize)]
pub struct AtDomain {
    name: String,
}

impl AtDomain {
    /// The domain.
    pub fn name(&self) -> Result<DomainName, Error> {
        self.name.parse().map_err(|_| Error::NoSuchDomain)
    }
}

/// The parameters of the query.
const FILTERS: &[Parameter] =
    &[Parameter::optional("q", Shape::Search, "Part of the address, or of its person's name.")];

/// The query of the aliases.
#[derive(Deserialize)]
struct AliasQuery {
    q: Option<String>,
    #[serde(flatten)]
    list: ListQuery,
}

impl Parameters for AliasQuery {
    const TABLES: Tables = &[FILTERS, PAGING];
}

async fn list_aliases(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Query(query): Query<AliasQuery>,
) -> Result<Json<Listed<AliasView>>, Failure> {
    let (limit, cursor) = query.list.read()?;
    let q = query.q.filter(|q| !q.is_empty());
    let filter = AddressFilter { q, kind: Some(AddressKind::Alias) };
    let page = mail.addresses(&by, &filter, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|row| AliasView::from(&row)))))
}

async fn add_alias(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_ALIAS);
    let new = input::new_alias(&mut input);
    let (address, target) = input.finish(new).map_err(Failure::invalid)?;
    let made = mail.add_alias(&by, &address, &target).await?;
    let row = mail.alias(&by, &made.address).await?;
    Ok((StatusCode::CREATED, Json(AliasView::from(&row))).into_response())
}

async fn remove_alias(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtAlias>,
) -> Result<StatusCode, Failure> {
    mail.remove_alias(&by, &at.address()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn lists(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listed<ListView>>, Failure> {
    let (limit, cursor) = query.read()?;
    let page = mail.lists(&by, cursor.as_ref(), limit).await?;
    Ok(Json(listed(page.map(|details| ListView::from(&details)))))
}

async fn create_list(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::NEW_LIST);
    let new = input::new_list(&mut input);
    let new = input.finish(new).map_err(Failure::invalid)?;
    let list = mail.create_list(&by, new).await?;
    let view = ListView::from(&mail.list(&by, list.id).await?);
    let place = format!("/api/tenants/{}/mail/lists/{}", by.scope().slug, list.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

async fn show_list(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtList>,
) -> Result<Response, Failure> {
    let details = mail.list(&by, at.id()?).await?;
    Ok((Version::tag(details.list.version), Json(ListView::from(&details))).into_response())
}

async fn change_list(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtList>,
    version: Version,
    body: JsonBody,
) -> Result<Json<ListView>, Failure> {
    let mut input = body.input(input::LIST);
    let change = input::list(&mut input);
    let change = input.finish(Some(change)).map_err(Failure::invalid)?;
    let list = mail.update_list(&by, at.id()?, change, version.expected()).await?;
    Ok(Json(ListView::from(&mail.list(&by, list.id).await?)))
}

async fn remove_list(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtList>,
) -> Result<StatusCode, Failure> {
    mail.remove_list(&by, at.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn show_domain(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtDomain>,
) -> Result<Json<MailDomainView>, Failure> {
    let name = at.name()?;
    let settings = mail.domain(&by, &name).await?;
    Ok(Json(MailDomainView::of(&name, settings)))
}

async fn change_domain(
    Right(by): Right<ManageMail>,
    State(mail): State<Mail>,
    Path(at): Path<AtDomain>,
    body: JsonBody,
) -> Result<Json<MailDomainView>, Failure> {
    let name = at.name()?;
    let mut input = body.input(input::DOMAIN);
    let change = input::domain(&mut input);
    let change = input.finish(Some(change)).map_err(Failure::invalid)?;
    let settings = mail.set_domain(&by, &name, change).await?;
    Ok(Json(MailDomainView::of(&name, settings)))
}

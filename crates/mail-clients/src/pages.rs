//! How a device is set up for a domain's mail: servers, a profile for Apple's devices, the steps in common programs, and
//! whether the domain's hosts tell programs the same.

use access::{Granted, ManageDomains, TenantRef};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domains::{At, Domain, PageLink, mark, says};
use i18n::Words;
use kernel::Message;
use kernel::input::Shape;
use mail_dns::services::{Service, ServiceKind};
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use web::ui::{
    self, Column, Crumb, Definition, Empty, Field, Icon, PageHead, Row, State as Mark, Table, Tone, card,
    copy, definitions, empty, state_said, submit, table,
};
use web::{Failure, Mount, Parameter, Parameters, Query, Right, Routes, Tables, View};

use crate::api::{For, file};
use crate::ask::{Asked, Look};
use crate::document::{Document, DocumentVerdict};
use crate::error::Error;
use crate::model::ClientSettings;
use crate::service::MailClients;

/// The way here from the page of a domain that is the workspace's.
pub const LINK: PageLink = PageLink {
    label: "clients-title",
    icon: Icon::Mail,
    path: "/clients",
    shown_for: Domain::is_proven,
    done: &[],
};

pub fn portal(clients: &MailClients) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/domains/{name}/clients", show)
        .get("/admin/{slug}/domains/{name}/clients/mobileconfig", profile)
        .with_state(clients.clone())
}

/// The region that the check swaps.
const CHECK: &str = "client-check";
/// Mail programs whose steps are told.
const PROGRAMS: [&str; 4] = ["apple", "outlook", "thunderbird", "android"];

/// The parameters of the query.
const PARAMETERS: &[Parameter] =
    &[Parameter::optional("ask", Shape::Text(20), "That the hosts are to be asked.")];

#[derive(Deserialize)]
pub struct Asks {
    /// That the hosts are to be asked.
    ask: Option<String>,
}

impl Parameters for Asks {
    const TABLES: Tables = &[PARAMETERS];
}

/// What was typed for the profile, and what is wrong with it.
struct Typed {
    address: String,
    error: Option<Message>,
}

pub async fn show(
    Right(by): Right<ManageDomains>,
    State(clients): State<MailClients>,
    Path(at): Path<At>,
    Query(asks): Query<Asks>,
    view: View,
) -> Result<Markup, Failure> {
    let name = at.name()?;
    let settings = match clients.settings(&by, &name).await {
        Ok(settings) => settings,
        Err(Error::NoServices) => {
            return Ok(waiting(&view, by.scope(), &clients.domains.domain(&by, &name).await?));
        }
        Err(error) => return Err(error.into()),
    };
    let asked = match asks.ask {
        Some(_) => Some(clients.ask_documents(&by, &settings).await),
        None => None,
    };
    let typed = Typed { address: own_address(&by, &settings), error: None };
    Ok(page(&view, by.scope(), &settings, asked.as_ref(), &typed))
}

/// The profile, or the page with what is wrong with the address.
pub async fn profile(
    Right(by): Right<ManageDomains>,
    State(clients): State<MailClients>,
    Path(at): Path<At>,
    Query(wanted): Query<For>,
    view: View,
) -> Result<Response, Failure> {
    let name = at.name()?;
    let made = match wanted.address() {
        Ok(address) => clients.profile(&by, &name, &address, view.words()).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(profile) => Ok(file(name.ascii(), profile)),
        Err(Error::Invalid(fields)) => {
            let settings = clients.settings(&by, &name).await?;
            let error = fields.into_iter().next().map(|field| field.message);
            let typed = Typed { address: wanted.typed().to_owned(), error };
            let page = page(&view, by.scope(), &settings, None, &typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The reader's own address, where it is on this domain.
fn own_address(by: &Granted<ManageDomains>, settings: &ClientSettings) -> String {
    let email = &by.actor().person.email;
    let domain = email.rsplit_once('@').map(|(_, domain)| domain);
    if domain == Some(settings.domain.name.ascii()) { email.clone() } else { String::new() }
}

fn head(w: &Words, tenant: &TenantRef, domain: &Domain) -> PageHead {
    let (domains, name) = (format!("/admin/{}/domains", tenant.slug), domain.name.unicode());
    PageHead {
        title: w.t("clients-title"),
        state: Some(mark(w, domain, tenant.status).pill().render()),
        summary: html! { (w.tx("clients-say", &[("domain", (&name).into())])) },
        crumbs: vec![
            Crumb { label: w.t("nav-domains"), href: Some(domains.clone()) },
            Crumb { label: name, href: Some(format!("{domains}/{}", domain.name)) },
        ],
        ..PageHead::default()
    }
}

/// The page while the mail server has not said where its services are.
fn waiting(view: &View, tenant: &TenantRef, domain: &Domain) -> Markup {
    let w = view.words();
    let (title, says) = (w.t("clients-waiting"), w.t("clients-waiting-says"));
    let nothing = empty(&Empty { icon: Icon::Pending, title, says, actions: None });
    view.page(&w.t("clients-title"), &head(w, tenant, domain), &nothing)
}

fn page(
    view: &View,
    tenant: &TenantRef,
    settings: &ClientSettings,
    asked: Option<&Asked>,
    typed: &Typed,
) -> Markup {
    let (w, domain) = (view.words(), &settings.domain);
    let at = format!("/admin/{}/domains/{}/clients", tenant.slug, domain.name);
    let content = html! {
        div class="stack" {
            @if !settings.is_verified() {
                (ui::banner(Tone::Warn, &w.t("clients-unverified"), &says(w, domain, tenant.status), None))
            }
            (servers(w, settings))
            (card_of_login(w, settings))
            div class="cols even" {
                (card_of_profile(w, &at, settings, typed))
                (card_of_check(w, &at, settings, asked))
            }
            (programs(w, settings))
        }
    };
    view.page(&w.t("clients-title"), &head(w, tenant, domain), &content)
}

/// The servers of a domain's mail.
pub fn servers(w: &Words, settings: &ClientSettings) -> Markup {
    let row = |service: &Service| {
        let kind = service.kind.as_str();
        Row {
            key: format!("{kind}-{}-{}", service.host, service.port),
            name: w.t(&format!("service-{kind}")),
            cells: vec![
                html! { (w.t(&format!("service-{kind}"))) " " small class="muted" { (w.t(&format!("service-{kind}-says"))) } },
                copy(w, service.host.as_str()),
                copy(w, &service.port.to_string()),
                html! { (w.t(&format!("security-{}", service.security.as_str()))) },
            ],
            ..Row::default()
        }
    };
    let servers = Table {
        id: "servers".into(),
        caption: w.t("clients-servers"),
        columns: vec![
            Column::new(w.t("clients-service")),
            Column::new(w.t("clients-server")),
            Column::new(w.t("clients-port")),
            Column::new(w.t("clients-security")).md(),
        ],
        rows: settings.services.iter().map(|service| row(service).into()).collect(),
        ..Table::default()
    };
    table(w, &servers)
}

fn card_of_login(w: &Words, settings: &ClientSettings) -> Markup {
    let domain = settings.domain.name.unicode();
    let login = [
        Definition::new(
            w.t("clients-user"),
            html! { (w.tx("clients-user-says", &[("domain", (&domain).into())])) },
        ),
        Definition::new(w.t("clients-password"), html! { (w.t("clients-password-says")) }),
    ];
    card("login", w.t("clients-login")).body(definitions(true, &login)).render()
}

fn card_of_profile(w: &Words, at: &str, settings: &ClientSettings, typed: &Typed) -> Markup {
    let mut field = Field::new("address", w.t("clients-address"))
        .kind(ui::FieldKind::Email)
        .value(&typed.address)
        .help(w.tx("clients-address-help", &[("domain", settings.domain.name.unicode().into())]))
        .error(typed.error.clone());
    field.autocomplete = Some("email");
    let inside = html! {
        p class="soft small" { (w.t("clients-profile-says")) }
        @if settings.has_profile() {
            // A download leads nowhere, so the form stays ready for the next address.
            form class="form" method="get" action={ (at) "/mobileconfig" } data-download novalidate {
                (ui::field(w, &field))
                div class="row" { (submit(w.t("clients-profile-get")).icon(Icon::Download)) }
            }
        } @else {
            p class="soft" { (w.t("clients-profile-none")) }
        }
    };
    card("profile", w.t("clients-profile")).body(inside).render()
}

fn card_of_check(w: &Words, at: &str, settings: &ClientSettings, asked: Option<&Asked>) -> Markup {
    let ask = html! {
        form method="get" action=(at) data-swap=(CHECK) {
            (ui::hidden("ask", "now"))
            (submit(w.t("clients-ask")).small().icon(Icon::Refresh))
        }
    };
    let shown = card(CHECK, w.t("clients-check"));
    if settings.documents.is_empty() {
        return shown.body(html! { p class="soft" { (w.t("clients-no-documents")) } }).render();
    }
    let Some(asked) = asked else {
        let inside = html! { p class="soft small" { (w.t("clients-check-says")) } };
        return shown.aside(ask).body(inside).render();
    };
    let when = html! {
        span class="ago" role="status" { (w.t("domain-asked")) " " (ui::ago(w, asked.at, asked.at)) }
    };
    let looks = html! { @for look in &asked.looks { (of_look(w, look)) } };
    shown.aside(ask).flush(html! { ol class="list" { (looks) } }).footer(when).render()
}

fn of_look(w: &Words, look: &Look) -> Markup {
    let found = &look.judgement;
    let state = match found.verdict {
        DocumentVerdict::Right => Mark::Ok,
        DocumentVerdict::Other => Mark::Attention,
        DocumentVerdict::Certificate | DocumentVerdict::Silent => Mark::Error,
    };
    let icon = if look.document == Document::MtaSts { Icon::Lock } else { Icon::Mail };
    let values: Vec<(&str, i18n::Arg<'_>)> =
        found.values.iter().map(|(name, value)| (name.as_str(), value.into())).collect();
    html! {
        li {
            (icon)
            div {
                h3 { (w.t(&format!("document-{}", look.document.as_str()))) }
                p { (w.tx(&format!("client-advice-{}", found.advice), &values)) }
                p class="tiny muted" { code { (look.url) } }
                @if !found.found.is_empty() && found.verdict != DocumentVerdict::Right {
                    p class="tiny muted" { (found.found.join(", ")) }
                }
            }
            div class="row-actions" { (state_said(state, w.t(&format!("client-verdict-{}", found.verdict.as_str())))) }
        }
    }
}

/// The steps in common mail programs.
pub fn programs(w: &Words, settings: &ClientSettings) -> Markup {
    let at = |kind: ServiceKind| {
        let best = settings.best(kind);
        best.map_or_else(|| "–".to_owned(), |service| format!("{}:{}", service.host, service.port))
    };
    let values = [("incoming", at(ServiceKind::Imap)), ("outgoing", at(ServiceKind::Submission))];
    let values: Vec<(&str, i18n::Arg<'_>)> =
        values.iter().map(|(name, value)| (*name, value.into())).collect();
    let steps = PROGRAMS.map(|program| {
        Definition::new(
            w.t(&format!("program-{program}")),
            html! { (w.tx(&format!("program-{program}-says"), &values)) },
        )
    });
    card("programs", w.t("clients-programs")).body(definitions(true, &steps)).render()
}

//! Publishing a domain's records: first what would change, then where and with which key.

use access::{Granted, ManageDomains};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use domains::{At, PageLink};
use i18n::Words;
use kernel::input::Shape;
use kernel::{Coded as _, FieldError, Message};
use mail_dns::publish::{Act, Item};
use maud::{Markup, Render as _, html};
use serde::Deserialize;
use web::ui::{
    self, Crumb, Field, FieldKind, FormHead, Icon, PageHead, card, error_summary, hidden, link_button,
    submit as submit_button,
};
use web::{Failure, FormBody, Mount, Parameter, Parameters, Query, Right, Routes, Tables, View};

use crate::connect::Offer;
use crate::error::Error;
use crate::input;
use crate::model::Plan;
use crate::service::Publishing;

/// The way here from the page of a domain with a record that isn't right.
pub const LINK: PageLink = PageLink {
    label: "publish",
    icon: Icon::Bolt,
    path: "/publish",
    shown_for: |domain| domain.findings.iter().any(domains::Finding::is_wrong),
    done: &[("publish", "domain-done-publish"), ("connect", "domain-done-connect")],
};

pub fn portal(publishing: &Publishing) -> Routes {
    Routes::new(Mount::Portal)
        .get("/admin/{slug}/domains/{name}/publish", show)
        .post("/admin/{slug}/domains/{name}/publish", submit)
        .with_state(publishing.clone())
}

/// The parameters of the query.
const PARAMETERS: &[Parameter] =
    &[Parameter::optional("server", Shape::Text(300), "The server that takes changes of the zone.")];

#[derive(Deserialize)]
pub struct Asked {
    server: Option<String>,
}

impl Parameters for Asked {
    const TABLES: Tables = &[PARAMETERS];
}

/// What was typed, without the secret, and what is wrong with it.
#[derive(Default)]
struct Typed {
    server: Option<String>,
    key: String,
    algorithm: String,
    errors: Vec<FieldError>,
}

impl Typed {
    fn of(body: &FormBody, errors: Vec<FieldError>) -> Self {
        let typed = |name: &str| body.typed(name).map(str::trim).unwrap_or_default().to_owned();
        Self {
            server: Some(typed("server")).filter(|server| !server.is_empty()),
            key: typed("key.name"),
            algorithm: typed("key.algorithm"),
            errors,
        }
    }

    fn error(&self, field: &str) -> Option<Message> {
        let of_it = |error: &&FieldError| error.field == field;
        self.errors.iter().find(of_it).map(|error| error.message.clone())
    }
}

fn here(by: &Granted<ManageDomains>, at: &At) -> Result<String, Error> {
    Ok(format!("/admin/{}/domains/{}", by.scope().slug, at.name()?))
}

pub async fn show(
    Right(by): Right<ManageDomains>,
    State(publishing): State<Publishing>,
    Path(at): Path<At>,
    Query(asked): Query<Asked>,
    mut view: View,
) -> Result<Response, Failure> {
    let kept = view.refill(&format!("{}/publish", here(&by, &at)?));
    let mut typed = kept.map_or_else(Typed::default, |body| Typed::of(&body, Vec::new()));
    let server = asked.server.filter(|server| !server.trim().is_empty());
    typed.server = server.or(typed.server);
    shown(&view, &publishing, &by, &at, typed, StatusCode::OK).await
}

pub async fn submit(
    Right(by): Right<ManageDomains>,
    State(publishing): State<Publishing>,
    Path(at): Path<At>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let name = at.name()?;
    let done = match input::order(body.input(input::PUBLISH)) {
        Ok(order) => publishing.publish(&by, &name, &order).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=publish", here(&by, &at)?)).into_response()),
        Err(error) if is_of_this_page(&error) => {
            let w = view.words();
            let says = match &error {
                Error::ZoneMoved => Some(w.t("publish-moved")),
                error if error.fields().is_empty() => Some(w.explain(error)),
                _ => None,
            };
            if let Some(text) = says {
                view.warn(text);
            }
            let status = match &error {
                Error::ZoneMoved => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let typed = Typed::of(&body, error.fields());
            shown(&view, &publishing, &by, &at, typed, status).await
        }
        Err(error) => Err(error.into()),
    }
}

/// True for what the person who publishes can see to here.
fn is_of_this_page(error: &Error) -> bool {
    matches!(
        error,
        Error::Invalid(_) | Error::ZoneMoved | Error::NoPrimary(_) | Error::NotTaken(_) | Error::Update(_)
    )
}

/// The page over what would be published now. Where the given server is none, over that of the zone.
async fn shown(
    view: &View,
    publishing: &Publishing,
    by: &Granted<ManageDomains>,
    at: &At,
    mut typed: Typed,
    status: StatusCode,
) -> Result<Response, Failure> {
    let name = at.name()?;
    let plan = match publishing.plan(by, &name, typed.server.as_deref()).await {
        Err(error) if typed.server.is_some() && !error.fields().is_empty() => {
            if typed.error("server").is_none() {
                typed.errors.extend(error.fields());
            }
            publishing.plan(by, &name, None).await?
        }
        plan => plan?,
    };
    let offer = publishing.connect_offer(by, &name, &plan).await?;
    let parts = Parts { w: view.words(), csrf: &view.shell.csrf, here: here(by, at)?, plan: &plan };
    let page = parts.page(view, &by.scope().slug, &name.unicode(), &typed, offer.as_ref());
    Ok((status, page).into_response())
}

/// What the parts of the page need.
struct Parts<'a> {
    w: &'a Words,
    csrf: &'a str,
    here: String,
    plan: &'a Plan,
}

impl Parts<'_> {
    fn page(&self, view: &View, slug: &str, name: &str, typed: &Typed, offer: Option<&Offer>) -> Markup {
        let (w, plan) = (self.w, self.plan);
        let count = plan.count();
        let head = PageHead {
            title: w.tx("publish-title", &[("name", name.into())]),
            summary: html! { (w.tx("publish-says", &[("count", count.into())])) },
            facts: Some(html! {
                span { (Icon::Globe) (w.tx("publish-zone", &[("zone", plan.primary.zone.as_str().into())])) }
                span { (Icon::Link) (w.tx("publish-server", &[("server", (&plan.primary.server).into())])) }
            }),
            crumbs: vec![
                Crumb { label: w.t("nav-domains"), href: Some(format!("/admin/{slug}/domains")) },
                Crumb { label: name.to_owned(), href: Some(self.here.clone()) },
                Crumb { label: w.t("publish"), href: None },
            ],
            ..PageHead::default()
        };
        let of = |test: fn(&Act) -> bool| plan.items.iter().filter(move |item| test(&item.act));
        let content = html! {
            div class="stack" {
                (self.list("changes", of(Act::is_change)))
                (self.list("left", of(|act| matches!(act, Act::Left(_)))))
                @if count > 0 {
                    @if let Some(offer) = offer { (self.offer(offer)) }
                    (self.form(typed, count))
                }
                (self.list("right", of(|act| *act == Act::Right)))
            }
        };
        view.page(&head.title.clone(), &head, &content)
    }

    fn list<'i>(&self, group: &str, items: impl Iterator<Item = &'i Item>) -> Markup {
        let w = self.w;
        let items: Vec<&Item> = items.collect();
        if items.is_empty() {
            return Markup::default();
        }
        let inside = html! { ol class="changes" { @for item in &items { (self.one(item)) } } };
        card(format!("publish-{group}"), w.t(&format!("publish-{group}")))
            .says(w.tx("publish-records", &[("count", items.len().into())]))
            .flush(inside)
            .render()
    }

    fn one(&self, item: &Item) -> Markup {
        let (w, expected) = (self.w, &item.expected);
        let icon = match item.act {
            Act::Add => Icon::Plus,
            Act::Replace(_) => Icon::Pencil,
            Act::Right => Icon::Ok,
            Act::Left(_) => Icon::Minus,
        };
        let value = mail_dns::show(&expected.data);
        html! {
            li class="change" {
                span { (icon) }
                div {
                    h3 {
                        (w.t(&format!("purpose-{}", expected.purpose.as_str()))) " "
                        (ui::tag(expected.data.kind().as_str())) " " code { (expected.name) }
                    }
                    @match &item.act {
                        Act::Left(reason) => {
                            p { (w.t(&format!("publish-left-{}", reason.as_str()))) }
                            (self.sides(&value, "publish-ours", "publish-there", &item.found))
                        }
                        Act::Replace(gone) => (self.sides(&value, "publish-new", "publish-old", gone)),
                        Act::Add => (self.sides(&value, "publish-new", "publish-old", &[])),
                        Act::Right => {}
                    }
                }
            }
        }
    }

    /// What is published or left out, over what is there.
    fn sides(&self, value: &str, ours: &str, there: &str, found: &[kernel::dns::Data]) -> Markup {
        let w = self.w;
        let is_change = ours == "publish-new";
        html! {
            dl class="dl" {
                dt { (w.t(ours)) }
                dd { code { @if is_change { ins { (value) } } @else { (value) } } }
                @if !found.is_empty() {
                    dt { (w.t(there)) }
                    dd {
                        @for data in found {
                            div { code { @if is_change { del { (mail_dns::show(data)) } } @else { (mail_dns::show(data)) } } }
                        }
                    }
                }
            }
        }
    }

    fn offer(&self, offer: &Offer) -> Markup {
        let w = self.w;
        let host = [("host", (&offer.host).into())];
        let inside = html! {
            p { (w.tx("publish-connect-says", &host)) }
            div class="row" {
                (link_button(w.tx("publish-connect", &host), offer.link.as_str()).primary().icon(Icon::Out))
            }
        };
        card("publish-connect", w.tx("publish-connect-title", &host)).body(inside).render()
    }

    fn form(&self, typed: &Typed, count: usize) -> Markup {
        let w = self.w;
        let algorithms = input::ALGORITHMS.iter().map(|word| ((*word).to_owned(), word.to_uppercase()));
        let exact = |field: Field| Field { exact: true, ..field };
        let fields = [
            exact(Field::new("server", w.t("publish-f-server")))
                .value(typed.server.as_ref().unwrap_or(&self.plan.primary.server))
                .help(w.t("publish-f-server-help"))
                .error(typed.error("server")),
            exact(Field::new("key.name", w.t("publish-f-key")))
                .value(&typed.key)
                .help(w.t("publish-f-key-help"))
                .error(typed.error("key.name")),
            Field::new("key.algorithm", w.t("publish-f-algorithm"))
                .kind(FieldKind::Select(algorithms.collect()))
                .value(&typed.algorithm)
                .error(typed.error("key.algorithm")),
            Field {
                autocomplete: Some("off"),
                ..exact(Field::new("key.secret", w.t("publish-f-secret")))
                    .kind(FieldKind::Password)
                    .help(w.t("publish-f-secret-help"))
                    .error(typed.error("key.secret"))
            },
        ];
        let inside = html! {
            (error_summary(w, &ui::FieldError::of(&fields)))
            (hidden("hash", &self.plan.hash))
            @for field in &fields { (ui::field(w, field)) }
            div class="row" {
                (submit_button(w.tx("publish-submit", &[("count", count.into())])).primary())
                (link_button(w.t("publish-cancel"), self.here.as_str()).quiet())
            }
        };
        let form =
            FormHead { action: format!("{}/publish", self.here), csrf: self.csrf.to_owned(), swap: None };
        card("publish-key", w.t("publish-key"))
            .says(w.t("publish-key-says"))
            .body(form.form(&inside))
            .render()
    }
}

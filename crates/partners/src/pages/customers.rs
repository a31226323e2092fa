//! The customers of a partner: attaching and detaching them.

use access::{Granted, ManagePartner, PartnerStatus};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use i18n::Words;
use kernel::Slug;
use kernel::cursor::Page;
use maud::{Markup, Render as _, html};
use tenants::{Details, Tenant};
use web::draft::{self, Draft, filled};
use web::ui::{
    self, Column, Confirm, Empty, Field, Filter as Bar, Icon, MenuItem, More, Row, Table, Tone, button,
    confirm, dialog, empty, filter, state_said, submit, table,
};
use web::{Done, Failure, FormBody, Query, Right, View};

use super::{back, belongs_on_page, head, place};
use crate::api::{Customer, CustomerQuery};
use crate::error::Error;
use crate::input;
use crate::model::Partner;
use crate::service::Partners;

const DIALOG: &str = "attach-customer";

const DONE: &[(&str, &str)] = &[("attach", "partner-done-attach"), ("detach", "partner-done-detach")];

/// What the page shows.
struct Shown {
    partner: Partner,
    query: CustomerQuery,
    page: Page<Details>,
}

impl Partners {
    async fn shown_customers(
        &self,
        by: &Granted<ManagePartner>,
        query: CustomerQuery,
    ) -> Result<Shown, Failure> {
        let (limit, cursor) = query.list.read()?;
        let page = self.customers(by, &query.filter(), cursor.as_ref(), limit).await?;
        Ok(Shown { partner: self.details(by).await?.partner, query, page })
    }
}

pub async fn show(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    Query(query): Query<CustomerQuery>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    view.say_done(&done, DONE);
    let shown = partners.shown_customers(&by, query).await?;
    let at = format!("{}/customers", place(&by.scope().slug));
    let draft = view.refill(&at).map(|body| Draft::kept(DIALOG, &body));
    Ok(page(&view, &shown, draft.as_ref(), None))
}

pub async fn attach(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let mut input = body.input(input::ATTACH);
    let slug = input.parse::<Slug>("slug");
    let done = match input.finish(slug) {
        Ok(slug) => partners.attach(&by, &slug).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(back(&by.scope().slug, "/customers", "attach").into_response()),
        Err(error) => {
            let draft = Draft::of(DIALOG, &body, error, &["slug"])?;
            let shown = partners.shown_customers(&by, CustomerQuery::default()).await?;
            let page = page(&view, &shown, Some(&draft), None);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn detach(
    Right(by): Right<ManagePartner>,
    State(partners): State<Partners>,
    Path(at): Path<Customer>,
    view: View,
) -> Result<Response, Failure> {
    match partners.detach(&by, &at.slug()?).await {
        Ok(_) => Ok(back(&by.scope().slug, "/customers", "detach").into_response()),
        Err(error) if belongs_on_page(&error) => {
            let shown = partners.shown_customers(&by, CustomerQuery::default()).await?;
            let why = view.words().explain(&error);
            let page = page(&view, &shown, None, Some(&why));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, shown: &Shown, draft: Option<&Draft>, refused: Option<&str>) -> Markup {
    let (w, csrf, partner) = (view.words(), view.shell.csrf.as_str(), &shown.partner);
    let may_attach = partner.status == PartnerStatus::Active;
    let attach = html! {
        @if may_attach { (button(w.t("partner-attach")).primary().icon(Icon::Plus).opens(DIALOG)) }
    };
    let content = html! {
        @if let Some(said) = refused { (ui::banner(Tone::Bad, &w.t("partner-not-done"), said, None)) }
        (list(w, shown))
        @if may_attach { (attach_dialog(w, csrf, partner, draft)) }
        @for details in shown.page.items.iter().filter(|details| details.tenant.status.is_live()) {
            (question(w, csrf, partner, &details.tenant))
        }
    };
    view.page(&partner.name, &head(view, partner, "customers", attach), &content)
}

fn list(w: &Words, shown: &Shown) -> Markup {
    let at = format!("{}/customers", place(shown.partner.slug.as_str()));
    let q = shown.query.q.clone().filter(|q| !q.is_empty());
    let more = shown.page.next.as_ref().map(|next| {
        let mut pairs: Vec<(&str, String)> = q.iter().map(|q| ("q", q.clone())).collect();
        pairs.push(("cursor", next.to_string()));
        web::address(&at, &pairs)
    });
    let nothing = match &q {
        Some(q) => Empty::no_match(w, q, "customers", &at),
        None => Empty {
            icon: Icon::Tenant,
            title: w.t("partner-no-customers"),
            says: w.t("partner-no-customers-says"),
            actions: None,
        },
    };
    let items = &shown.page.items;
    let said = w.tx("partner-count-customers", &[("count", items.len().into())]);
    let list = Table {
        id: "customers".into(),
        caption: w.t("partner-customers"),
        columns: vec![
            Column::new(w.t("partner-name")),
            Column::new(w.t("partner-state")),
            Column::new(w.t("partner-plan")).md(),
            Column::figure(w.t("partner-seats")).md(),
        ],
        rows: items.iter().map(|details| row(w, details).into()).collect(),
        filter: Some(filter(
            w,
            &Bar {
                action: at.clone(),
                region: "customers".into(),
                search: Some(w.t("partners-search")),
                query: q.unwrap_or_default(),
                ..Bar::default()
            },
        )),
        more: Some(More::after(w, items.len(), said, more, shown.query.list.is_later())),
        empty: Some(empty(&nothing)),
        ..Table::default()
    };
    table(w, &list)
}

fn row(w: &Words, details: &Details) -> Row {
    let tenant = &details.tenant;
    let (state, said) = health::state(w, &details.condition());
    let detach = [MenuItem::opens(Icon::Minus, w.t("partner-detach"), question_of(tenant))];
    Row {
        key: tenant.slug.to_string(),
        name: tenant.name.clone(),
        href: Some(format!("/tenants/{}", tenant.slug)),
        cells: vec![
            html! { (tenant.name) small class="muted block cut" { (tenant.slug) } },
            state_said(state, said).render(),
            html! { (w.t(&format!("plan-{}", tenant.plan.as_str()))) },
            html! { span class="num" { (ui::number(w, tenant.seats)) } },
        ],
        actions: tenant
            .status
            .is_live()
            .then(|| Row::menu(w, &tenant.slug.to_string(), &tenant.name, &detach)),
        ..Row::default()
    }
}

fn attach_dialog(w: &Words, csrf: &str, partner: &Partner, draft: Option<&Draft>) -> Markup {
    let slug = Field::new("slug", w.t("partner-attach-slug")).help(w.t("partner-attach-help"));
    let slug = filled(draft, DIALOG, Field { exact: true, autofocus: true, ..slug });
    let body = html! {
        (draft::said(w, &w.t("partner-not-done"), draft, DIALOG, &[]))
        p class="small soft" { (w.t("partner-attach-says")) }
        (ui::field(w, &slug))
    };
    let footer = html! {
        (button(w.t("partner-cancel")).closes(DIALOG))
        (submit(w.t("partner-attach")).primary())
    };
    dialog(w, DIALOG, w.t("partner-attach"))
        .form(format!("{}/customers", place(partner.slug.as_str())), csrf)
        .open(draft.is_some())
        .body(body)
        .footer(footer)
        .render()
}

fn question_of(tenant: &Tenant) -> String {
    format!("detach-{}", tenant.slug)
}

fn question(w: &Words, csrf: &str, partner: &Partner, tenant: &Tenant) -> Markup {
    let names = [("name", (&tenant.name).into()), ("partner", (&partner.name).into())];
    let question = Confirm {
        id: question_of(tenant),
        title: w.tx("partner-detach-title", &names),
        says: w.tx("partner-detach-says", &[("partner", (&partner.name).into())]),
        label: w.t("partner-detach"),
        keep: w.t("partner-cancel"),
        action: format!("{}/customers/{}/detach", place(partner.slug.as_str()), tenant.slug),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    confirm(w, &question)
}

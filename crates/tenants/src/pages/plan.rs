//! The plan tab: what differs upstream, and doing just that [B5].

use access::ManageTenant;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use maud::{Markup, Render as _, html};
use reconcile::{Action, Change, Plan};
use web::ui::{
    self, Empty, Flash, FormHead, Icon, Tone, card, copy, empty, hidden, link_button, moment, submit as deed,
};
use web::{Failure, FormBody, Right, View};

use super::overview::head;
use crate::error::Error;
use crate::input;
use crate::read::Details;
use crate::service::Tenants;

pub async fn show(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    view: View,
) -> Result<Markup, Failure> {
    let details = tenants.details(&by).await?;
    let plan = tenants.plan(&by).await?;
    Ok(page(&view, &tenants, &details, &plan))
}

pub async fn submit(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let hash = input::hash(body.input(input::APPLY)).map_err(Failure::invalid)?;
    match tenants.apply(&by, &hash).await {
        Ok(_) => Ok(Redirect::to(&format!("/tenants/{}?done=apply", by.scope().slug)).into_response()),
        Err(Error::PlanMoved) => {
            let text = view.words().t("plan-moved");
            view.shell.flashes.push(Flash { tone: Tone::Warn, text, undo: None });
            let (details, plan) = (tenants.details(&by).await?, tenants.plan(&by).await?);
            Ok((StatusCode::CONFLICT, page(&view, &tenants, &details, &plan)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn doable(change: &Change) -> bool {
    !matches!(change.action, Action::Foreign | Action::Unreadable)
}

fn page(view: &View, tenants: &Tenants, details: &Details, plan: &Plan) -> Markup {
    let w = view.words();
    let slug = &details.tenant.slug;
    let count = plan.changes.iter().filter(|change| doable(change)).count();
    let apply =
        FormHead { action: format!("/tenants/{slug}/apply"), csrf: view.shell.csrf.clone(), swap: None };
    let actions = html! {
        (link_button(w.t("plan-again"), format!("/tenants/{slug}/plan")).icon(Icon::Refresh))
        @if count > 0 {
            (apply.form(&html! {
                (hidden("hash", &plan.hash))
                (deed(w.tx("plan-apply", &[("count", count.into())])).primary())
            }))
        }
    };
    let content = html! {
        div class="plan-line" {
            span { (w.t("plan-read-at")) " " (moment(w, tenants.0.clock.now())) }
            span { (w.t("plan-hash")) " " (copy(w, &plan.hash)) }
        }
        @if plan.changes.is_empty() {
            (empty(&Empty { icon: Icon::Ok, title: w.t("plan-nothing"), says: w.t("plan-nothing-says"), actions: None }))
        }
        @for upstream in ["authentik", "stalwart", "ocis"] { (of_upstream(w, upstream, plan)) }
    };
    let mut head = head(w, details, "plan", actions);
    head.summary = html! { (w.tx("plan-says", &[("count", count.into())])) };
    view.page(&w.tx("plan-title", &[("name", (&details.tenant.name).into())]), &head, &content)
}

fn of_upstream(w: &Words, upstream: &str, plan: &Plan) -> Markup {
    let changes: Vec<&Change> = plan.changes.iter().filter(|change| change.upstream == upstream).collect();
    if changes.is_empty() {
        return Markup::default();
    }
    let says = w.tx("plan-differences", &[("count", changes.len().into())]);
    let inside = html! { ol class="changes" { @for change in changes { (one(w, change)) } } };
    card(format!("plan-{upstream}"), w.t(&format!("upstream-{upstream}"))).says(says).flush(inside).render()
}

fn one(w: &Words, change: &Change) -> Markup {
    let (icon, word) = match change.action {
        Action::Create => (Icon::Plus, "plan-create"),
        Action::Update => (Icon::Pencil, "plan-update"),
        Action::Delete => (Icon::Trash, "plan-delete"),
        Action::Foreign => (Icon::Warn, "plan-foreign"),
        Action::Unreadable => (Icon::Bad, "plan-unreadable"),
    };
    html! {
        li class="change" {
            span { (icon) }
            div {
                h3 { (ui::tag(w.t(word))) " " (w.t(&format!("kind-{}", change.kind.replace('.', "-")))) " " code { (change.key) } }
                @if let Some(note) = &change.note { p { (note) } }
                @if !change.fields.is_empty() {
                    div class="fields" {
                        span { (w.t("plan-field")) } span { (w.t("plan-want")) } span { (w.t("plan-have")) }
                        @for field in &change.fields {
                            span { (field.field) }
                            code { ins { (value(&field.want)) } }
                            code { del { (value(&field.have)) } }
                        }
                    }
                }
            }
        }
    }
}

fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "–".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

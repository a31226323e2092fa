//! Removals that wait for a person, on the page of a tenant.

use std::collections::BTreeMap;

use access::ManageTenant;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use i18n::Words;
use maud::{Markup, Render as _, html};
use reconcile::Resource;
use web::ui::{Confirm, Flash, Icon, Tone, button, card, confirm, hidden};
use web::{Failure, FormBody, Right, View};

use crate::error::Error;
use crate::input;
use crate::service::Tenants;

pub async fn go_on(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let counted = input::counted(body.input(input::COUNTED)).map_err(Failure::invalid)?;
    match tenants.let_removals_go_on(&by, counted).await {
        Ok(_) => {
            let back = format!("/tenants/{}?done=removals", by.scope().slug);
            Ok(Redirect::to(&back).into_response())
        }
        Err(Error::RemovalsMoved(_)) => {
            let text = view.words().t("stopped-moved");
            view.shell.flashes.push(Flash { tone: Tone::Warn, text, undo: None });
            Ok((StatusCode::CONFLICT, tenants.page_of(&by, &view, None).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// How much of each kind.
fn by_kind(w: &Words, stopped: &[Resource]) -> Vec<String> {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in stopped {
        *kinds.entry(resource.kind.as_str()).or_default() += 1;
    }
    let said = |(kind, count): (&str, usize)| {
        let name = w.t(&format!("kind-{}", kind.replace('.', "-")));
        w.tx("stopped-kind", &[("kind", name.into()), ("count", count.into())])
    };
    kinds.into_iter().map(said).collect()
}

/// The card; nothing when nothing waits. Its id lets live updates replace it whole.
pub fn card_of_stopped(w: &Words, stopped: &[Resource]) -> Markup {
    if stopped.is_empty() {
        return html! { div id="stopped-card" {} };
    }
    let inside = html! {
        p { (w.t("stopped-says")) }
        ul class="plain" { @for line in by_kind(w, stopped) { li { (line) } } }
    };
    let deed = button(w.tx("stopped-go-on", &[("count", stopped.len().into())])).danger().opens("go-on");
    card("stopped-card", w.t("stopped-title"))
        .body(inside)
        .footer(html! { span class="push" { (deed) } })
        .render()
}

/// The dialog in which it is counted and confirmed.
pub fn dialog(w: &Words, slug: &str, csrf: &str, stopped: &[Resource]) -> Markup {
    if stopped.is_empty() {
        return Markup::default();
    }
    confirm(
        w,
        &Confirm {
            id: "go-on".into(),
            title: w.tx("stopped-dialog", &[("count", stopped.len().into())]),
            says: w.t("stopped-dialog-says"),
            goes: by_kind(w, stopped).into_iter().map(|line| (Icon::Trash, line)).collect(),
            deed: w.tx("stopped-go-on", &[("count", stopped.len().into())]),
            keep: w.t("stopped-keep"),
            action: format!("/tenants/{slug}/stopped-removals"),
            csrf: csrf.to_owned(),
            fields: Some(hidden("count", &stopped.len().to_string())),
            ..Confirm::default()
        },
    )
}

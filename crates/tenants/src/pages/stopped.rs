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

use super::overview::{Shown, page};
use crate::error::Error;
use crate::input;
use crate::model::Tenant;
use crate::service::Tenants;

/// Lets them go on; the name of the workspace must be typed, since it can't be undone [O5].
pub async fn go_on(
    Right(by): Right<ManageTenant>,
    State(tenants): State<Tenants>,
    mut view: View,
    body: FormBody,
) -> Result<Response, Failure> {
    let form = body.input(input::COUNTED_AND_CONFIRMED);
    let typed = form.text("confirm").unwrap_or_default();
    let hash = input::hash(form).map_err(Failure::invalid)?;
    if !kernel::name::is_same(&typed, &by.scope().name) {
        let stopped = tenants.stopped_of(by.tenant()).await?;
        let (details, people) = (tenants.details(&by).await?, tenants.role_holders(&by).await?);
        if stopped.is_empty() {
            let text = view.words().t("stopped-moved");
            view.shell.flashes.push(Flash { tone: Tone::Warn, text, undo: None });
        }
        let wrong_removals = Some(view.words().t("stopped-wrong-name"));
        let page = page(&view, &Shown { details, people, stopped, wrong_removals }, None);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match tenants.let_removals_go_on(&by, &hash).await {
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
    let action = button(w.tx("stopped-go-on", &[("count", stopped.len().into())])).danger().opens("go-on");
    card("stopped-card", w.t("stopped-title"))
        .body(inside)
        .footer(html! { span class="push" { (action) } })
        .render()
}

/// The dialog in which it is seen and confirmed; `wrong_name` opens it.
pub fn dialog(
    w: &Words,
    tenant: &Tenant,
    csrf: &str,
    stopped: &[Resource],
    wrong_name: Option<&String>,
) -> Markup {
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
            name: Some(tenant.name.clone()),
            label: w.tx("stopped-go-on", &[("count", stopped.len().into())]),
            keep: w.t("stopped-keep"),
            action: format!("/tenants/{}/stopped-removals", tenant.slug),
            csrf: csrf.to_owned(),
            fields: Some(hidden("hash", &reconcile::fingerprint(stopped))),
            error: wrong_name.cloned(),
        },
    )
}

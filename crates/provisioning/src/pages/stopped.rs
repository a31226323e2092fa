//! Removals that wait for a person, as parts of the page of a tenant.

use std::collections::BTreeMap;

use access::TenantRef;
use i18n::Words;
use maud::{Markup, Render as _, html};
use reconcile::Resource;
use web::ui::{Confirm, Icon, button, card, confirm, hidden};

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
pub fn dialog_of_stopped(
    w: &Words,
    tenant: &TenantRef,
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

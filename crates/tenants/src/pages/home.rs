//! The home of a person: where they can go.

use access::{OwnAccount, TenantRole, TenantStatus};
use axum::extract::State;
use i18n::Words;
use maud::{Markup, Render as _, html};
use web::ui::{
    self, Definition, Empty, Icon, Meter, PageHead, Tone, banner, card, copy, definitions, empty, tag,
};
use web::{Right, View};

use crate::service::Tenants;
use crate::storage::Used;

pub async fn show(Right(own): Right<OwnAccount>, State(tenants): State<Tenants>, view: View) -> Markup {
    let w = view.words();
    let actor = own.actor();
    let standing = view.active.as_deref().and_then(|slug| actor.standing.in_tenant(slug));
    let summary = match standing {
        None if actor.standing.partners.is_empty() => w.t("home-says-none"),
        None => w.t("home-says-partner"),
        Some(standing) if standing.tenant.status == TenantStatus::Suspended => {
            w.tx("home-says-suspended", &[("name", (&standing.tenant.name).into())])
        }
        Some(standing) => w.tx("home-says", &[("name", (&standing.tenant.name).into())]),
    };
    let head =
        PageHead { title: actor.person.name.clone(), summary: html! { (summary) }, ..PageHead::default() };
    let suspended = standing.is_some_and(|standing| standing.tenant.status == TenantStatus::Suspended);
    let admin = standing.filter(|standing| standing.role != TenantRole::Member && !suspended);
    let used = match &tenants.0.gauge {
        Some(gauge) => gauge.of_person(actor.person.id).await,
        None => None,
    };
    let content = html! {
        div class="stack home" {
            @if suspended { (banner(Tone::Warn, &w.t("home-suspended"), &w.t("home-suspended-says"), None)) }
            @if let Some(standing) = admin {
                nav class="launch" aria-label=(w.t("home-apps")) {
                    a class="app lead" href={ "/admin/" (standing.tenant.slug) } {
                        span class="app-icon" { (Icon::Settings.large()) }
                        span { b { (w.t("nav-admin")) } small { (standing.tenant.name) } }
                    }
                }
            }
            @if standing.is_none() && actor.standing.partners.is_empty() {
                (empty(&Empty { icon: Icon::Tenant, title: w.t("home-none"), says: w.t("home-none-says"), actions: None }))
            }
            div class="cols even" { (you(w, actor, used)) (workspaces(w, actor)) }
        }
    };
    view.page(&w.t("nav-home"), &head, &content)
}

fn you(w: &Words, actor: &access::Actor, used: Option<Used>) -> Markup {
    let rows = [
        Definition::new(w.t("home-name"), html! { (actor.person.name) }),
        Definition::new(w.t("home-address"), copy(w, &actor.person.email)),
    ];
    let inside = html! {
        (definitions(true, &rows))
        @if let Some(used) = used { (files(w, used)) }
    };
    card("you", w.t("home-you")).body(inside).render()
}

/// How full the person's own drive is; a drive without a limit has no bar.
fn files(w: &Words, Used { used, total }: Used) -> Markup {
    let said = if total > 0 {
        w.tx("home-storage-of", &[("used", ui::bytes(w, used).into()), ("all", ui::bytes(w, total).into())])
    } else {
        w.tx("home-storage-unlimited", &[("used", ui::bytes(w, used).into())])
    };
    let used = (total > 0).then(|| (ui::share(used), ui::share(total)));
    ui::meter(&Meter { label: w.t("home-storage"), used, said, note: None })
}

fn workspaces(w: &Words, actor: &access::Actor) -> Markup {
    let (tenants, partners) = (&actor.standing.tenants, &actor.standing.partners);
    if tenants.is_empty() && partners.is_empty() {
        return Markup::default();
    }
    let inside = html! {
        @for standing in tenants {
            div class="row" {
                span { (standing.tenant.name) }
                span class="push" { (tag(w.t(&format!("role-{}", standing.role)))) }
            }
        }
        @for standing in partners {
            div class="row" {
                span { (standing.partner.name) }
                span class="push" { (tag(w.t(&format!("partner-role-{}", standing.role)))) }
            }
        }
    };
    card("workspaces", w.t("home-workspaces")).body(inside).render()
}

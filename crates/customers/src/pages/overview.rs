//! A tenant as the operator sees it: what is set up and how far it is, live.

use access::{Granted, ManageTenant, TenantStatus, ViewTenant};
use axum::extract::State;
use axum::response::Response;
use i18n::Words;
use maud::{Markup, Render as _, html};
use provisioning::{card_of_steps, card_of_stopped, dialog_of_stopped};
use reconcile::Resource;
use tenants::{Details, Tenant, tenant_head};
use web::ui::{
    self, Confirm, Definition, Icon, MenuItem, card, confirm, copy, date, definitions, link_button, submit,
};
use web::{Done, Failure, Live, Query, Right, View};

use crate::reads::{RoleHolder, purge_time};
use crate::service::Customers;

pub async fn show(
    Right(by): Right<ViewTenant>,
    State(customers): State<Customers>,
    Query(done): Query<Done>,
    mut view: View,
) -> Result<Markup, Failure> {
    let details = customers.tenants.details(&by).await?;
    let people = customers.role_holders(&by).await?;
    if let Some(key) = done.among(DONE) {
        let text = view.words().tx(key, &[("name", (&details.tenant.name).into())]);
        view.toast(text);
    }
    let stopped = customers.provisioning.stopped(&by).await?;
    Ok(page(&view, &Shown { details, people, stopped, wrong_removals: None }, None))
}

/// What the page shows.
pub struct Shown {
    pub details: Details,
    pub people: Vec<RoleHolder>,
    /// What would be destroyed and waits for a person.
    pub stopped: Vec<Resource>,
    /// What was wrong with the name typed to let that go on; reopens its dialog.
    pub wrong_removals: Option<String>,
}

/// What is said after an action, by its word.
const DONE: &[(&str, &str)] = &[
    ("create", "done-create"),
    ("update", "done-update"),
    ("suspend", "done-suspend"),
    ("resume", "done-resume"),
    ("terminate", "done-terminate"),
    ("reconcile", "done-reconcile"),
    ("apply", "done-apply"),
    ("removals", "done-removals"),
];

/// The live stream of the page's moving parts.
pub async fn live(
    Right(by): Right<ViewTenant>,
    State(customers): State<Customers>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let right = by.clone();
    let words = view.words().clone();
    let csrf = view.shell.csrf.clone();
    let render = move || {
        let (customers, by, words, csrf) = (customers.clone(), by.clone(), words.clone(), csrf.clone());
        async move {
            let details = customers.tenants.details(&by).await?;
            let people = customers.role_holders(&by).await?;
            let stopped = customers.provisioning.stopped(&by).await?;
            let mut parts = parts(&words, &details, &stopped, &csrf);
            // These have no place of their own: they move the page when they change.
            parts.extend([about(&words, &details, &csrf), card_of_people(&words, &people)]);
            Ok(parts)
        }
    };
    live.stream(right, render).await
}

fn parts(w: &Words, details: &Details, stopped: &[Resource], csrf: &str) -> Vec<Markup> {
    let condition = details.condition();
    vec![
        health::pill(w, &condition),
        health::summary(w, &condition),
        card_of_stopped(w, stopped),
        steps(w, details, csrf),
        health::card(w, details.tenant.slug.as_str(), condition),
    ]
}

fn steps(w: &Words, details: &Details, csrf: &str) -> Markup {
    card_of_steps(w, &details.tenant.workspace(), &details.resources, false, &retry(w, details, csrf))
}

fn retry(w: &Words, details: &Details, csrf: &str) -> Markup {
    let action = format!("/tenants/{}/reconcile", details.tenant.slug);
    html! {
        form method="post" action=(action) {
            (ui::hidden("csrf", csrf))
            (submit(w.t("tenant-retry")).small().icon(Icon::Refresh))
        }
    }
}

/// The page; `wrong_name` reopens the last dialog with what was wrong in it.
pub fn page(view: &View, shown: &Shown, wrong_name: Option<String>) -> Markup {
    let Shown { details, people, stopped, wrong_removals } = shown;
    let w = view.words();
    let csrf = &view.shell.csrf;
    let slug = &details.tenant.slug;
    let live = format!("/tenants/{slug}/live");
    let content = html! {
        div data-live=(live) {
            div class="cols object" {
                div class="stack" {
                    (card_of_stopped(w, stopped))
                    (health::card(w, slug.as_str(), details.condition()))
                    (card_of_people(w, people))
                }
                div class="stack" {
                    (steps(w, details, csrf))
                    (about(w, details, csrf))
                }
            }
        }
        (dialogs(w, details, csrf, wrong_name))
        (dialog_of_stopped(w, &details.tenant.reference(), csrf, stopped, wrong_removals.as_ref()))
    };
    view.page(
        &details.tenant.name,
        &tenant_head(view, details, "overview", actions(w, details, csrf)),
        &content,
    )
}

fn actions(w: &Words, details: &Details, csrf: &str) -> Markup {
    let tenant = &details.tenant;
    let live = tenant.status.is_live();
    html! {
        @if live { (link_button(w.t("tenant-edit"), format!("/tenants/{}/edit", tenant.slug)).icon(Icon::Pencil)) }
        @if live && !tenant.is_platform {
            @if tenant.status == TenantStatus::Suspended {
                form method="post" action={ "/tenants/" (tenant.slug) "/resume" } {
                    (ui::hidden("csrf", csrf))
                    (submit(w.t("tenant-resume")).primary())
                }
            }
            (ui::more(w, &tenant.name, &endings(w, tenant)))
        }
    }
}

/// What closes it, for a time or for good.
fn endings(w: &Words, tenant: &Tenant) -> Vec<MenuItem> {
    let end = MenuItem::danger(Icon::Trash, w.t("tenant-terminate"), "terminate");
    if tenant.status == TenantStatus::Suspended {
        return vec![end];
    }
    vec![MenuItem::opens(Icon::Pause, w.t("tenant-suspend"), "suspend"), MenuItem::Line, end]
}

fn dialogs(w: &Words, details: &Details, csrf: &str, wrong_name: Option<String>) -> Markup {
    let tenant = &details.tenant;
    let name = || [("name", (&tenant.name).into())];
    let suspend = Confirm {
        id: "suspend".into(),
        title: w.tx("suspend-title", &name()),
        says: w.t("suspend-says"),
        goes: vec![
            (Icon::Lock, w.t("suspend-goes-sign-in")),
            (Icon::Folder, w.t("suspend-goes-files")),
            (Icon::Mail, w.t("suspend-goes-mail")),
        ],
        label: w.t("tenant-suspend"),
        keep: w.t("suspend-keep"),
        action: format!("/tenants/{}/suspend", tenant.slug),
        csrf: csrf.to_owned(),
        ..Confirm::default()
    };
    let terminate = Confirm {
        id: "terminate".into(),
        title: w.tx("terminate-title", &name()),
        says: w.t("terminate-says"),
        goes: vec![
            (Icon::Users, w.tx("terminate-goes-seats", &[("seats", tenant.seats.into())])),
            (Icon::Folder, w.t("terminate-goes-files")),
            (Icon::Mail, w.t("terminate-goes-mail")),
        ],
        name: Some(tenant.name.clone()),
        label: w.t("tenant-terminate"),
        keep: w.t("terminate-keep"),
        action: format!("/tenants/{}/terminate", tenant.slug),
        csrf: csrf.to_owned(),
        error: wrong_name,
        ..Confirm::default()
    };
    html! {
        @if tenant.status.is_live() && !tenant.is_platform { (confirm(w, &suspend)) (confirm(w, &terminate)) }
    }
}

/// The storage; one that was set by hand can be given back to the plan.
fn storage(w: &Words, tenant: &Tenant, csrf: &str) -> Markup {
    let quota = ui::gigabytes(w, tenant.storage());
    html! {
        span class="num" { (quota) }
        @if tenant.storage_quota.is_some() {
            " " span class="muted" { (w.t("tenant-storage-by-hand")) }
            form method="post" action={ "/tenants/" (tenant.slug) "/storage" } {
                (ui::hidden("csrf", csrf))
                (submit(w.t("tenant-storage-by-plan")).small())
            }
        }
    }
}

fn about(w: &Words, details: &Details, csrf: &str) -> Markup {
    let tenant = &details.tenant;
    let mut rows = vec![
        Definition::new(w.t("tenant-slug"), copy(w, tenant.slug.as_str())),
        Definition::new(w.t("tenant-id"), copy(w, &tenant.id.to_string())),
    ];
    if let Some(industry) = &tenant.industry {
        rows.push(Definition::new(w.t("tenant-industry"), html! { (industry) }));
    }
    if let Some(domain) = &tenant.primary_domain {
        let (unicode, ascii) = (domain.unicode(), domain.ascii());
        rows.push(Definition::new(
            w.t("tenant-domain"),
            html! { (unicode) @if unicode != ascii { br; code class="muted tiny" { (ascii) } } },
        ));
    }
    rows.push(Definition::new(w.t("tenant-storage"), storage(w, tenant, csrf)));
    if let Some(company) = &tenant.billing_info.company {
        rows.push(Definition::new(w.t("tenant-company"), html! { (company) }));
    }
    if let Some(after) = purge_time(tenant) {
        rows.push(Definition::new(w.t("tenant-purged-after"), date(w, after)));
    }
    for resource in &details.resources {
        if let Some(id) = &resource.upstream_id {
            rows.push(Definition::new(
                w.t(&format!("handle-{}", resource.kind.replace('.', "-"))),
                copy(w, id),
            ));
        }
    }
    card("about", w.t("tenant-about")).body(definitions(true, &rows)).render()
}

fn card_of_people(w: &Words, people: &[RoleHolder]) -> Markup {
    let inside = html! {
        @if people.is_empty() { p class="soft small" { (w.t("tenant-no-people")) } }
        @for holder in people {
            div class="row" {
                (ui::who(&holder.person.name, &holder.person.id.to_string(), Some(&holder.person.email)))
                span class="push" { (ui::tag(w.t(&format!("role-{}", holder.role)))) }
            }
        }
    };
    card("people", w.t("tenant-people")).body(inside).render()
}

impl Customers {
    /// The page again after an action that was refused, for its typed name say.
    pub(crate) async fn page_of(
        &self,
        by: &Granted<ManageTenant>,
        view: &View,
        wrong_name: Option<String>,
    ) -> Result<Markup, Failure> {
        let (details, people) = (self.tenants.details(by).await?, self.role_holders(by).await?);
        let stopped = self.provisioning.stopped(by).await?;
        Ok(page(view, &Shown { details, people, stopped, wrong_removals: None }, wrong_name))
    }
}

//! The overview of a workspace for those who run it [B9]: what is left to set up, what needs somebody, how full it is, what
//! happened last. A block with no data behind it is absent.

use access::{ReconcileTenant, ViewTenant, ViewTenantAudit};
use activity::{latest_records, of_tenant};
use audit::AuditFilter;
use axum::extract::State;
use axum::response::{Redirect, Response};
use health::{Condition, reason_page, reason_says, reason_title};
use i18n::Words;
use maud::{Markup, Render as _, html};
use provisioning::card_of_steps;
use reconcile::Status;
use tenants::storage::Used;
use tenants::{Details, Seats};
use web::ui::{
    self, Definition, Icon, Meter, PageHead, Reason, Tone, card, definitions, link_button, submit,
};
use web::{Failure, Live, Right, View};

use super::setup::{self, Setup};
use crate::service::Operations;

const LATEST: u64 = 6;

pub async fn show(
    Right(by): Right<ViewTenant>,
    State(Operations { platform, tenants, people }): State<Operations>,
    view: View,
) -> Result<Markup, Failure> {
    let details = tenants.details(&by).await?;
    let seats = tenants.seats(&by).await?;
    let (used, second_factor) = tokio::join!(tenants.used(&by), people.own_second_factor(&by));
    let log = by.demand::<ViewTenantAudit>(&platform.db).await?;
    let latest = of_tenant(&platform.db, &log, &AuditFilter::default(), None, LATEST).await?;
    let w = view.words();
    let slug = &details.tenant.slug;
    let live = format!("/admin/{slug}/live");
    let condition = details.condition();
    let head = PageHead {
        title: details.tenant.name.clone(),
        state: Some(health::pill(w, &condition)),
        summary: health::summary(w, &condition),
        ..PageHead::default()
    };
    let first = domains::first_held(platform.db.read(), by.tenant()).await?;
    let setup = Setup::of(&details, seats, first.as_ref(), second_factor.ok());
    let content = html! {
        div class="stack" data-live=(live) {
            (setup::card_of(w, &setup))
            div class="cols object" {
                div class="stack" {
                    (attention(w, &details, &condition, &setup))
                    (latest_records(w, &latest.items, &format!("/admin/{slug}/audit")))
                }
                div class="stack" {
                    @if !is_set_up(&details) { (steps(w, &details, &view.shell.csrf)) }
                    (plan(w, &details, seats, used))
                    (about(w, &details))
                }
            }
        }
    };
    Ok(view.page(&details.tenant.name, &head, &content))
}

pub async fn live(
    Right(by): Right<ViewTenant>,
    State(Operations { platform, tenants, .. }): State<Operations>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let right = by.clone();
    let (words, csrf) = (view.words().clone(), view.shell.csrf.clone());
    let render = move || {
        let (tenants, by, words, csrf) = (tenants.clone(), by.clone(), words.clone(), csrf.clone());
        let db = platform.db.clone();
        async move {
            let (details, seats) = (tenants.details(&by).await?, tenants.seats(&by).await?);
            let condition = details.condition();
            let first = domains::first_held(db.read(), by.tenant()).await?;
            let setup = Setup::of(&details, seats, first.as_ref(), None);
            // What has no place of its own, or may have none yet, moves the page when it changes.
            let rest = html! {
                (seats.said(&words))
                (attention(&words, &details, &condition, &setup))
                (about(&words, &details))
            };
            Ok(vec![
                health::pill(&words, &condition),
                health::summary(&words, &condition),
                steps(&words, &details, &csrf),
                html! { span { (rest) } },
            ])
        }
    };
    live.stream(right, render).await
}

pub async fn reconcile(
    Right(by): Right<ReconcileTenant>,
    State(Operations { tenants, .. }): State<Operations>,
) -> Result<Redirect, Failure> {
    tenants.reconcile(&by).await?;
    Ok(Redirect::to(&format!("/admin/{}", by.scope().slug)))
}

/// Whether nothing is left to be done upstream: the line under the title says so then, and the steps are no news.
fn is_set_up(details: &Details) -> bool {
    details.resources.iter().all(|resource| matches!(resource.status, Status::Ok | Status::Skipped))
}

fn steps(w: &Words, details: &Details, csrf: &str) -> Markup {
    card_of_steps(w, &details.tenant.workspace(), &details.resources, true, &retry(w, details, csrf))
}

fn retry(w: &Words, details: &Details, csrf: &str) -> Markup {
    html! {
        form method="post" action={ "/admin/" (details.tenant.slug) "/reconcile" } {
            (ui::hidden("csrf", csrf))
            (submit(w.t("tenant-retry")).small().icon(Icon::Refresh))
        }
    }
}

/// What is wrong, the gravest first. What the steps or what is left to set up tell already is not told again.
fn attention(w: &Words, details: &Details, condition: &Condition, setup: &Setup) -> Markup {
    let slug = details.tenant.slug.as_str();
    let told = |reason: &&health::Reason| reason.code == "provisioning_error" || setup.tells(reason);
    let reasons: Vec<Reason> = condition
        .reasons
        .iter()
        .filter(|reason| !told(reason))
        .map(|reason| {
            let href = reason_page(slug, reason);
            let open = |href: &String| link_button(w.t("admin-attention-open"), href).small();
            Reason {
                tone: Tone::Bad,
                title: reason_title(w, reason),
                says: reason_says(w, reason),
                aside: None,
                action: href.as_ref().map(|href| html! { (open(href)) }),
                href,
            }
        })
        .collect();
    if reasons.is_empty() {
        return Markup::default();
    }
    card("attention", w.t("dashboard-attention"))
        .mark(ui::badge(reasons.len(), Tone::Bad, None))
        .flush(ui::reasons(&reasons))
        .render()
}

/// The plan with how much of it is taken. What the file service doesn't say has no bar.
fn plan(w: &Words, details: &Details, seats: Seats, used: Option<Used>) -> Markup {
    let tenant = &details.tenant;
    let seats = Meter {
        label: w.t("admin-seats-used"),
        used: Some((ui::share(seats.taken()), ui::share(seats.all))),
        said: seats.said(w),
        note: None,
    };
    let said = if let Some(Used { used, total }) = used {
        let (used, all) = (ui::bytes(w, used).into(), ui::gigabytes(w, total).into());
        w.tx("admin-storage-taken", &[("used", used), ("all", all)])
    } else {
        w.tx("admin-storage-unknown", &[("all", ui::gigabytes(w, tenant.storage()).into())])
    };
    let storage = Meter {
        label: w.t("admin-storage-used"),
        used: used.map(|Used { used, total }| (ui::share(used), ui::share(total))),
        said,
        note: None,
    };
    let inside = html! {
        (ui::meter(&seats))
        (ui::meter(&storage))
        @if used.is_some() {
            p class="small" { a href={ "/admin/" (tenant.slug) "/storage" } { (w.t("admin-storage-open")) } }
        }
    };
    card("room", w.t("admin-plan-card"))
        .says(w.t(&format!("plan-{}", tenant.plan.as_str())))
        .body(inside)
        .footer(html! { (w.t("admin-plan-change")) })
        .render()
}

fn about(w: &Words, details: &Details) -> Markup {
    let tenant = &details.tenant;
    let mut rows = vec![Definition::new(w.t("tenant-slug"), ui::copy(w, tenant.slug.as_str()))];
    if let Some(domain) = &tenant.primary_domain {
        rows.push(Definition::new(w.t("tenant-domain"), html! { (domain.unicode()) }));
    }
    if let Some(company) = &tenant.billing_info.company {
        rows.push(Definition::new(w.t("tenant-company"), html! { (company) }));
    }
    rows.push(Definition::new(w.t("tenant-since"), ui::date(w, tenant.created_at)));
    card("about", w.t("tenant-about")).body(definitions(true, &rows)).render()
}

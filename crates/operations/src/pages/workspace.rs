//! The overview of a workspace for those who run it [B9]. A block with no data behind it is absent.

use access::{ReconcileTenant, ViewTenant, ViewTenantAudit};
use activity::{latest_records, of_tenant};
use audit::AuditFilter;
use axum::extract::State;
use axum::response::{Redirect, Response};
use i18n::Words;
use maud::{Markup, Render as _, html};
use provisioning::card_of_steps;
use tenants::storage::Used;
use tenants::{Details, Seats};
use web::ui::{
    self, Definition, Figure, Icon, Meter, PageHead, Tile, Tone, card, definitions, submit, tiles,
};
use web::{Failure, Live, Right, View};

use crate::service::Operations;

const LATEST: u64 = 6;

pub async fn show(
    Right(by): Right<ViewTenant>,
    State(Operations { platform, tenants }): State<Operations>,
    view: View,
) -> Result<Markup, Failure> {
    let details = tenants.details(&by).await?;
    let seats = tenants.seats(&by).await?;
    let used = tenants.used(&by).await;
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
    let content = html! {
        div class="stack" data-live=(live) {
            (figures(w, &details, seats))
            (room(w, &details, seats, used))
            div class="cols" {
                (steps(w, &details, &view.shell.csrf))
                (about(w, &details))
            }
            (latest_records(w, &latest.items, &format!("/admin/{slug}/audit")))
        }
    };
    Ok(view.page(&details.tenant.name, &head, &content))
}

pub async fn live(
    Right(by): Right<ViewTenant>,
    State(Operations { tenants, .. }): State<Operations>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let right = by.clone();
    let (words, csrf) = (view.words().clone(), view.shell.csrf.clone());
    let render = move || {
        let (tenants, by, words, csrf) = (tenants.clone(), by.clone(), words.clone(), csrf.clone());
        async move {
            let (details, seats) = (tenants.details(&by).await?, tenants.seats(&by).await?);
            let condition = details.condition();
            // The last two have no place of their own: they move the page when they change.
            let rest = [figures(&words, &details, seats), about(&words, &details)];
            let parts = [
                health::pill(&words, &condition),
                health::summary(&words, &condition),
                steps(&words, &details, &csrf),
            ];
            Ok(parts.into_iter().chain(rest).collect())
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

fn figures(w: &Words, details: &Details, seats: Seats) -> Markup {
    let tenant = &details.tenant;
    let tile = |label: &str, figure, change| Tile {
        label: w.t(label),
        figure,
        change,
        href: None,
        tone: Tone::Neutral,
    };
    let of =
        w.tx("admin-seats-of", &[("seats", ui::number(w, seats.all).into()), ("who", seats.who(w).into())]);
    let quota = ui::gigabytes(w, tenant.storage());
    let all = [
        tile(
            "admin-plan",
            Figure::Known(w.t(&format!("plan-{}", tenant.plan.as_str()))),
            w.t("admin-plan-change"),
        ),
        tile("admin-seats", Figure::Known(ui::number(w, seats.taken())), of),
        tile("admin-storage", Figure::Known(quota), w.t("admin-storage-change")),
    ];
    tiles(w, &w.t("admin-figures"), &all)
}

/// Seats and storage side by side. What the file service doesn't say is left out.
fn room(w: &Words, details: &Details, seats: Seats, used: Option<Used>) -> Markup {
    let tenant = &details.tenant;
    let seats = Meter {
        label: w.t("admin-seats-used"),
        used: Some((ui::share(seats.taken()), ui::share(seats.all))),
        said: seats.said(w),
        note: None,
    };
    let storage = used.map(|Used { used, total }| Meter {
        label: w.t("admin-storage-used"),
        used: Some((ui::share(used), ui::share(total))),
        said: w.tx(
            "admin-storage-taken",
            &[("used", ui::bytes(w, used).into()), ("all", ui::gigabytes(w, total).into())],
        ),
        note: None,
    });
    let inside = html! {
        (ui::meter(&seats))
        @if let Some(storage) = &storage {
            (ui::meter(storage))
            p class="small" { a href={ "/admin/" (tenant.slug) "/storage" } { (w.t("admin-storage-open")) } }
        }
    };
    card("room", w.t("admin-plan-card")).body(inside).render()
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

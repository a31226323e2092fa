//! The operator's dashboard: figures, upstreams, what needs attention, the latest audit rows. Live.

use access::{TenantRef, ViewPlatform};
use activity::latest_records;
use axum::extract::State;
use axum::response::Response;
use findings::Finding;
use health::{reason_place, reason_says, reason_title};
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use probes::{Liveness, State as Up};
use web::ui::{self, Figure, Icon, PageHead, Reason, Tile, Tone, card, link_button, tiles};
use web::{Failure, Live, Right, View};

use super::upstreams::strip;
use crate::reads::{Failing, Overview};
use crate::service::Operations;

pub async fn show(
    Right(by): Right<ViewPlatform>,
    State(operations): State<Operations>,
    view: View,
) -> Result<Markup, Failure> {
    let overview = operations.overview(&by).await?;
    let w = view.words();
    let now = operations.platform.clock.now();
    let new = link_button(w.t("tenants-new"), "/tenants/new").primary().icon(Icon::Plus);
    let head = PageHead {
        title: w.t("nav-dashboard"),
        summary: summary(w, &overview),
        actions: html! { (new) },
        ..PageHead::default()
    };
    let content = html! {
        div class="stack" data-live="/live" {
            (figures(w, &overview))
            section aria-labelledby="ups" {
                div class="section-head" {
                    h2 id="ups" { (w.t("dashboard-upstreams")) }
                    a class="push small" href="/infrastructure" { (w.t("nav-infrastructure")) }
                }
                (strip(w, &overview.liveness, now))
            }
            (attention(w, &overview, now))
            (latest_records(w, &overview.latest, "/audit"))
        }
    };
    Ok(view.page(&w.t("nav-dashboard"), &head, &content))
}

pub async fn live(
    Right(by): Right<ViewPlatform>,
    State(operations): State<Operations>,
    live: Live,
    view: View,
) -> Result<Response, Failure> {
    let right = by.clone();
    let words = view.words().clone();
    let render = move || {
        let (operations, by, words) = (operations.clone(), by.clone(), words.clone());
        async move {
            let overview = operations.overview(&by).await?;
            let now = operations.platform.clock.now();
            Ok(vec![
                summary(&words, &overview),
                figures(&words, &overview),
                strip(&words, &overview.liveness, now),
                attention(&words, &overview, now),
                latest_records(&words, &overview.latest, "/audit"),
            ])
        }
    };
    live.stream(right, render).await
}

fn summary(w: &Words, overview: &Overview) -> Markup {
    let failing = overview.liveness.iter().filter(|liveness| matches!(liveness.state, Up::Down(..)));
    let (refusing, down): (Vec<_>, Vec<_>) = failing.partition(|liveness| liveness.refuses);
    let of = |key: &str, these: &[&Liveness]| {
        let names: Vec<String> =
            these.iter().map(|liveness| w.t(&format!("upstream-{}", liveness.upstream))).collect();
        w.tx(key, &[("names", names.join(", ").into()), ("count", names.len().into())])
    };
    let said = if !down.is_empty() {
        of("dashboard-says-down", &down)
    } else if !refusing.is_empty() {
        of("dashboard-says-refused", &refusing)
    } else if overview.failing_count > 0 {
        w.t("dashboard-says-failing")
    } else if overview.liveness.iter().any(|liveness| liveness.state == Up::Unknown) {
        w.t("dashboard-says-unknown")
    } else if overview.found_count > 0 || overview.drifts > 0 {
        w.t("dashboard-says-attention")
    } else {
        w.t("dashboard-says-fine")
    };
    html! { span id="dashboard-summary" { (said) } }
}

fn figures(w: &Words, overview: &Overview) -> Markup {
    let of = |status: &str| overview.by_status.get(status).copied().unwrap_or(0);
    let (active, pending, suspended) = (of("active"), of("pending"), of("suspended"));
    let failing = i64::try_from(overview.failing_count).unwrap_or(i64::MAX);
    let known = |n: i64| Figure::Known(ui::number(w, n));
    let tile = |label: &str, figure, change, href: &str, tone| Tile {
        label: w.t(label),
        figure,
        change,
        href: Some(href.to_owned()),
        tone,
    };
    let change = w.tx("dashboard-tenants-change", &[("active", active.into()), ("pending", pending.into())]);
    let all = [
        tile("nav-tenants", known(active + pending + suspended), change, "/tenants", Tone::Neutral),
        tile(
            "dashboard-seats",
            known(overview.seats),
            w.t("dashboard-seats-change"),
            "/tenants",
            Tone::Neutral,
        ),
        tile(
            "dashboard-suspended",
            known(suspended),
            w.tx("dashboard-suspended-change", &[("terminated", of("terminated").into())]),
            "/tenants?status=suspended",
            Tone::Neutral,
        ),
        tile(
            "dashboard-failing",
            known(failing),
            w.tx("dashboard-failing-change", &[("count", failing.into())]),
            "/tenants?health=failing",
            if failing > 0 { Tone::Bad } else { Tone::Neutral },
        ),
    ];
    html! { div id="figures" { (tiles(w, &w.t("dashboard-figures"), &all)) } }
}

fn attention(w: &Words, overview: &Overview, now: Timestamp) -> Markup {
    let failing = overview.failing.iter().map(|Failing { resource, tenant, person }| {
        let workspace = tenant.as_ref().map_or_else(|| resource.name.clone(), |tenant| tenant.name.clone());
        let name = match person {
            Some(person) => {
                w.tx("attention-person", &[("name", person.into()), ("workspace", workspace.into())])
            }
            None => workspace,
        };
        let step = w.t(&format!("step-{}", resource.kind.replace('.', "-")));
        let href = tenant.as_ref().map(|tenant| format!("/tenants/{}", tenant.slug));
        Reason {
            tone: Tone::Bad,
            title: w.tx("attention-step", &[("name", name.into()), ("step", step.into())]),
            says: resource.error.as_ref().map(|error| w.explain(error)).unwrap_or_default(),
            aside: resource.attempted_at.map(|at| html! { span class="ago" { (ui::ago(w, at, now)) } }),
            action: href.as_deref().map(|href| open(w, href)),
            href,
        }
    });
    let found = overview.found.iter().map(|(tenant, finding)| of_finding(w, tenant, finding, now));
    let reasons: Vec<Reason> =
        down(w, overview, now).chain(failing).chain(found).chain(drifts(w, overview.drifts)).collect();
    let shown = card("attention", w.t("dashboard-attention"));
    if reasons.is_empty() {
        return shown.body(html! { p class="soft small" { (w.t("dashboard-attention-none")) } }).render();
    }
    let is_down = down(w, overview, now).count();
    let is_down = u64::try_from(is_down).unwrap_or(u64::MAX);
    let count = is_down + overview.failing_count + overview.found_count + u64::from(overview.drifts > 0);
    let shown = shown.flush(ui::reasons(&reasons));
    if is_down + overview.failing_count == 0 {
        return shown.mark(ui::badge(count, Tone::Warn, None)).render();
    }
    shown.mark(ui::badge(count, Tone::Bad, None)).says(w.t("dashboard-attention-order")).render()
}

/// What does not answer, with its own words.
fn down(w: &Words, overview: &Overview, now: Timestamp) -> impl Iterator<Item = Reason> {
    overview.liveness.iter().filter_map(move |liveness| {
        let Up::Down(since, error) = &liveness.state else { return None };
        let name = w.t(&format!("upstream-{}", liveness.upstream));
        let href = format!("/infrastructure#row-{}", liveness.upstream);
        let (title, says) = if liveness.refuses {
            let says = w.tx("attention-refuses-says", &[("error", error.into())]);
            (w.tx("attention-refuses", &[("name", name.into())]), says)
        } else {
            (w.tx("attention-down", &[("name", name.into())]), error.clone())
        };
        Some(Reason {
            tone: Tone::Bad,
            title,
            says,
            aside: Some(html! { span class="ago" { (ui::ago(w, *since, now)) } }),
            action: Some(open(w, &href)),
            href: Some(href),
        })
    })
}

fn of_finding(w: &Words, tenant: &TenantRef, finding: &Finding, now: Timestamp) -> Reason {
    let reason = health::reason(finding);
    let slug = tenant.slug.as_str();
    let href = reason_place(slug, &reason).unwrap_or_else(|| format!("/tenants/{slug}"));
    Reason {
        tone: Tone::Warn,
        title: w.tx(
            "attention-found",
            &[("name", (&tenant.name).into()), ("what", reason_title(w, &reason).into())],
        ),
        says: reason_says(w, &reason),
        aside: Some(html! { span class="ago" { (ui::ago(w, finding.since, now)) } }),
        action: Some(open(w, &href)),
        href: Some(href),
    }
}

/// The button that leads somewhere, named by where that is.
fn open(w: &Words, href: &str) -> Markup {
    let label = if href.starts_with("/infrastructure") {
        w.t("attention-open-infrastructure")
    } else if href.contains("/domains/") {
        w.t("attention-open-domain")
    } else if href.ends_with("/members") {
        w.t("attention-open-members")
    } else {
        w.t("attention-open-tenant")
    };
    link_button(label, href).small().render()
}

/// What differs upstream, in one line: the list of it is elsewhere.
fn drifts(w: &Words, count: u64) -> Option<Reason> {
    let open = link_button(w.t("attention-drift-open"), "/drift").small();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    (count > 0).then(|| Reason {
        tone: Tone::Warn,
        title: w.tx("attention-drift", &[("count", count.into())]),
        says: w.t("attention-drift-says"),
        aside: None,
        action: Some(html! { (open) }),
        href: Some("/drift".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language, Source};

    use super::*;

    #[test]
    fn a_button_says_where_it_leads() {
        let text = include_str!("../../text/en.ftl");
        let texts = Catalogues::new(&[Source { language: Language::English, text }]).unwrap();
        let words = Words::new(Arc::new(texts), Language::English);
        for (href, says) in [
            ("/infrastructure#row-sign_in", "Open Infrastructure"),
            ("/tenants/acme/domains/acme.test", "Open domain"),
            ("/tenants/acme/members", "Open members"),
            ("/tenants/acme", "Open tenant"),
        ] {
            let button = open(&words, href).into_string();
            assert!(button.contains(says) && button.contains(href), "{button}");
        }
    }
}

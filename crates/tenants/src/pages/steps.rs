//! The three steps of a tenant and its state, as words and components.

use access::TenantStatus;
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use reconcile::Status;
use web::ui::{self, State, Step, Trouble, card, moment, state_said};

use crate::health;
use crate::model::Tenant;
use crate::read::Details;
use crate::view::{StepState, step_state};
use crate::wants::KINDS;

/// A tenant's state and its words: "Active, no mail yet" rather than just "Active" [B3].
pub fn tenant_state(w: &Words, details: &Details) -> (State, String) {
    let tenant = &details.tenant;
    let failing = details.resources.iter().any(|resource| resource.status == Status::Error);
    match tenant.status {
        TenantStatus::Pending if failing => (State::Error, w.t("state-pending-failing")),
        TenantStatus::Pending => (State::Running, w.t("state-pending")),
        TenantStatus::Suspended => (State::Suspended, w.t("state-suspended")),
        TenantStatus::Terminated => (State::Terminated, w.t("state-terminated")),
        TenantStatus::Purged => (State::Terminated, w.t("state-purged")),
        TenantStatus::Active => {
            let mail = step_state(&details.resources, "stalwart.domain");
            match mail.status {
                _ if failing => (State::Attention, w.t("state-active-failing")),
                Status::Ok => (State::Active, w.t("state-active")),
                _ => (State::Active, w.t("state-active-no-mail")),
            }
        }
    }
}

/// The state as a pill that a live update can replace.
pub fn state_pill(w: &Words, details: &Details) -> Markup {
    let (state, said) = tenant_state(w, details);
    html! { span id="tenant-state" { (state_said(state, said).pill()) } }
}

/// One line that says how a tenant is and what comes next.
pub fn summary(w: &Words, details: &Details) -> Markup {
    let tenant = &details.tenant;
    let failing = health::of(&details.resources, &[]).reasons.len();
    let said = match tenant.status {
        TenantStatus::Suspended => w.t("tenant-says-suspended"),
        TenantStatus::Purged => w.t("tenant-says-purged"),
        TenantStatus::Terminated => w.t("tenant-says-terminated"),
        _ if failing > 0 => w.tx("tenant-says-failing", &[("count", failing.into())]),
        TenantStatus::Pending => w.t("tenant-says-pending"),
        TenantStatus::Active if tenant.primary_domain.is_none() => w.t("tenant-says-no-mail"),
        TenantStatus::Active => w.t("tenant-says-fine"),
    };
    html! { span id="tenant-summary" { (said) } }
}

fn label(w: &Words, kind: &str) -> String {
    w.t(&format!("step-{}", kind.replace('.', "-")))
}

fn detail(w: &Words, tenant: &Tenant, kind: &str, state: &StepState) -> String {
    match (state.status, state.reason) {
        (Status::Error, _) => w.t("step-error-detail"),
        (Status::Ok, _) => match kind {
            "authentik.group" => w.tx("step-ok-group", &[("slug", tenant.slug.as_str().into())]),
            "stalwart.domain" => {
                let names =
                    tenant.primary_domain.as_ref().map(kernel::DomainName::unicode).unwrap_or_default();
                w.tx("step-ok-domain", &[("domain", names.into())])
            }
            _ => {
                let quota = ui::bytes(w, tenant.storage());
                w.tx("step-ok-drive", &[("quota", quota.into())])
            }
        },
        (_, Some(reason)) => w.t(&format!("reason-{reason}")),
        (Status::Pending | Status::Skipped, None) => w.t("step-pending-detail"),
    }
}

fn step(w: &Words, details: &Details, kind: &str, branded: bool) -> Step {
    let state = step_state(&details.resources, kind);
    let resource = state.resource;
    let trouble = resource.and_then(|resource| resource.error.clone()).map(|said| Trouble {
        said: if branded { w.t("step-error-plain") } else { said },
        means: Some(w.t("step-error-means")),
        request: None,
    });
    let upstream = kind.split('.').next().unwrap_or(kind);
    Step {
        id: kind.replace('.', "-"),
        label: label(w, kind),
        // No upstream's name shows to a customer of a branded workspace [J4].
        tag: (!branded).then(|| w.t(&format!("upstream-{upstream}"))),
        state: match state.status {
            Status::Ok => State::Ok,
            Status::Pending => State::Running,
            Status::Skipped => State::Skipped,
            Status::Error => State::Error,
        },
        detail: Some(detail(w, &details.tenant, kind, &state)),
        time: resource.and_then(|resource| resource.attempted_at).map(|at| moment(w, at)),
        attempts: resource.filter(|_| state.status == Status::Error).map(|resource| resource.attempts),
        trouble,
        action: None,
    }
}

/// The card of the steps; its id lets live updates replace it whole. `branded` leaves upstreams' names out.
pub fn card_of_steps(w: &Words, details: &Details, branded: bool, retry: Option<&Markup>) -> Markup {
    let steps: Vec<Step> = KINDS.iter().map(|kind| step(w, details, kind, branded)).collect();
    let done = steps.iter().filter(|step| matches!(step.state, State::Ok | State::Skipped)).count();
    let says = w.tx("steps-done", &[("done", done.into()), ("all", steps.len().into())]);
    let next = details.resources.iter().filter(|resource| resource.status == Status::Error);
    let next: Option<Timestamp> = next.map(|resource| resource.next_at).min();
    let mut shown = card("steps-card", w.t("steps-title"))
        .says(says)
        .aside(html! { span class="ago live" role="status" { (w.t("steps-live")) } })
        .flush(ui::steps(w, "provisioning-steps", &steps));
    if let (Some(retry), Some(_)) = (retry, next) {
        shown =
            shown.footer(html! { span class="soft" { (w.t("steps-next")) } span class="push" { (retry) } });
    }
    shown.render()
}

/// The card of a tenant's health: its reasons, or that there are none.
pub fn card_of_health(w: &Words, details: &Details) -> Markup {
    let health = health::of(&details.resources, &details.findings);
    let tone = if health.reasons.is_empty() { State::Ok } else { State::Attention };
    let score = w.tx("health-score", &[("score", i64::from(health.score).into())]);
    let reasons: Vec<ui::Reason> = health
        .reasons
        .into_iter()
        .map(|reason| ui::Reason {
            tone: ui::Tone::Bad,
            title: match reason.code {
                "dns_problem" => w.tx("health-dns", &[("name", (&reason.about).into())]),
                "storage_full" => w.t("health-storage"),
                _ => w.tx("health-step-fails", &[("step", label(w, &reason.about).into())]),
            },
            href: None,
            says: match reason.code {
                "dns_problem" => w.t("health-dns-says"),
                "storage_full" => w.t("health-storage-says"),
                _ => reason.message,
            },
            aside: None,
            action: None,
        })
        .collect();
    let shown = card("health-card", w.t("health-title")).mark(state_said(tone, score).render());
    if reasons.is_empty() {
        shown.body(html! { p class="soft small" { (w.t("health-fine")) } }).render()
    } else {
        shown.flush(ui::reasons(&reasons)).render()
    }
}

//! The three steps of a tenant and its state, as words and components.

use access::TenantStatus;
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use reconcile::Status;
use web::ui::{self, State, Step, Trouble, card, moment, state_said};

use crate::condition::{Part, Reason, SEATS_OVER, STORAGE_OVER};
use crate::desired::KINDS;
use crate::model::Tenant;
use crate::read::Details;
use crate::view::{StepState, step_state};

/// A tenant's state and its words: "Active, no mail yet" rather than just "Active" [B3].
pub fn tenant_state(w: &Words, details: &Details) -> (State, String) {
    let condition = details.condition();
    let fails = condition.reasons.iter().any(|reason| reason.code == "provisioning_error");
    let (state, key) = match details.tenant.status {
        TenantStatus::Pending if fails => (State::Error, "state-pending-failing"),
        TenantStatus::Pending => (State::Running, "state-pending"),
        TenantStatus::Suspended if fails => (State::Error, "state-suspended-failing"),
        TenantStatus::Suspended => (State::Suspended, "state-suspended"),
        TenantStatus::Terminated => (State::Terminated, "state-terminated"),
        TenantStatus::Purged => (State::Terminated, "state-purged"),
        TenantStatus::Active if fails => (State::Attention, "state-active-failing"),
        TenantStatus::Active if !condition.reasons.is_empty() => (State::Attention, "state-active-attention"),
        TenantStatus::Active if condition.mail == Part::Absent => (State::Active, "state-active-no-mail"),
        TenantStatus::Active => (State::Active, "state-active"),
    };
    (state, w.t(key))
}

/// The state as a pill that a live update can replace.
pub fn state_pill(w: &Words, details: &Details) -> Markup {
    let (state, said) = tenant_state(w, details);
    html! { span id="tenant-state" { (state_said(state, said).pill()) } }
}

/// One line that says how a tenant is and what comes next.
pub fn summary(w: &Words, details: &Details) -> Markup {
    html! { span id="tenant-summary" { (said(w, details)) } }
}

fn said(w: &Words, details: &Details) -> String {
    let condition = details.condition();
    let failing = condition.reasons.iter().filter(|reason| reason.code == "provisioning_error").count();
    match details.tenant.status {
        TenantStatus::Suspended => return w.t("tenant-says-suspended"),
        TenantStatus::Purged => return w.t("tenant-says-purged"),
        TenantStatus::Terminated => return w.t("tenant-says-terminated"),
        _ if failing > 0 => return w.tx("tenant-says-failing", &[("count", failing.into())]),
        TenantStatus::Pending => return w.t("tenant-says-pending"),
        TenantStatus::Active => {}
    }
    if let Some(first) = condition.reasons.first() {
        return format!("{}.", reason_title(w, first));
    }
    let parts = [("sign-in", condition.sign_in), ("mail", condition.mail), ("files", condition.files)];
    let ready: Vec<_> = parts.iter().filter(|(_, part)| *part == Part::Ready).collect();
    if ready.len() == parts.len() {
        return w.t("tenant-says-fine");
    }
    let names: Vec<String> = ready.iter().map(|(name, _)| w.t(&format!("part-{name}"))).collect();
    let without = match condition.mail {
        Part::Absent => w.t("tenant-says-no-mail"),
        _ => String::new(),
    };
    if names.is_empty() {
        return w.t("tenant-says-nothing");
    }
    format!("{} {without}", w.tx("tenant-says-ready", &[("parts", names.join(", ").into())]))
        .trim()
        .to_owned()
}

/// What is wrong, in a few words; what is not known here is named by what it is about.
pub fn reason_title(w: &Words, reason: &Reason) -> String {
    let about = ("name", reason.about.as_str().into());
    match reason.code.as_str() {
        "provisioning_error" => w.tx("health-step-fails", &[("step", label(w, &reason.about).into())]),
        "upstream_down" => w.t(&format!("health-down-{}", reason.about)),
        "dns_problem" => w.tx("health-dns", &[about]),
        "dns_pending" => w.tx("health-dns-pending", &[about]),
        "storage_full" => w.t("health-storage"),
        SEATS_OVER => w.t("health-seats-over"),
        STORAGE_OVER => w.t("health-storage-over"),
        _ => w.tx("health-other", &[about]),
    }
}

/// The page of the operator console that tells it in full, where it has one besides the tenant's own.
pub fn reason_place(slug: &str, reason: &Reason) -> Option<String> {
    match reason.code.as_str() {
        "upstream_down" => Some(format!("/infrastructure#{}", reason.about)),
        "dns_problem" | "dns_pending" => Some(format!("/tenants/{slug}/domains/{}", reason.about)),
        SEATS_OVER => Some(format!("/tenants/{slug}/members")),
        _ => None,
    }
}

pub fn reason_says(w: &Words, reason: Reason) -> String {
    match reason.code.as_str() {
        "upstream_down" => w.t("health-down-says"),
        "dns_problem" => w.t("health-dns-says"),
        "dns_pending" => w.t("health-dns-pending-says"),
        "storage_full" => w.t("health-storage-says"),
        SEATS_OVER => w.t("health-seats-over-says"),
        STORAGE_OVER => w.t("health-storage-over-says"),
        _ => reason.message,
    }
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
            "ocis.drive" => {
                let quota = ui::gigabytes(w, tenant.space());
                w.tx("step-ok-drive", &[("quota", quota.into())])
            }
            _ => w.t("step-ok"),
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
    let condition = details.condition();
    let closed = condition.sign_in == Part::Closed;
    let mark = match condition.score {
        None => state_said(State::Unknown, w.t("health-no-score")),
        Some(score) => {
            let tone = if condition.reasons.is_empty() { State::Ok } else { State::Attention };
            state_said(tone, w.tx("health-score", &[("score", i64::from(score).into())]))
        }
    };
    let nothing = if closed {
        w.t("health-closed")
    } else if condition.score.is_none() {
        w.t("health-not-yet")
    } else {
        w.t("health-fine")
    };
    let reasons: Vec<ui::Reason> = condition
        .reasons
        .into_iter()
        .map(|reason| ui::Reason {
            tone: ui::Tone::Bad,
            title: reason_title(w, &reason),
            href: reason_place(details.tenant.slug.as_str(), &reason),
            says: reason_says(w, reason),
            aside: None,
            action: None,
        })
        .collect();
    let shown = card("health-card", w.t("health-title")).mark(mark.render());
    if reasons.is_empty() {
        shown.body(html! { p class="soft small" { (nothing) } }).render()
    } else {
        shown.flush(ui::reasons(&reasons)).render()
    }
}

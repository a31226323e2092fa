//! How a tenant is, as words and components.

use access::TenantStatus;
use i18n::Words;
use maud::{Markup, Render as _, html};
use provisioning::name_of_step;
use web::ui::{self, State, state_said};

use crate::condition::{Condition, Part, Reason, SEATS_OVER, STORAGE_OVER};

/// A tenant's state and its words: "Active, no mail yet" rather than just "Active" [B3].
pub fn state(w: &Words, condition: &Condition) -> (State, String) {
    let fails = condition.reasons.iter().any(|reason| reason.code == "provisioning_error");
    let (state, key) = match condition.status {
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
pub fn pill(w: &Words, condition: &Condition) -> Markup {
    let (state, said) = state(w, condition);
    html! { span id="tenant-state" { (state_said(state, said).pill()) } }
}

/// One line that says how a tenant is and what comes next.
pub fn summary(w: &Words, condition: &Condition) -> Markup {
    html! { span id="tenant-summary" { (said(w, condition)) } }
}

fn said(w: &Words, condition: &Condition) -> String {
    let failing = condition.reasons.iter().filter(|reason| reason.code == "provisioning_error").count();
    match condition.status {
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
        "provisioning_error" => w.tx("health-step-fails", &[("step", name_of_step(w, &reason.about).into())]),
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
        "upstream_down" => Some(format!("/infrastructure#row-{}", reason.about)),
        "dns_problem" | "dns_pending" => Some(format!("/tenants/{slug}/domains/{}", reason.about)),
        SEATS_OVER => Some(format!("/tenants/{slug}/members")),
        _ => None,
    }
}

/// The page of the workspace's own console that mends it, where there is one.
pub fn reason_page(slug: &str, reason: &Reason) -> Option<String> {
    match reason.code.as_str() {
        "dns_problem" | "dns_pending" => Some(format!("/admin/{slug}/domains/{}", reason.about)),
        "storage_full" | STORAGE_OVER => Some(format!("/admin/{slug}/storage")),
        SEATS_OVER => Some(format!("/admin/{slug}/members")),
        _ => None,
    }
}

/// What it means, and what to do.
pub fn reason_says(w: &Words, reason: &Reason) -> String {
    match reason.code.as_str() {
        "upstream_down" => w.t("health-down-says"),
        "dns_problem" => w.t("health-dns-says"),
        "dns_pending" => w.t("health-dns-pending-says"),
        "storage_full" => w.t("health-storage-says"),
        SEATS_OVER => w.t("health-seats-over-says"),
        STORAGE_OVER => w.t("health-storage-over-says"),
        _ => w.say(&reason.message),
    }
}

/// The card of a tenant's health: its reasons, or that there are none.
pub fn card(w: &Words, slug: &str, condition: Condition) -> Markup {
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
            href: reason_place(slug, &reason),
            says: reason_says(w, &reason),
            aside: None,
            action: None,
        })
        .collect();
    let shown = ui::card("health-card", w.t("health-title")).mark(mark.render());
    if reasons.is_empty() {
        shown.body(html! { p class="soft small" { (nothing) } }).render()
    } else {
        shown.flush(ui::reasons(&reasons)).render()
    }
}

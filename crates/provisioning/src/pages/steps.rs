//! The steps of a workspace, as a card.

use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, Render as _, html};
use reconcile::{Outline, Status};
use web::ui::{self, State, Step, Trouble, card, moment};

use crate::desired::{KINDS, Workspace};
use crate::steps::{StepState, step_state};

/// The name of a step.
pub fn name_of_step(w: &Words, kind: &str) -> String {
    w.t(&format!("step-{}", kind.replace('.', "-")))
}

fn detail(w: &Words, of: &Workspace, kind: &str, state: &StepState) -> String {
    match (state.status, state.reason) {
        (Status::Error, _) => w.t("step-error-detail"),
        (Status::Ok, _) => match kind {
            "authentik.group" => w.tx("step-ok-group", &[("slug", of.slug.as_str().into())]),
            "stalwart.domain" => {
                let names = of.primary_domain.as_ref().map(kernel::DomainName::unicode).unwrap_or_default();
                w.tx("step-ok-domain", &[("domain", names.into())])
            }
            "ocis.drive" => {
                let quota = ui::gigabytes(w, of.space);
                w.tx("step-ok-drive", &[("quota", quota.into())])
            }
            _ => w.t("step-ok"),
        },
        (_, Some(reason)) => w.t(&format!("reason-{reason}")),
        (Status::Pending | Status::Skipped, None) => w.t("step-pending-detail"),
    }
}

fn step(w: &Words, of: &Workspace, resources: &[Outline], kind: &str, branded: bool) -> Step {
    let state = step_state(resources, kind);
    let resource = state.resource;
    let trouble = resource.and_then(|resource| resource.error.as_ref()).map(|error| Trouble {
        said: if branded { w.t("step-error-plain") } else { w.explain(error) },
        means: Some(w.t("step-error-means")),
        request: None,
    });
    let upstream = kind.split('.').next().unwrap_or(kind);
    Step {
        id: kind.replace('.', "-"),
        label: name_of_step(w, kind),
        // No upstream's name shows to a customer of a branded workspace [J4].
        tag: (!branded).then(|| w.t(&format!("upstream-{upstream}"))),
        state: match state.status {
            Status::Ok => State::Ok,
            Status::Pending => State::Running,
            Status::Skipped => State::Skipped,
            Status::Error => State::Error,
        },
        detail: Some(detail(w, of, kind, &state)),
        time: resource.and_then(|resource| resource.attempted_at).map(|at| moment(w, at)),
        attempts: resource.filter(|_| state.status == Status::Error).map(|resource| resource.attempts),
        trouble,
        action: None,
    }
}

/// The card of the steps; its id lets live updates replace it whole. `branded` leaves upstreams' names out.
pub fn card_of_steps(
    w: &Words,
    of: &Workspace,
    resources: &[Outline],
    branded: bool,
    retry: &Markup,
) -> Markup {
    let steps: Vec<Step> = KINDS.iter().map(|kind| step(w, of, resources, kind, branded)).collect();
    let done = steps.iter().filter(|step| matches!(step.state, State::Ok | State::Skipped)).count();
    let says = w.tx("steps-done", &[("done", done.into()), ("all", steps.len().into())]);
    let next = resources.iter().filter(|resource| resource.status == Status::Error);
    let next: Option<Timestamp> = next.map(|resource| resource.next_at).min();
    let mut shown = card("steps-card", w.t("steps-title"))
        .says(says)
        .aside(html! { span class="ago live" role="status" { (w.t("steps-live")) } })
        .flush(ui::steps(w, "provisioning-steps", &steps))
        .fold(done < steps.len());
    if next.is_some() {
        shown =
            shown.footer(html! { span class="soft" { (w.t("steps-next")) } span class="push" { (retry) } });
    }
    shown.render()
}

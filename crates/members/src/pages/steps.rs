//! What a member has upstream, as steps.

use access::TenantStatus;
use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, html};
use memberships::{Member, USER};
use people::{Credential, Credentials};
use reconcile::Status;
use web::ui::{self, State, Step, Tone, Trouble, ago, steps};

use crate::reads::Step as Did;

fn step(w: &Words, member: &Member, did: &Did, workspace: TenantStatus, now: Option<Timestamp>) -> Step {
    let is = if member.is_let_in(workspace) { "open" } else { "closed" };
    let detail = match (did.status, &did.reason) {
        (Status::Error, _) => w.t("member-step-error"),
        (Status::Ok, _) if did.kind == USER && member.lacks_password() => w.t("member-step-no-password"),
        (Status::Ok, _) => w.t(&format!("member-step-{}-{is}", did.kind.replace('.', "-"))),
        (_, Some(reason)) => w.t(&format!("member-reason-{}", reason.replace('_', "-"))),
        (Status::Pending | Status::Skipped, None) => w.t("member-step-pending"),
    };
    Step {
        id: did.kind.replace('.', "-"),
        label: w.t(&format!("member-step-{}", did.kind.replace('.', "-"))),
        state: match did.status {
            Status::Ok => State::Ok,
            Status::Pending => State::Running,
            Status::Skipped => State::Skipped,
            Status::Error => State::Error,
        },
        detail: Some(detail),
        time: now.zip(did.attempted_at).map(|(now, at)| ago(w, at, now)),
        attempts: (did.status == Status::Error).then_some(did.attempts),
        // An upstream's own words hold its name, which a branded workspace does not show [J4].
        trouble: did.error.as_ref().map(|_| Trouble {
            said: w.t("member-step-failed"),
            means: Some(w.t("member-step-means")),
            request: None,
        }),
        ..Step::default()
    }
}

/// Whether nothing is left to do.
pub fn are_done(did: &[Did]) -> bool {
    did.iter().all(|did| matches!(did.status, Status::Ok | Status::Skipped))
}

/// The steps; the id lets live updates replace them whole. With the time it is said when each was done.
pub fn list(
    w: &Words,
    member: &Member,
    did: &[Did],
    workspace: TenantStatus,
    now: Option<Timestamp>,
) -> Markup {
    let all: Vec<Step> = did.iter().map(|did| step(w, member, did, workspace, now)).collect();
    html! { div id="member-steps" { (steps(w, "steps", &all)) } }
}

/// Which credentials did not take a password, and why.
pub fn refusals(w: &Words, credentials: &Credentials) -> Markup {
    let said = |what: &str, credential: &Credential| match credential {
        Credential::Set => None,
        Credential::NotYet => Some(w.tx("member-credential-not-yet", &[("what", what.into())])),
        Credential::Refused(_) | Credential::Failed(_) => {
            Some(w.tx("member-credential-failed", &[("what", what.into())]))
        }
    };
    let sign_in = said(&w.t("member-credential-sign-in"), &credentials.sign_in);
    let mailboxes =
        credentials.mailboxes.iter().filter_map(|(address, credential)| said(address, credential));
    let all: Vec<String> = sign_in.into_iter().chain(mailboxes).collect();
    html! { @for one in &all { (ui::banner(Tone::Warn, &w.t("member-credential-later"), one, None)) } }
}

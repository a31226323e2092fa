//! The strip of everything that Dezky depends on: state, latency, a day's line, the last error.

use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, html};
use probes::{Liveness, State as Up};
use web::ui::{self, State, sparkline, state_said};

fn state(w: &Words, liveness: &Liveness) -> Markup {
    let said = match &liveness.state {
        Up::Up => state_said(State::Ok, w.t("up-answers")),
        Up::Down(..) => state_said(State::Error, w.t("up-down")),
        Up::Off(_) => state_said(State::Skipped, w.t("up-off")),
        Up::Unknown => state_said(State::Unknown, w.t("up-unknown")),
    };
    html! { (said) }
}

fn latency(w: &Words, liveness: &Liveness) -> Markup {
    let Some(latency) = liveness.latency else {
        return html! { span class="figure none" { (w.t("up-no-answer")) } };
    };
    let millis = latency.as_secs_f64() * 1000.0;
    let said = if millis < 10.0 { format!("{millis:.1}") } else { format!("{millis:.0}") };
    html! { span class="figure" { (said) " " small { "ms" } } }
}

/// What went wrong last, or that nothing did.
pub fn last_error(w: &Words, liveness: &Liveness, now: Timestamp) -> Markup {
    match (&liveness.state, &liveness.last_error) {
        (Up::Down(since, error), _) => html! { (w.t("up-since")) " " (ui::ago(w, *since, now)) ": " (error) },
        (Up::Off(why), _) => html! { (w.t(&format!("reason-{why}"))) },
        (Up::Unknown, _) => html! { (w.t("up-never-asked")) },
        (Up::Up, Some((at, error))) => {
            html! { (w.t("up-last-error")) " " (ui::ago(w, *at, now)) ": " (error) }
        }
        (Up::Up, None) => html! { (w.t("up-no-error")) },
    }
}

/// The strip; its id lets live updates replace it whole.
pub fn strip(w: &Words, all: &[Liveness], now: Timestamp) -> Markup {
    html! {
        div class="tiles ups three" id="upstreams" {
            @for liveness in all {
                a class="tile up" href={ "/infrastructure#" (liveness.upstream) } {
                    span class="label" { b { (w.t(&format!("upstream-{}", liveness.upstream))) } (state(w, liveness)) }
                    span class="pulse" {
                        (latency(w, liveness))
                        (sparkline(&liveness.history, matches!(liveness.state, Up::Down(..))))
                    }
                    span class="change" { (last_error(w, liveness, now)) }
                }
            }
        }
    }
}

/// One row of facts for the page of the infrastructure.
pub fn facts(w: &Words, liveness: &Liveness, now: Timestamp) -> [Markup; 4] {
    let never = || html! { (w.t("up-never-asked")) };
    let asked = liveness.asked_at.map_or_else(never, |at| ui::ago(w, at, now));
    let line = html! { span class="pulse" { (latency(w, liveness)) } };
    [state(w, liveness), line, asked, last_error(w, liveness, now)]
}

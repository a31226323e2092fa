//! Everything that Dezky depends on: state, latency, a day's line, the last error. As a strip, and as a table of more.

use std::time::Duration;

use i18n::Words;
use kernel::Timestamp;
use maud::{Markup, html};
use probes::{Liveness, State as Up};
use web::ui::{self, Column, Row, Size, State, Table, sparkline, state_said, table, with_code};

fn state(w: &Words, liveness: &Liveness) -> Markup {
    let said = match &liveness.state {
        Up::Up => state_said(State::Ok, w.t("up-answers")),
        Up::Down(..) if liveness.refuses => state_said(State::Error, w.t("up-refuses")),
        Up::Down(..) => state_said(State::Error, w.t("up-down")),
        Up::Off(_) => state_said(State::Skipped, w.t("up-off")),
        Up::Unknown => state_said(State::Unknown, w.t("up-unknown")),
    };
    html! { (said) }
}

fn latency(w: &Words, liveness: &Liveness) -> Markup {
    let Some(latency) = liveness.latency else {
        let said = if liveness.refuses { w.t("up-refused") } else { w.t("up-no-answer") };
        return html! { span class="figure none" { (said) } };
    };
    html! { span class="figure" { (millis(latency)) " " small { "ms" } } }
}

fn millis(latency: Duration) -> String {
    let millis = latency.as_secs_f64() * 1000.0;
    if millis < 10.0 { format!("{millis:.1}") } else { format!("{millis:.0}") }
}

/// What began when it failed.
fn since_when(w: &Words, liveness: &Liveness) -> String {
    if liveness.refuses { w.t("up-refused-since") } else { w.t("up-since") }
}

/// What went wrong last, or that nothing did.
fn last_error(w: &Words, liveness: &Liveness, now: Timestamp) -> Markup {
    match (&liveness.state, &liveness.last_error) {
        (Up::Down(since, error), _) => {
            html! { (since_when(w, liveness)) " " (ui::ago(w, *since, now)) ": " (with_code(error)) }
        }
        (Up::Off(why), _) => html! { (w.t(&format!("reason-{why}"))) },
        (Up::Unknown, _) => html! { (w.t("up-never-asked")) },
        (Up::Up, Some((at, error))) => {
            html! { (w.t("up-last-error")) " " (ui::ago(w, *at, now)) ": " (with_code(error)) }
        }
        (Up::Up, None) => html! { (w.t("up-no-error")) },
    }
}

/// The strip; its id lets live updates replace it whole.
pub fn strip(w: &Words, all: &[Liveness], now: Timestamp) -> Markup {
    html! {
        div class="tiles ups three" id="upstreams" {
            @for liveness in all {
                a class="tile up" href={ "/infrastructure#row-" (liveness.upstream) } {
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

/// A row of the table for each; its id lets live updates replace it whole.
pub fn list(w: &Words, all: &[Liveness], now: Timestamp) -> Markup {
    let shown = Table {
        id: "infrastructure".into(),
        caption: w.t("nav-infrastructure"),
        columns: vec![
            Column::new(w.t("up-service")),
            Column::new(w.t("up-state")),
            Column::figure(w.t("up-latency")),
            Column::figure(w.t("up-p95")).md(),
            Column::new(w.t("up-day")).lo(),
            Column::new(w.t("up-error")).md(),
            Column::new(w.t("up-asked")).lo(),
        ],
        rows: all.iter().map(|liveness| row(w, liveness, now).into()).collect(),
        size: Size::Tall,
        ..Table::default()
    };
    table(w, &shown)
}

fn row(w: &Words, liveness: &Liveness, now: Timestamp) -> Row {
    let name = w.t(&format!("upstream-{}", liveness.upstream));
    let is_down = matches!(liveness.state, Up::Down(..));
    let since = match (&liveness.state, &liveness.last_error) {
        (Up::Down(since, _), _) => Some((since_when(w, liveness), *since)),
        (Up::Up, Some((last, _))) => Some((w.t("up-last-error"), *last)),
        _ => None,
    };
    let figure = |latency: Option<Duration>| {
        html! {
            @if let Some(latency) = latency { (millis(latency)) " ms" }
            @else { span class="muted" title=(w.t("ui-not-known")) { "–" } }
        }
    };
    let error = match (&liveness.state, &liveness.last_error) {
        (Up::Down(_, error), _) => html! { span class="bad-text" { (with_code(error)) } },
        (Up::Up, Some((_, error))) => html! { (with_code(error)) },
        _ => last_error(w, liveness, now),
    };
    let asked =
        liveness.asked_at.map_or_else(|| html! { span class="muted" { "–" } }, |at| ui::ago(w, at, now));
    Row {
        key: liveness.upstream.to_owned(),
        name: name.clone(),
        cells: vec![
            html! { (name) },
            html! {
                (state(w, liveness))
                @if let Some((what, at)) = &since { small { (what) " " (ui::ago(w, *at, now)) } }
                @if is_down { small class="below bad-text" { (error) } }
            },
            figure(liveness.latency),
            figure(liveness.p95),
            html! { span class="spark-cell" { (sparkline(&liveness.history, is_down)) } },
            error,
            asked,
        ],
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language, Source};

    use super::*;

    #[test]
    fn what_refuses_isnt_said_to_be_silent() {
        let text = include_str!("../../text/en.ftl");
        let texts = Catalogues::new(&[Source { language: Language::English, text }]).unwrap();
        let words = Words::new(Arc::new(texts), Language::English);
        let liveness = |refuses| Liveness {
            upstream: "sign_in",
            state: Up::Down(Timestamp::from_seconds(1_800_000_000), "It says no.".to_owned()),
            refuses,
            latency: None,
            p95: None,
            asked_at: None,
            last_error: None,
            history: Vec::new(),
        };
        for (refuses, says, not) in [(true, "Refuses Dezky", "Down"), (false, "Down", "Refuses Dezky")] {
            let one = liveness(refuses);
            let shown = state(&words, &one).into_string() + &latency(&words, &one).into_string();
            assert!(shown.contains(says) && !shown.contains(not), "{shown}");
            assert_eq!(shown.contains("no answer"), !refuses, "{shown}");
        }
    }
}
